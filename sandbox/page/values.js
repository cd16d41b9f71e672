/**
 * The value of an element: what the person touched, else what the app prefilled.
 *
 * Values are Slack's raw state objects, `{type, value | selected_...}`.
 */

import { touch, touchedValue } from "./touched.js";

/** For each type of element, the key of its value and the key of what it was prefilled with. */
const KEYS = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  overflow: ["selected_option", null],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_static_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  file_input: ["files", null],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
};

/** What the element shows now: a string, an option, a list of them, or null. */
export function currentValue(element, place) {
  const [key, initial] = KEYS[element.type];
  const touched = touchedValue(place.surface.key, place.blockId, element.action_id);
  return (touched ? touched[key] : element[initial]) ?? null;
}

/** Keep a change, and tell the app if this element tells at once. */
export function changeValue(element, place, value, { tell = tellsAtOnce(place) } = {}) {
  const raw = { type: element.type, [KEYS[element.type][0]]: value };
  touch(place.surface.key, place.blockId, element.action_id, raw);
  place.surface.changed?.(place.blockId);
  if (tell) place.surface.act(place.blockId, element.action_id, raw);
}

/** Elements outside of input blocks always do; those inside only with `dispatch_action`. */
export function tellsAtOnce(place) {
  return !place.input || Boolean(place.input.dispatch_action);
}

/** The attributes that every element carries: hooks, focus key, accessible name. */
export function hooks(element, place, { part = "" } = {}) {
  return {
    "aria-labelledby": place.labelledBy,
    "aria-label": place.labelledBy ? null : place.label,
    "aria-describedby": place.describedBy,
    "aria-required": place.input && !place.input.optional ? "true" : null,
    data: { actionId: element.action_id ?? "", key: keyOf(element, place, part) },
  };
}

/** How the focus finds this element again after a rebuild. */
export function keyOf(element, place, part = "") {
  return `${place.surface.key}/${place.blockId}/${element.action_id ?? ""}/${part}`;
}
