/** The elements of Block Kit by type; each one is drawn by the module of its kind. */

import { el } from "./dom.js";
import { button, overflow } from "./buttons.js";
import { checkboxes, radioButtons } from "./choices.js";
import { dateField, numberField, textField, timeField } from "./fields.js";
import { fileField } from "./files.js";
import { image } from "./images.js";
import { multiSelect, select } from "./selects.js";
import { words } from "./words.js";

const ELEMENTS = {
  button,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  plain_text_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  number_input: numberField,
  file_input: fileField,
  datepicker: dateField,
  timepicker: timeField,
  static_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  multi_static_select: multiSelect,
  multi_users_select: multiSelect,
  multi_conversations_select: multiSelect,
  multi_channels_select: multiSelect,
  image: (element, place) => image(element, place.surface),
};

/** Draw one element at a place: `{surface, blockId, input?, label?, labelledBy?, describedBy?}`. */
export function renderElement(element, place) {
  const draw = ELEMENTS[element.type];
  if (draw) return draw(element, place);
  return el("span", { class: "unknown" }, words("The sandbox can't draw a “{type}” element.", { type: element.type }));
}
