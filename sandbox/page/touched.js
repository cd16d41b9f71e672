/**
 * What the person changed, per surface, block and action: the page's share of Slack's state.
 *
 * A value is Slack's raw state object. It survives updates of its surface while
 * block_id and action_id stay the same, and is dropped with either of them.
 */

const surfaces = new Map();

/** The touched value of one element, or undefined. */
export function touchedValue(surface, blockId, actionId) {
  return surfaces.get(surface)?.[blockId]?.[actionId];
}

export function touch(surface, blockId, actionId, value) {
  const blocks = surfaces.get(surface) ?? {};
  blocks[blockId] = { ...blocks[blockId], [actionId]: value };
  surfaces.set(surface, blocks);
}

/** In another tab: what the server remembers of a surface that this page has not seen yet. */
export function adoptTouched(surface, values) {
  if (!surfaces.has(surface)) surfaces.set(surface, structuredClone(values ?? {}));
}

/** Everything touched on a surface, as the server expects it. */
export function touchedState(surface) {
  return structuredClone(surfaces.get(surface) ?? {});
}

/** After an update: forget what is no longer in these blocks. */
export function keepTouched(surface, blocks) {
  const present = new Set(elementsOf(blocks).map(([block, action]) => JSON.stringify([block, action])));
  const kept = {};
  for (const [block, actions] of Object.entries(surfaces.get(surface) ?? {})) {
    for (const [action, value] of Object.entries(actions)) {
      if (present.has(JSON.stringify([block, action]))) kept[block] = { ...kept[block], [action]: value };
    }
  }
  surfaces.set(surface, kept);
}

/** Forget the surfaces of closed views. */
export function forgetViews(open) {
  for (const surface of surfaces.keys()) {
    if (surface.startsWith("view:") && !open.includes(surface)) surfaces.delete(surface);
  }
}

/** All (block_id, action_id) pairs, also those inside containers and cards. */
function elementsOf(blocks) {
  return blocks.flatMap((block) => [
    ...[block.element, block.accessory, ...(block.elements ?? []), ...(block.actions ?? [])]
      .filter((element) => element?.action_id)
      .map((element) => [block.block_id ?? "", element.action_id]),
    ...elementsOf(block.child_blocks ?? []),
  ]);
}
