/** Radio buttons and checkboxes: all options in sight, with their descriptions. */

import { el, freshId } from "./dom.js";
import { confirmed } from "./confirm.js";
import { textNode } from "./mrkdwn.js";
import { changeValue, currentValue, hooks, keyOf } from "./values.js";

export function radioButtons(element, place) {
  return group(element, place, {
    role: "radiogroup",
    type: "radio",
    chosen: () => [currentValue(element, place)?.value],
    valueOf: ([picked]) => picked ?? null,
  });
}

export function checkboxes(element, place) {
  return group(element, place, {
    role: "group",
    type: "checkbox",
    chosen: () => (currentValue(element, place) ?? []).map((option) => option.value),
    valueOf: (picked) => picked,
  });
}

/** The boxes; a change that is not confirmed puts them back. */
function group(element, place, { role, type, chosen, valueOf }) {
  const name = freshId(type);
  const boxes = element.options.map((option) => el("input", {
    type,
    name,
    value: option.value,
    data: { value: option.value, key: keyOf(element, place, option.value) },
    on: { change: settle },
  }));
  const sync = () => boxes.forEach((box) => { box.checked = chosen().includes(box.value); });
  async function settle() {
    const picked = element.options.filter((_, index) => boxes[index].checked);
    if (element.confirm && !(await confirmed(element.confirm, place.surface.store))) sync();
    else changeValue(element, place, valueOf(picked));
  }
  sync();
  const rows = element.options.map((option, index) => optionRow(boxes[index], option, place.surface.store));
  return el("div", { ...hooks(element, place), class: "choices", role }, rows);
}

function optionRow(box, option, store) {
  return el(
    "label",
    { class: "choice" },
    box,
    el(
      "span",
      { class: "choice-text" },
      el("span", { class: "text", dir: "auto" }, textNode(option.text, store)),
      option.description && el("span", { class: "option-description", dir: "auto" }, textNode(option.description, store)),
    ),
  );
}
