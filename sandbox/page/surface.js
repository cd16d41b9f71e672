/** Where blocks stand, and how a click on them reaches the app. */

import { post } from "./api.js";
import { toast } from "./toasts.js";
import { touchedState } from "./touched.js";
import { words } from "./words.js";

/** A message's surface. */
export function messageSurface(store, channel, ts) {
  return makeSurface(store, `message:${channel}:${ts}`, { kind: "message", channel, ts });
}

export function homeSurface(store) {
  return makeSurface(store, `home:${store.member}`, { kind: "home" });
}

/** A view's surface; `changed(blockId)` hears of every change, `failed(sentence)` of no answer. */
export function viewSurface(store, view, { changed, failed }) {
  return { ...makeSurface(store, viewKey(view), { kind: "view", view_id: view.id }, failed), changed };
}

export function viewKey(view) {
  return `view:${view.id}`;
}

function makeSurface(store, key, source, failed = (sentence) => toast(words("The app didn't answer"), sentence)) {
  return {
    key,
    store,
    async act(blockId, actionId, element) {
      const answer = await post("act", {
        member: store.member,
        source,
        block_id: blockId,
        action_id: actionId,
        element,
        state: touchedState(key),
      });
      if (answer.error) failed(answer.error);
    },
  };
}
