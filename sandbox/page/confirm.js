/** Slack's confirm dialog: title, text, yes and no, above everything else. */

import { el } from "./dom.js";
import { textNode } from "./mrkdwn.js";
import { coverBeneath, trapTab } from "./overlay.js";
import { words } from "./words.js";

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
  const style = confirm.style === "danger" ? "danger" : "primary";
  return el(
    "div",
    {
      class: "confirm",
      role: "alertdialog",
      "aria-modal": "true",
      "aria-labelledby": "confirm-title",
      "aria-describedby": "confirm-text",
      data: { testid: "confirm" },
    },
    el("h2", { id: "confirm-title", dir: "auto" }, textNode(confirm.title, store)),
    el("div", { id: "confirm-text", class: "text", dir: "auto" }, textNode(confirm.text, store)),
    el(
      "div",
      { class: "confirm-buttons" },
      answerButton("confirm-no", "", answer(false), textNode(confirm.deny, store) ?? words("Cancel")),
      answerButton("confirm-yes", style, answer(true), textNode(confirm.confirm, store) ?? words("Yes")),
    ),
  );
}

function answerButton(testid, style, click, words) {
  return el("button", { type: "button", class: `button ${testid} ${style}`, data: { testid }, on: { click } }, words);
}
