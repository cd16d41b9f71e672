/** Fields to type into: text, e-mail, address, number, date, time. */

import { dayInWords } from "./dates.js";
import { el } from "./dom.js";
import { memberById } from "./store.js";
import { changeValue, currentValue, hooks, tellsAtOnce } from "./values.js";

const TYPES = { plain_text_input: "text", email_text_input: "email", url_text_input: "url" };
const PAUSE_MS = 300;

/** Text of one or several lines; the counter shows what is left of max_length. */
export function textField(element, place) {
  const counter = element.max_length && el("span", { class: "counter", "aria-hidden": "true" });
  const field = el(element.multiline ? "textarea" : "input", {
    ...hooks(element, place),
    class: "field",
    type: element.multiline ? null : TYPES[element.type],
    rows: element.multiline ? "4" : null,
    dir: "auto",
    autocomplete: "off",
    placeholder: element.placeholder?.text,
    value: currentValue(element, place) ?? "",
  });
  const count = () => counter && showLeft(counter, element.max_length - length(field.value));
  listen(field, element, place, count);
  count();
  return el("div", { class: "field-frame" }, field, counter);
}

/** A number; kept as typed, so that what is wrong with it can be said. */
export function numberField(element, place) {
  const field = el("input", {
    ...hooks(element, place),
    class: "field",
    type: "text",
    inputmode: element.is_decimal_allowed ? "decimal" : "numeric",
    autocomplete: "off",
    placeholder: element.placeholder?.text,
    value: currentValue(element, place) ?? "",
  });
  listen(field, element, place, () => {});
  return el("div", { class: "field-frame" }, field);
}

/** A day: the browser's picker, under the day as the member's language writes it. */
export function dateField(element, place) {
  const field = picker("date", element, place);
  const words = el("span", { class: "picked-day", "aria-hidden": "true" });
  const show = () => (words.textContent = dayInWords(field.value, memberById(place.surface.store, place.surface.store.member)));
  for (const event of ["input", "change"]) field.addEventListener(event, show);
  show();
  return el("span", { class: "day-frame" }, field, words);
}

export function timeField(element, place) {
  return picker("time", element, place);
}

function picker(type, element, place) {
  return el("input", {
    ...hooks(element, place),
    class: "field picker",
    type,
    title: element.placeholder?.text,
    value: currentValue(element, place) ?? "",
    on: { change: (event) => changeValue(element, place, event.target.value || null) },
  });
}

/** Keep every keystroke; tell the app on Enter or while typing, as the block asks for. */
function listen(field, element, place, after) {
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tells = (moment) => tellsAtOnce(place) && when.includes(moment);
  let timer;
  const change = (tell) => changeValue(element, place, field.value || null, { tell });
  field.addEventListener("input", () => {
    change(false);
    after();
    clearTimeout(timer);
    if (tells("on_character_entered")) timer = setTimeout(() => change(true), PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !tells("on_enter_pressed")) return;
    if (element.multiline && !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    change(true);
  });
}

function showLeft(counter, left) {
  counter.textContent = String(left);
  counter.classList.toggle("over", left < 0);
}

function length(text) {
  return [...text].length;
}
