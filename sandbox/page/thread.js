/** The panel beside the conversation: one message with its replies, and a composer for more. */

import { el, replace } from "./dom.js";
import { composer } from "./composer.js";
import { createMessageList } from "./messages.js";
import { currentChannel, messagesIn } from "./store.js";

/** The panel; it stays closed while no thread is asked for, or its message is gone. */
export function createThread(container, store) {
  const scroller = el("div", { class: "scroller", tabindex: "0" });
  const list = createMessageList(store, { label: "Replies", scroller: () => scroller, testid: "replies-list" });
  const where = el("span", { class: "where", dir: "auto" });
  const foot = el("div");
  let place = null;
  const close = () => store.openThread(null);
  const cross = el("button", { type: "button", class: "close", "aria-label": "Close thread", on: { click: close } }, "×");
  container.append(el("header", {}, el("h2", {}, "Thread"), where, cross), scroller, foot);
  scroller.append(list.node);
  container.addEventListener("keydown", (event) => event.key === "Escape" && close());

  function update(context) {
    const channel = currentChannel(store);
    const messages = channel ? threadOf(messagesIn(store, channel.id), store.thread) : [];
    container.hidden = messages.length === 0;
    if (container.hidden) {
      place = null;
      list.clear();
      return;
    }
    where.textContent = channel.kind === "channel" ? `#${channel.name}` : channel.name;
    const now = [store.member, channel.id, store.thread].join("/");
    if (now !== place) {
      place = now;
      const props = { channel: channel.id, threadTs: store.thread, placeholder: "Reply…", testid: "thread-composer" };
      replace(foot, composer(store, props));
    }
    list.update(channel.id, messages, { inThread: true, context, place: now });
  }

  return { update };
}

/** The root and its replies; what is no thread at all is empty. */
function threadOf(messages, ts) {
  if (!ts) return [];
  const root = messages.filter((message) => message.ts === ts && !message.ephemeral);
  return root.length === 0 ? [] : [...root, ...messages.filter((message) => message.ts !== ts && message.thread_ts === ts)];
}
