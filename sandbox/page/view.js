/** One view on the screen: its dialog, its fields and their errors, its submission. */

import { el } from "./dom.js";
import { post } from "./api.js";
import { renderSurface } from "./blocks.js";
import { plainText } from "./mrkdwn.js";
import { focusable, trapTab } from "./overlay.js";
import { appMember, avatar } from "./people.js";
import { viewSurface } from "./surface.js";
import { touchedState } from "./touched.js";
import { problemsOf } from "./validate.js";
import { words } from "./words.js";

const PATIENCE_MS = 1500;
export const FIELDS = "input, select, textarea";

/** The dialog of a view; `node` is put on the page, `start()` gives it the focus. */
export class ViewDialog {
  constructor(view, depth, store) {
    this.view = view;
    this.store = store;
    this.busy = false;
    this.surface = viewSurface(store, view, {
      changed: (blockId) => this.showError(blockId, null),
      failed: (sentence) => this.fail(sentence),
    });
    this.banner = el("div", { class: "banner", role: "alert", hidden: true, data: { testid: "modal-error" } });
    this.body = el("div", { class: "modal-body" }, renderSurface(view.blocks ?? [], this.surface));
    this.dialog = this.draw(depth);
    this.node = el("div", { class: "modal-backdrop", on: { keydown: (event) => this.steer(event) } }, this.dialog);
  }

  /** Begin at the top, in the first field if there is one. */
  start() {
    this.body.scrollTop = 0;
    const first = focusable(this.body).find((node) => node.matches(FIELDS));
    (first ?? this.dialog).focus({ preventScroll: true });
  }

  draw(depth) {
    const { view } = this;
    return el(
      "form",
      {
        class: depth > 1 ? "modal stacked" : "modal",
        role: "dialog",
        "aria-modal": "true",
        "aria-labelledby": "modal-title",
        tabindex: "-1",
        novalidate: true,
        data: { testid: "modal", viewId: view.id, callbackId: view.callback_id },
        on: { submit: (event) => this.submit(event) },
      },
      headNode(view, this.store, () => this.close({ all: true })),
      this.banner,
      this.body,
      footNode(view, () => this.close({ all: false })),
    );
  }

  steer(event) {
    trapTab(event, this.dialog);
    if (event.key === "Escape") this.close({ all: true });
  }

  async close({ all }) {
    const answer = await post("close", { member: this.store.member, view_id: this.view.id, all });
    if (answer.error) this.fail(answer.error);
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy || !this.view.submit) return;
    this.banner.hidden = true;
    if (this.showErrors(problemsOf(this.view, this.surface))) return;
    this.setBusy(true);
    await this.send();
    this.setBusy(false);
  }

  /** A view that was taken stays busy until the next snapshot says what became of it. */
  async send() {
    const moved = this.store.nextSnapshot(PATIENCE_MS);
    const answer = await post("submit", {
      member: this.store.member,
      view_id: this.view.id,
      state: touchedState(this.surface.key),
    });
    if (answer.errors) this.showErrors(answer.errors);
    else if (answer.error) this.fail(answer.error);
    else await moved;
  }

  setBusy(busy) {
    this.busy = busy;
    this.dialog.setAttribute("aria-busy", String(busy));
    this.dialog.classList.toggle("busy", busy);
  }

  fail(sentence) {
    this.banner.textContent = sentence;
    this.banner.hidden = false;
  }

  /** Put each sentence beside its field, the focus into the first; true if there was any. */
  showErrors(errors) {
    const blocks = Object.keys(errors);
    this.body.querySelectorAll(".field-error").forEach((slot) => { slot.hidden = true; });
    const stray = blocks.filter((blockId) => !this.showError(blockId, errors[blockId]));
    if (stray.length > 0) this.fail(stray.map((blockId) => errors[blockId]).join(" "));
    const first = this.body.querySelector(".field-error:not([hidden])")?.closest(".block");
    first?.scrollIntoView({ block: "nearest" });
    if (first) focusable(first)[0]?.focus({ preventScroll: true });
    return blocks.length > 0;
  }

  /** Show or clear the error of one block; false if there is no such field. */
  showError(blockId, sentence) {
    const slot = this.body.querySelector(`[data-testid="${CSS.escape(`error-${blockId}`)}"]`);
    if (!slot) return false;
    slot.textContent = sentence ?? "";
    slot.hidden = !sentence;
    const field = slot.closest(".block").querySelector("[data-action-id]");
    if (sentence) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
    return true;
  }
}

function headNode(view, store, close) {
  const app = appMember(store);
  return el(
    "header",
    { class: "modal-head" },
    app && avatar(app.id, app.name, { size: 24, isApp: true }),
    el("h1", { id: "modal-title", dir: "auto" }, plainText(view.title)),
    el("button", {
      type: "button", class: "close", "aria-label": words("Close"), data: { testid: "modal-x" }, on: { click: close },
    }, "×"),
  );
}

function footNode(view, cancel) {
  const closing = plainText(view.close) || (view.submit ? words("Cancel") : words("Close"));
  return el(
    "footer",
    { class: "modal-foot" },
    el("button", { type: "button", class: "button", data: { testid: "modal-close" }, on: { click: cancel } }, closing),
    view.submit && el("button", {
      type: "submit", class: "button primary submit", data: { testid: "modal-submit" },
    }, plainText(view.submit)),
  );
}
