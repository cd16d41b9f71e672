/**
 * On a phone the sidebar folds away behind a menu button.
 *
 * phone.css decides what a phone is: wider pages show the sidebar always, and no button.
 */

import { el } from "./dom.js";
import { words } from "./words.js";

const WIDER = matchMedia("(min-width: 640.01px)");

/** The fold; `button()` is drawn into the header, `beneath` rests while the sidebar is open. */
export function createFold(sidebar, beneath) {
  const scrim = el("div", { class: "scrim", data: { testid: "scrim" }, on: { click: () => turn(false) } });
  sidebar.before(scrim);

  function turn(open) {
    document.body.classList.toggle("sidebar-open", open);
    beneath.forEach((part) => { part.inert = open; });
    currentButton()?.setAttribute("aria-expanded", String(open));
    if (open) sidebar.querySelector("[aria-current]")?.focus();
    else if (sidebar.contains(document.activeElement) || document.activeElement === document.body) currentButton()?.focus();
  }

  const isOpen = () => document.body.classList.contains("sidebar-open");
  sidebar.addEventListener("click", (event) => isOpen() && event.target.closest("button") && turn(false));
  sidebar.addEventListener("keydown", (event) => isOpen() && event.key === "Escape" && turn(false));
  WIDER.addEventListener("change", () => isOpen() && turn(false));

  return {
    button: () => el("button", {
      type: "button", class: "menu-button", "aria-label": words("Channels and members"), "aria-controls": sidebar.id,
      "aria-expanded": String(isOpen()), data: { testid: "menu", key: "menu" }, on: { click: () => turn(true) },
    }, "☰"),
  };
}

function currentButton() {
  return document.querySelector(".menu-button");
}
