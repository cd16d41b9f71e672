/** The panel beside the conversation: one message with its replies, and a composer for more. */

import { el, region, replace } from "./dom.js";
import { composer } from "./composer.js";
import { createMessageList } from "./messages.js";
import { currentChannel, messagesIn } from "./store.js";
import { spoken, words } from "./words.js";

/** The panel; it stays closed while no thread is asked for, or its message is gone. */
export function createThread(container, store) {
  const scroller = el("div", { class: "scroller", tabindex: "0" });
  const list = createMessageList(store, { scroller: () => scroller, testid: "replies-list" });
  const where = el("span", { class: "where", dir: "auto" });
  const foot = el("div");
  let place = null;
  const close = () => store.openThread(null);
  const head = el("header");
  const drawHead = region(head);
  container.append(head, scroller, foot);
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
    drawHead(spoken(), () => [el("h2", {}, words("Thread")), where, cross(close)]);
    where.textContent = channel.kind === "channel" ? `#${channel.name}` : channel.name;
    const now = [store.member, channel.id, store.thread].join("/");
    if (now !== place) {
      place = now;
      const props = { channel: channel.id, threadTs: store.thread, placeholder: words("Reply…"), testid: "thread-composer" };
      replace(foot, composer(store, props));
    }
    list.update(channel.id, messages, { label: words("Replies"), inThread: true, context, place: now });
  }

  return { update };
}

function cross(close) {
  return el("button", {
    type: "button", class: "close", "aria-label": words("Close thread"), data: { testid: "thread-close", key: "thread-close" },
    on: { click: close },
  }, "×");
}

/** The root and its replies; what is no thread at all is empty. */
function threadOf(messages, ts) {
  if (!ts) return [];
  const root = messages.filter((message) => message.ts === ts && !message.ephemeral);
  return root.length === 0 ? [] : [...root, ...messages.filter((message) => message.ts !== ts && message.thread_ts === ts)];
}
