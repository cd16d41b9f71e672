/** Short-lived words in the corner: what went wrong just now. */

import { el } from "./dom.js";
import { words } from "./words.js";

const STAY_MS = 12000;

/** Show a toast; `more` is `{label, run}` for a button that leads on. */
export function toast(title, detail, { more = null, testid = "toast" } = {}) {
  const node = el(
    "div",
    { class: "toast", data: { testid } },
    el("strong", {}, title),
    detail && el("pre", { class: "toast-detail", dir: "auto" }, detail),
    el(
      "div",
      { class: "toast-buttons" },
      more && el("button", { type: "button", class: "link", on: { click: () => { node.remove(); more.run(); } } }, more.label),
      el("button", { type: "button", class: "link", on: { click: () => node.remove() } }, words("Dismiss")),
    ),
  );
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), STAY_MS);
}
