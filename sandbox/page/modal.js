/**
 * The stack of views as Slack's modal: the top view in front, its fields, errors and buttons.
 *
 * A view is rebuilt only when the server sends it changed. Typed text and focus
 * stay as long as the field stays; otherwise the view starts at its top.
 */

import { el, replace, rememberFocus } from "./dom.js";
import { post } from "./api.js";
import { renderSurface } from "./blocks.js";
import { plainText } from "./mrkdwn.js";
import { coverBeneath, focusable, trapTab } from "./overlay.js";
import { appMember, avatar } from "./people.js";
import { viewKey, viewSurface } from "./surface.js";
import { adoptTouched, forgetViews, touchedState } from "./touched.js";
import { problemsOf } from "./validate.js";

const PATIENCE_MS = 1500;
const FIELDS = "input, select, textarea";

/** The modal layer; `update()` after every snapshot. */
export function createModals(container, store) {
  let print = null;
  let shown = null;
  let opener = null;

  function update() {
    const views = store.snapshot?.views ?? [];
    const top = views.at(-1);
    const wanted = top ? JSON.stringify([{ ...top, touched: null }, views.length]) : null;
    forgetViews(views.map(viewKey));
    views.forEach((view) => adoptTouched(viewKey(view), view.touched));
    if (wanted === print) return;
    print = wanted;
    if (top) show(top, views.length);
    else close();
  }

  function show(view, depth) {
    if (!shown) opener = document.activeElement;
    const before = shown;
    const restore = rememberFocus(container);
    const scrolled = container.querySelector(".modal-body")?.scrollTop ?? 0;
    shown = modalNode(view, depth, store);
    replace(container, shown.backdrop);
    coverBeneath();
    const kept = before?.view.id === view.id && !before.busy() ? restore() : null;
    if (kept?.matches(FIELDS)) shown.body.scrollTop = scrolled;
    else shown.start();
  }

  function close() {
    replace(container);
    shown = null;
    coverBeneath();
    const back = opener?.isConnected ? opener : document.querySelector(".composer textarea");
    back?.focus({ preventScroll: true });
  }

  return { update };
}

/** One modal: its node and what can be done with it. */
function modalNode(view, depth, store) {
  let busy = false;
  const banner = el("div", { class: "banner", role: "alert", hidden: true, data: { testid: "modal-error" } });
  const fail = (sentence) => {
    banner.textContent = sentence;
    banner.hidden = false;
  };
  const surface = viewSurface(store, view, { changed: (blockId) => showError(body, blockId, null), failed: fail });
  const body = el("div", { class: "modal-body" }, renderSurface(view.blocks ?? [], surface));
  const setBusy = (now) => {
    busy = now;
    dialog.setAttribute("aria-busy", String(now));
    dialog.classList.toggle("busy", now);
  };
  const away = async (all) => {
    const answer = await post("close", { member: store.member, view_id: view.id, all });
    if (answer.error) fail(answer.error);
  };
  const submit = async (event) => {
    event.preventDefault();
    if (busy || !view.submit) return;
    banner.hidden = true;
    const problems = problemsOf(view, surface);
    if (showErrors(body, problems, fail)) return;
    setBusy(true);
    await send(view, surface, store, { body, fail });
    setBusy(false);
  };
  const dialog = el(
    "form",
    {
      class: depth > 1 ? "modal stacked" : "modal",
      role: "dialog",
      "aria-modal": "true",
      "aria-labelledby": "modal-title",
      tabindex: "-1",
      novalidate: true,
      data: { testid: "modal", viewId: view.id, callbackId: view.callback_id },
      on: { submit },
    },
    headNode(view, store, () => away(true)),
    banner,
    body,
    footNode(view, () => away(false)),
  );
  const backdrop = el("div", { class: "modal-backdrop" }, dialog);
  backdrop.addEventListener("keydown", (event) => {
    trapTab(event, dialog);
    if (event.key === "Escape") away(true);
  });
  const start = () => {
    body.scrollTop = 0;
    (focusable(body).find((node) => node.matches(FIELDS)) ?? dialog).focus({ preventScroll: true });
  };
  return { view, backdrop, body, busy: () => busy, start };
}

function headNode(view, store, close) {
  const app = appMember(store);
  return el(
    "header",
    { class: "modal-head" },
    app && avatar(app.id, app.name, { size: 24, isApp: true }),
    el("h1", { id: "modal-title", dir: "auto" }, plainText(view.title)),
    el("button", { type: "button", class: "close", "aria-label": "Close", data: { testid: "modal-x" }, on: { click: close } }, "×"),
  );
}

function footNode(view, cancel) {
  return el(
    "footer",
    { class: "modal-foot" },
    el("button", { type: "button", class: "button", data: { testid: "modal-close" }, on: { click: cancel } }, plainText(view.close) || (view.submit ? "Cancel" : "Close")),
    view.submit && el("button", { type: "submit", class: "button primary submit", data: { testid: "modal-submit" } }, plainText(view.submit)),
  );
}

/** Submit; a view that was taken stays busy until the next snapshot says what became of it. */
async function send(view, surface, store, { body, fail }) {
  const moved = store.nextSnapshot(PATIENCE_MS);
  const answer = await post("submit", { member: store.member, view_id: view.id, state: touchedState(surface.key) });
  if (answer.errors) showErrors(body, answer.errors, fail);
  else if (answer.error) fail(answer.error);
  else await moved;
}

/** Put each sentence beside its field, the focus into the first; true if there was any. */
function showErrors(body, errors, fail) {
  const blocks = Object.keys(errors);
  body.querySelectorAll(".field-error").forEach((slot) => { slot.hidden = true; });
  const stray = blocks.filter((blockId) => !showError(body, blockId, errors[blockId]));
  if (stray.length > 0) fail(stray.map((blockId) => errors[blockId]).join(" "));
  const first = body.querySelector(".field-error:not([hidden])")?.closest(".block");
  first?.scrollIntoView({ block: "nearest" });
  if (first) focusable(first)[0]?.focus({ preventScroll: true });
  return blocks.length > 0;
}

/** Show or clear the error of one block; false if there is no such field. */
function showError(body, blockId, sentence) {
  const slot = body.querySelector(`[data-testid="${CSS.escape(`error-${blockId}`)}"]`);
  if (!slot) return false;
  slot.textContent = sentence ?? "";
  slot.hidden = !sentence;
  const field = slot.closest(".block").querySelector("[data-action-id]");
  if (sentence) field?.setAttribute("aria-invalid", "true");
  else field?.removeAttribute("aria-invalid");
  return true;
}
