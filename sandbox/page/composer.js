/** The box to write in: messages, slash commands with their suggestions, global shortcuts. */

import { el, freshId, replace } from "./dom.js";
import { post } from "./api.js";
import { openMenu } from "./menu.js";
import { shortcutItem } from "./message.js";

const drafts = new Map();

/** A composer for a channel, or for a thread in it; what was typed is kept per place. */
export function composer(store, { channel, threadTs = null, placeholder, testid }) {
  const key = [store.member, channel, threadTs].join("/");
  const listId = freshId("commands");
  const error = el("div", { class: "composer-error", role: "alert", hidden: true, data: { testid: `${testid}-error` } });
  const list = el("div", { class: "suggestions", id: listId, role: "listbox", "aria-label": "Commands", hidden: true });
  const field = el("textarea", {
    rows: "1", dir: "auto", placeholder, "aria-label": placeholder, "aria-controls": listId,
    value: drafts.get(key) ?? "", data: { testid, key },
  });
  const send = async () => {
    const text = field.value.trim();
    if (!text) return;
    setText(field, "", key);
    showError(error, "");
    const answer = await post("say", { member: store.member, channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) });
    if (!answer.error) return;
    showError(error, answer.error);
    if (!field.value) setText(field, text, key);
  };
  const suggestions = suggestionsFor(store, field, list, (text) => setText(field, text, key));
  field.addEventListener("input", () => {
    setText(field, field.value, key);
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
  const plus = el("button", {
    type: "button", class: "plus", title: "Shortcuts", "aria-label": "Shortcuts", "aria-haspopup": "menu",
    on: { click: (event) => openShortcuts(event.currentTarget, store) },
  }, "+");
  const go = el("button", { type: "button", class: "send", title: "Send", "aria-label": "Send", on: { click: send } }, "➤");
  const node = el("div", { class: "composer" }, list, el("div", { class: "composer-box" }, field, el("div", { class: "composer-tools" }, plus, go)), error);
  requestAnimationFrame(() => grow(field));
  return node;
}

function openShortcuts(anchor, store) {
  const shortcuts = store.snapshot.shortcuts.filter((shortcut) => shortcut.type === "global");
  if (shortcuts.length > 0) openMenu(anchor, shortcuts.map((shortcut) => shortcutItem(store, shortcut)));
  else openMenu(anchor, [{ text: "The app declares no shortcuts", run: () => {} }]);
}

/** The commands that begin with what was typed, as long as only a command was typed. */
function suggestionsFor(store, field, list, take) {
  let active = 0;
  const matching = () => {
    const typed = field.value;
    if (!/^\/\S*$/.test(typed)) return [];
    return (store.snapshot?.commands ?? []).filter((one) => one.command.startsWith(typed));
  };
  const hide = () => { list.hidden = true; };
  const pick = (command) => {
    take(`${command} `);
    hide();
    field.focus();
  };
  const show = () => {
    const found = matching();
    active = Math.max(0, Math.min(active, found.length - 1));
    list.hidden = found.length === 0;
    replace(list, found.map((one, index) => suggestionNode(one, index === active, pick)));
  };
  const steer = (event) => {
    const found = list.hidden ? [] : matching();
    if (found.length === 0) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      active = (active + moves[event.key] + found.length) % found.length;
      show();
    } else if (event.key === "Escape") hide();
    else if (event.key === "Tab" || (event.key === "Enter" && field.value !== found[active].command)) pick(found[active].command);
    else return false;
    event.preventDefault();
    return true;
  };
  return { show, hide, steer };
}

function suggestionNode(one, selected, pick) {
  return el(
    "div",
    { role: "option", class: "suggestion", "aria-selected": String(selected), on: { mousedown: (event) => { event.preventDefault(); pick(one.command); } } },
    el("span", {}, el("strong", {}, one.command), one.usage_hint && el("span", { class: "usage" }, ` ${one.usage_hint}`)),
    el("span", { class: "suggestion-about" }, one.description),
  );
}

function setText(field, text, key) {
  if (field.value !== text) field.value = text;
  drafts.set(key, text);
  grow(field);
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}

function showError(node, sentence) {
  node.textContent = sentence;
  node.hidden = !sentence;
}
