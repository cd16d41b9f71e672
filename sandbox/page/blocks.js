/**
 * Block Kit as DOM: one function per type of block.
 *
 * A surface says where the blocks stand: `{key, source, store, act}`. What can
 * be clicked or typed into is made by elements.js. Hooks: every block carries
 * data-block-id, every element data-action-id.
 */

import { el, freshId } from "./dom.js";
import { renderElement } from "./elements.js";
import { alertBlock, card, carousel, container } from "./containers.js";
import { dataVisualization } from "./charts.js";
import { image } from "./images.js";
import { plainText, textNode } from "./mrkdwn.js";
import { markdown, richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";
import { keepTouched } from "./touched.js";
import { words } from "./words.js";

/** All blocks of a message or view; what the person changed in blocks now gone is forgotten. */
export function renderSurface(blocks, surface) {
  keepTouched(surface.key, blocks);
  return renderBlocks(blocks, surface);
}

function renderBlocks(blocks, surface) {
  return el("div", { class: "blocks" }, blocks.map((block) => renderBlock(block, surface)));
}

/** One block; a type the sandbox cannot draw says so in words. */
function renderBlock(block, surface) {
  const draw = BLOCKS[block.type] ?? unknown;
  const node = draw(block, surface);
  node.classList.add("block", `block-${block.type}`);
  node.dataset.blockId = block.block_id ?? "";
  return node;
}

const BLOCKS = {
  section,
  header,
  context,
  actions,
  input,
  alert: alertBlock,
  card: (block, surface) => card(block, surface, renderElement),
  carousel: (block, surface) => carousel(block, surface, renderElement),
  container: (block, surface) => container(block, surface, renderBlocks),
  data_table: dataTable,
  data_visualization: dataVisualization,
  divider: () => el("hr"),
  image,
  markdown: (block) => markdown(block.text),
  rich_text: (block, surface) => richText(block, surface.store),
  table,
};

function section(block, surface) {
  const text = block.text && el("div", { class: "text", dir: "auto" }, textNode(block.text, surface.store));
  const fields = block.fields && el("div", { class: "fields" }, block.fields.map((field) => (
    el("div", { class: "text", dir: "auto" }, textNode(field, surface.store))
  )));
  const accessory = block.accessory && el("div", { class: "accessory" }, renderElement(block.accessory, {
    surface,
    blockId: block.block_id ?? "",
    label: plainText(block.text) || words("Choose"),
  }));
  return el("div", {}, el("div", { class: "section-body" }, text, fields), accessory);
}

function header(block, surface) {
  const level = block.level ?? 1;
  return el(`h${Math.min(6, level + 1)}`, { class: `level-${level}`, dir: "auto" }, textNode(block.text, surface.store));
}

function context(block, surface) {
  return el("div", {}, (block.elements ?? []).map((element) => (
    element.type === "image" ? image(element, surface) : el("span", { class: "text", dir: "auto" }, textNode(element, surface.store))
  )));
}

function actions(block, surface) {
  const place = { surface, blockId: block.block_id ?? "" };
  return el("div", { role: "group" }, (block.elements ?? []).map((element) => renderElement(element, place)));
}

/** A label, the field, its hint and the place for its error; all four are bound to each other. */
function input(block, surface) {
  const ids = { label: freshId("label"), hint: freshId("hint"), error: freshId("error") };
  const place = {
    surface,
    blockId: block.block_id ?? "",
    input: block,
    labelledBy: ids.label,
    describedBy: block.hint ? `${ids.error} ${ids.hint}` : ids.error,
  };
  const optional = block.optional && el("span", { class: "optional" }, ` ${words("(optional)")}`);
  return el(
    "div",
    {},
    el("div", { class: "label", id: ids.label, dir: "auto" }, textNode(block.label, surface.store), optional),
    renderElement(block.element, place),
    errorSlot(ids.error, place.blockId),
    block.hint && el("div", { class: "hint", id: ids.hint, dir: "auto" }, textNode(block.hint, surface.store)),
  );
}

function errorSlot(id, blockId) {
  const data = { testid: `error-${blockId}` };
  return el("div", { class: "field-error", id, role: "alert", dir: "auto", hidden: true, data });
}

function unknown(block) {
  return el("div", { class: "unknown" }, words("The sandbox can't draw a “{type}” block.", { type: block.type }));
}
