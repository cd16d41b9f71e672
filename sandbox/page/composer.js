/** The box to write in: messages, slash commands, global shortcuts. */

import { el, freshId } from "./dom.js";
import { post } from "./api.js";
import { openMenu } from "./menu.js";
import { shortcutItem } from "./message.js";
import { createSuggestions } from "./suggestions.js";
import { words } from "./words.js";

/** A composer for a channel, or for a thread in it; what was typed is kept per place, also over a reload. */
export function composer(store, { channel, threadTs = null, placeholder, testid }) {
  if (isReadOnly(store, channel)) return readOnlyNote(testid);
  const listId = freshId("commands");
  const list = el("div", { class: "suggestions", id: listId, role: "listbox", "aria-label": words("Commands"), hidden: true });
  const error = el("div", { class: "composer-error", role: "alert", hidden: true, data: { testid: `${testid}-error` } });
  const draft = draftField([store.member, channel, threadTs].join("/"), {
    rows: "1", dir: "auto", placeholder, "aria-label": placeholder, "aria-controls": listId, testid,
  });
  const send = () => say(store, { channel, threadTs, draft, error });
  const suggestions = createSuggestions(store, draft.field, list, draft.set);
  listen(draft, suggestions, send);
  return el("div", { class: "composer" }, list, el("div", { class: "composer-box" }, draft.field, toolsNode(store, send)), error);
}

function isReadOnly(store, channel) {
  return store.snapshot?.channels.find((each) => each.id === channel)?.is_read_only ?? false;
}

/** What Slack shows where the app takes no messages. */
function readOnlyNote(testid) {
  return el("p", { class: "composer-off", data: { testid: `${testid}-off` } }, words("Sending messages to this app has been turned off."));
}

/** The text field with its memory. */
function draftField(key, { testid, ...props }) {
  const field = el("textarea", { ...props, value: sessionStorage.getItem(draftKey(key)) ?? "", data: { testid, key } });
  const set = (text) => {
    if (field.value !== text) field.value = text;
    sessionStorage.setItem(draftKey(key), text);
    grow(field);
  };
  requestAnimationFrame(() => grow(field));
  return { field, set };
}

function draftKey(key) {
  return `draft/${key}`;
}

function listen({ field, set }, suggestions, send) {
  field.addEventListener("input", () => {
    set(field.value);
    suggestions.show();
  });
  field.addEventListener("blur", () => suggestions.hide());
  field.addEventListener("keydown", (event) => {
    if (suggestions.steer(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    suggestions.hide();
    send();
  });
}

/** Say it; what is refused comes back into the field, with the reason below. */
async function say(store, { channel, threadTs, draft, error }) {
  const text = draft.field.value.trim();
  if (!text) return;
  draft.set("");
  showError(error, "");
  const thread = threadTs ? { thread_ts: threadTs } : {};
  const answer = await post("say", { member: store.member, channel, text, ...thread });
  if (!answer.error) return;
  showError(error, answer.error);
  if (!draft.field.value) draft.set(text);
}

function toolsNode(store, send) {
  const plus = el("button", {
    type: "button", class: "plus", title: words("Shortcuts"), "aria-label": words("Shortcuts"), "aria-haspopup": "menu",
    data: { testid: "shortcuts" }, on: { click: (event) => openShortcuts(event.currentTarget, store) },
  }, "+");
  const go = el("button", { type: "button", class: "send", title: words("Send"), "aria-label": words("Send"), on: { click: send } }, "➤");
  return el("div", { class: "composer-tools" }, plus, go);
}

function openShortcuts(anchor, store) {
  const shortcuts = store.snapshot.shortcuts.filter((shortcut) => shortcut.type === "global");
  if (shortcuts.length > 0) openMenu(anchor, shortcuts.map((shortcut) => shortcutItem(store, shortcut)));
  else openMenu(anchor, [{ text: words("The app declares no shortcuts"), run: () => {} }]);
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}

function showError(node, sentence) {
  node.textContent = sentence;
  node.hidden = !sentence;
}
