/** Select menus: of options, members, channels and conversations; one choice or several. */

import { el, replace } from "./dom.js";
import { confirmed } from "./confirm.js";
import { plainText } from "./mrkdwn.js";
import { changeValue, currentValue, hooks, keyOf } from "./values.js";
import { words } from "./words.js";

/** One choice: a native select, so that keyboard and screen reader work as they do everywhere. */
export function select(element, place) {
  const entries = entriesOf(element, place.surface.store);
  const current = () => idOf(currentValue(element, place));
  const empty = el("option", { value: "" }, plainText(element.placeholder) || words("Choose an option"));
  const node = el("select", { ...hooks(element, place), class: "field select", dir: "auto" }, empty, entries.map(optionNode));
  node.value = current() ?? "";
  node.addEventListener("change", async () => {
    if (element.confirm && !(await confirmed(element.confirm, place.surface.store))) node.value = current() ?? "";
    else changeValue(element, place, flat(entries).find((entry) => entry.id === node.value)?.raw ?? null);
  });
  return node;
}

/** Several choices: a button that shows them, and a list of boxes under it. */
export function multiSelect(element, place) {
  const entries = flat(entriesOf(element, place.surface.store));
  const chosen = () => (currentValue(element, place) ?? []).map(idOf);
  const list = el("div", { class: "multi-list", role: "group", "aria-label": words("Options"), hidden: true });
  const face = el("button", {
    type: "button",
    class: "field select multi-face",
    "aria-expanded": "false",
    "aria-labelledby": place.labelledBy,
    data: { key: keyOf(element, place, "face") },
    on: { click: () => toggle(list.hidden) },
  });
  const toggle = (open) => {
    list.hidden = !open;
    face.setAttribute("aria-expanded", String(open));
  };
  const show = () => replace(face, chips(entries.filter((entry) => chosen().includes(entry.id)), element));
  const pick = (entry, checked) => {
    const ids = new Set(chosen());
    if (checked) ids.add(entry.id);
    else ids.delete(entry.id);
    changeValue(element, place, entries.filter((one) => ids.has(one.id)).map((one) => one.raw));
    show();
  };
  replace(list, entries.map((entry) => box(entry, chosen().includes(entry.id), pick, keyOf(element, place, entry.id))));
  show();
  const on = { keydown: closeOnEscape(list, toggle), focusout: closeOnLeave(toggle) };
  return el("div", { ...hooks(element, place), class: "multi", role: "group", on }, face, list);
}

function closeOnLeave(toggle) {
  return (event) => {
    if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) toggle(false);
  };
}

function closeOnEscape(list, toggle) {
  return (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    toggle(false);
  };
}

function chips(entries, element) {
  if (entries.length === 0) return el("span", { class: "placeholder" }, plainText(element.placeholder) || words("Choose options"));
  return entries.map((entry) => el("span", { class: "chip", dir: "auto" }, entry.text));
}

function box(entry, checked, pick, key) {
  const on = { change: () => pick(entry, input.checked) };
  const input = el("input", { type: "checkbox", value: entry.id, data: { value: entry.id, key }, on });
  input.checked = checked;
  return el("label", { class: "choice" }, input, el("span", { dir: "auto" }, entry.text));
}

/** What can be chosen: `{id, text, raw}`, or groups `{group, entries}` of them. */
function entriesOf(element, store) {
  const { members, channels } = store.snapshot;
  if (element.type.endsWith("users_select")) return members.map((one) => ({ id: one.id, text: one.name, raw: one.id }));
  if (element.type.endsWith("channels_select") || element.type.endsWith("conversations_select")) {
    const wanted = channels.filter((one) => one.kind === "channel" || element.type.endsWith("conversations_select"));
    return wanted.map((one) => ({ id: one.id, text: one.kind === "channel" ? `#${one.name}` : one.name, raw: one.id }));
  }
  if (element.option_groups) {
    return element.option_groups.map((group) => ({ group: plainText(group.label), entries: group.options.map(optionEntry) }));
  }
  return (element.options ?? []).map(optionEntry);
}

function optionEntry(option) {
  return { id: option.value, text: plainText(option.text), about: plainText(option.description), raw: option };
}

function optionNode(entry) {
  if (entry.group !== undefined) return el("optgroup", { label: entry.group }, entry.entries.map(optionNode));
  return el("option", { value: entry.id }, [entry.text, entry.about].filter(Boolean).join(" · "));
}

function flat(entries) {
  return entries.flatMap((entry) => entry.entries ?? [entry]);
}

function idOf(value) {
  return value === null || typeof value === "string" ? value : value.value;
}
