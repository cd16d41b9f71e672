/** A popup menu below whatever opened it; one at a time, closed by Escape, a click elsewhere or Tab. */

import { el, replace } from "./dom.js";

let close = () => {};

/** Open a menu of `{text, description?, value?, url?, run}` under an anchor. */
export function openMenu(anchor, items) {
  close();
  const layer = document.getElementById("layer");
  const menu = el("div", { class: "menu", role: "menu" }, items.map((item) => menuItem(item)));
  const outside = (event) => !menu.contains(event.target) && close();
  close = () => {
    close = () => {};
    document.removeEventListener("pointerdown", outside, true);
    anchor.setAttribute("aria-expanded", "false");
    replace(layer);
    anchor.focus({ preventScroll: true });
  };
  menu.addEventListener("keydown", (event) => steer(event, menu));
  document.addEventListener("pointerdown", outside, true);
  anchor.setAttribute("aria-expanded", "true");
  replace(layer, menu);
  place(menu, anchor.getBoundingClientRect());
  menu.firstElementChild?.focus();
}

function menuItem(item) {
  const props = { role: "menuitem", tabindex: "-1", data: { value: item.value }, on: { click: () => { close(); item.run(); } } };
  const content = [
    el("span", { dir: "auto" }, item.text),
    item.description && el("span", { class: "option-description", dir: "auto" }, item.description),
  ];
  if (!item.url) return el("button", { type: "button", ...props }, content);
  return el("a", { href: item.url, target: "_blank", rel: "noopener noreferrer", ...props }, content);
}

function steer(event, menu) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key in moves) items.at(moves[event.key] % items.length).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Below the anchor, or above it where there is no room; never outside the window. */
function place(menu, anchor) {
  const { width, height } = menu.getBoundingClientRect();
  const below = anchor.bottom + 4;
  const top = below + height > innerHeight ? Math.max(8, anchor.top - height - 4) : below;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - width - 8))}px`;
}
