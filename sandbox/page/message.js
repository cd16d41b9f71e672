/** One message: author, time, text or blocks, the way into its thread, its menu. */

import { el } from "./dom.js";
import { post } from "./api.js";
import { renderSurface } from "./blocks.js";
import { fullMoment, timeOfDay } from "./dates.js";
import { messageFiles } from "./files.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { authorName, avatar } from "./people.js";
import { memberById } from "./store.js";
import { messageSurface } from "./surface.js";
import { toast } from "./toasts.js";
import { counted, words } from "./words.js";

/** Draw a message of a channel; in a thread it offers no further thread. */
export function messageNode(store, channelId, message, { inThread = false }) {
  const name = authorName(store, message);
  return el(
    "article",
    {
      class: `message${message.ephemeral ? " ephemeral" : ""}`,
      "aria-label": `${name}, ${timeOfDay(message.ts, memberById(store, store.member))}`,
      data: { testid: "message", ts: message.ts },
    },
    message.ephemeral && el("div", { class: "only-you" }, `👁 ${words("Only visible to you")}`),
    avatar(message.user ?? "", name, { isApp: message.is_app }),
    el(
      "div",
      { class: "message-main" },
      headNode(store, message, name),
      bodyNode(store, channelId, message),
      message.files?.length > 0 && messageFiles(message.files, store),
      !inThread && repliesNode(store, message),
    ),
    !message.ephemeral && toolsNode(store, channelId, message, inThread),
  );
}

function headNode(store, message, name) {
  const who = memberById(store, store.member);
  return el(
    "div",
    { class: "message-head" },
    el("bdi", { class: "author" }, name),
    message.is_app && el("span", { class: "badge" }, "APP"),
    el("time", { title: fullMoment(message.ts, who) }, timeOfDay(message.ts, who)),
  );
}

function bodyNode(store, channelId, message) {
  const edited = message.edited && el("span", { class: "edited" }, words("(edited)"));
  if (message.blocks?.length > 0) {
    const blocks = renderSurface(message.blocks, messageSurface(store, channelId, message.ts));
    return el("div", {}, blocks, edited);
  }
  return el("div", { class: "text", dir: "auto" }, mrkdwn(message.text ?? "", store), edited && [" ", edited]);
}

function repliesNode(store, message) {
  if (!message.reply_count) return null;
  return el("button", {
    type: "button",
    class: "replies",
    data: { testid: "replies", key: `replies/${message.ts}` },
    on: { click: () => store.openThread(message.ts) },
  }, counted("{count} reply", "{count} replies", message.reply_count));
}

function toolsNode(store, channelId, message, inThread) {
  const shortcuts = store.snapshot.shortcuts.filter((shortcut) => shortcut.type === "message");
  const items = shortcuts.map((shortcut) => shortcutItem(store, shortcut, channelId, message.ts));
  const tools = [
    !inThread && toolNode("💬", words("Reply in thread"), "reply", message.ts, () => store.openThread(message.ts)),
    items.length > 0 && toolNode("⋮", words("More actions"), "more", message.ts, (node) => openMenu(node, items)),
  ];
  return tools.some(Boolean) && el("div", { class: "tools" }, tools);
}

function toolNode(sign, name, testid, ts, run) {
  return el("button", {
    type: "button", title: name, "aria-label": name, data: { testid: `message-${testid}`, key: `${testid}/${ts}` }, on: { click: (event) => run(event.currentTarget) },
  }, sign);
}

/** A shortcut as an entry of a menu; a global one has neither channel nor message. */
export function shortcutItem(store, shortcut, channel, ts) {
  return {
    text: shortcut.name,
    value: shortcut.callback_id,
    async run() {
      const answer = await post("shortcut", { member: store.member, callback_id: shortcut.callback_id, channel, ts });
      if (answer.error) toast(shortcut.name, answer.error);
    },
  };
}
