/** Slack's confirm dialog: title, text, yes and no, above everything else. */

import { el } from "./dom.js";
import { textNode } from "./mrkdwn.js";
import { coverBeneath, trapTab } from "./overlay.js";

/** Ask; resolves to true for "confirm", to false for "deny", Escape and a click beside. */
export function confirmed(confirm, store) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const answer = (yes) => () => {
      backdrop.remove();
      coverBeneath();
      before?.focus({ preventScroll: true });
      resolve(yes);
    };
    const dialog = dialogNode(confirm, store, answer);
    const backdrop = el("div", { class: "confirm-backdrop" }, dialog);
    backdrop.addEventListener("keydown", (event) => {
      trapTab(event, dialog);
      if (event.key === "Escape") answer(false)();
      event.stopPropagation();
    });
    document.body.append(backdrop);
    coverBeneath();
    dialog.querySelector(".confirm-yes").focus();
  });
}

function dialogNode(confirm, store, answer) {
  return el(
    "div",
    { class: "confirm", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text", data: { testid: "confirm" } },
    el("h2", { id: "confirm-title", dir: "auto" }, textNode(confirm.title, store)),
    el("div", { id: "confirm-text", class: "text", dir: "auto" }, textNode(confirm.text, store)),
    el(
      "div",
      { class: "confirm-buttons" },
      el("button", { type: "button", class: "button", data: { testid: "confirm-no" }, on: { click: answer(false) } }, textNode(confirm.deny, store) ?? "Cancel"),
      el("button", {
        type: "button",
        class: `button confirm-yes ${confirm.style === "danger" ? "danger" : "primary"}`,
        data: { testid: "confirm-yes" },
        on: { click: answer(true) },
      }, textNode(confirm.confirm, store) ?? "Yes"),
    ),
  );
}
