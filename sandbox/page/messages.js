/** A list of messages: new ones are added, changed ones rebuilt, all others left alone. */

import { el, rememberFocus } from "./dom.js";
import { dayOf } from "./dates.js";
import { messageNode } from "./message.js";
import { memberById } from "./store.js";

const NEAR_END_PX = 80;

/** The list; `update(channelId, messages, options)` brings it up to date. */
export function createMessageList(store, { scroller, testid }) {
  const node = el("div", { class: "messages", role: "log", "aria-live": "polite", data: { testid } });
  const known = new Map();
  let place = null;

  function update(channelId, messages, options) {
    const moved = place !== options.place;
    const atEnd = moved || nearEnd(scroller());
    const restore = rememberFocus(node);
    if (moved) known.clear();
    place = options.place;
    node.setAttribute("aria-label", options.label);
    arrange(node, withDays(messages.map((message) => nodeOf(channelId, message, options)), messages));
    forget(known, messages);
    restore();
    if (atEnd) toEnd(scroller());
    reveal(node, store);
  }

  function nodeOf(channelId, message, options) {
    const print = JSON.stringify([message, options.context, options.inThread]);
    const entry = known.get(keyOf(message));
    if (entry?.print === print) return entry.node;
    const made = messageNode(store, channelId, message, options);
    known.set(keyOf(message), { print, node: made });
    return made;
  }

  function withDays(nodes, messages) {
    const who = memberById(store, store.member);
    const days = messages.map((message) => dayOf(message.ts, who, store.snapshot.now));
    return nodes.flatMap((one, index) => (days[index] === days[index - 1] ? [one] : [dayNode(days[index]), one]));
  }

  function clear() {
    known.clear();
    place = null;
    node.replaceChildren();
  }

  return { node, update, clear };
}

function dayNode(day) {
  return el("div", { class: "day", role: "separator" }, el("span", {}, day));
}

/** Bring the children into this order, touching only those that are not in place. */
function arrange(container, wanted) {
  const keep = new Set(wanted);
  [...container.children].filter((child) => !keep.has(child)).forEach((child) => child.remove());
  wanted.forEach((child, index) => {
    if (container.children[index] !== child) container.insertBefore(child, container.children[index] ?? null);
  });
}

function forget(known, messages) {
  const present = new Set(messages.map(keyOf));
  for (const key of known.keys()) if (!present.has(key)) known.delete(key);
}

function keyOf(message) {
  return `${message.ts}${message.ephemeral ? "/ephemeral" : ""}`;
}

/** Show the message that a permalink led to, once. */
function reveal(node, store) {
  const target = store.found && node.querySelector(`[data-ts="${CSS.escape(store.found)}"]`);
  if (!target) return;
  store.found = null;
  target.scrollIntoView({ block: "center" });
  target.classList.add("found");
}

function nearEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
}

function toEnd(box) {
  box.scrollTop = box.scrollHeight;
}
