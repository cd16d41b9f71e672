/** Buttons and overflow menus: what sends an action by being clicked. */

import { el } from "./dom.js";
import { confirmed } from "./confirm.js";
import { openMenu } from "./menu.js";
import { plainText, textNode } from "./mrkdwn.js";
import { hooks } from "./values.js";
import { words } from "./words.js";

/** A button; one with a url also opens it, one with a confirm dialog asks first. */
export function button(element, place) {
  const named = hooks(element, { ...place, label: element.accessibility_label });
  const props = { ...named, class: `button ${element.style ?? ""}`, on: { click: (event) => press(event, element, place) } };
  const label = el("span", { dir: "auto" }, textNode(element.text, place.surface.store));
  if (!isLink(element.url)) return el("button", { type: "button", ...props }, label);
  return el("a", { href: element.url, target: "_blank", rel: "noopener noreferrer", ...props }, label);
}

async function press(event, element, place) {
  const node = event.currentTarget;
  if (node.getAttribute("aria-busy") === "true") return;
  if (element.confirm && element.url) event.preventDefault();
  if (element.confirm && !(await confirmed(element.confirm, place.surface.store))) return;
  if (element.confirm && isLink(element.url)) window.open(element.url, "_blank", "noopener");
  const sent = { type: "button", text: element.text };
  if (element.value !== undefined) sent.value = element.value;
  node.setAttribute("aria-busy", "true");
  await place.surface.act(place.blockId, element.action_id ?? "", sent);
  node.removeAttribute("aria-busy");
}

/** The "⋯" menu. */
export function overflow(element, place) {
  const show = (event) => openMenu(event.currentTarget, element.options.map((option) => ({
    text: plainText(option.text),
    description: plainText(option.description),
    value: option.value,
    url: isWeb(option.url) ? option.url : null,
    run: () => choose(option, element, place),
  })));
  return el("button", {
    type: "button",
    ...hooks(element, { ...place, labelledBy: null, label: words("More actions") }),
    class: "button overflow",
    "aria-haspopup": "menu",
    on: { click: show },
  }, "⋯");
}

async function choose(option, element, place) {
  if (element.confirm && !(await confirmed(element.confirm, place.surface.store))) return;
  place.surface.act(place.blockId, element.action_id, { type: "overflow", selected_option: option });
}

/** A button may also begin a mail. */
function isLink(url) {
  return isWeb(url) || /^mailto:/i.test(url ?? "");
}

function isWeb(url) {
  return /^https?:\/\//i.test(url ?? "");
}
