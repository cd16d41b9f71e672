/**
 * The stack of views as Slack's modal; only the top one is shown.
 *
 * A view is rebuilt only when the server sends it changed. Typed text and focus
 * stay as long as the field stays; otherwise the view starts at its top.
 */

import { rememberFocus, replace } from "./dom.js";
import { coverBeneath } from "./overlay.js";
import { viewKey } from "./surface.js";
import { adoptTouched, forgetViews } from "./touched.js";
import { FIELDS, ViewDialog } from "./view.js";

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
    const scrolled = before?.body.scrollTop ?? 0;
    const restore = rememberFocus(container);
    shown = new ViewDialog(view, depth, store);
    replace(container, shown.node);
    coverBeneath();
    const kept = before?.view.id === view.id && !before.busy ? restore() : null;
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
