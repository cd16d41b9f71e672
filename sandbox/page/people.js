/** How members and the app appear: names, avatars by initials, their language in words. */

import { el } from "./dom.js";
import { memberById } from "./store.js";

const SLACKBOT = "USLACKBOT";
const HUES = [262, 198, 150, 24, 340, 48, 220];
const LANGUAGES = { de: "Deutsch", en: "English" };

/** A square with initials, in a colour that belongs to the id. */
export function avatar(id, name, { size = 36, isApp = false } = {}) {
  const node = el("span", { class: `avatar${isApp ? " avatar-app" : ""}`, "aria-hidden": "true" }, initials(name));
  node.style.setProperty("--size", `${size}px`);
  node.style.setProperty("--hue", isApp ? 168 : HUES[hash(id) % HUES.length]);
  return node;
}

/** The name under which an author is shown. */
export function authorName(store, message) {
  return message.username ?? memberById(store, message.user)?.name ?? "Slackbot";
}

/** "Salesperson · English (UK)": what the picker says under a name. */
export function describe(member) {
  const [language, country] = member.locale.split("-");
  const words = `${LANGUAGES[language] ?? language} (${country})`;
  return [member.title, words].filter(Boolean).join(" · ");
}

export function appMember(store) {
  return store.snapshot?.members.find((member) => member.is_bot && member.id !== SLACKBOT);
}

/** The people whom one can be: everybody but bots. */
export function people(store) {
  return (store.snapshot?.members ?? []).filter((member) => !member.is_bot && member.id !== SLACKBOT);
}

function initials(name) {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "").join("").toUpperCase();
}

function hash(text) {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 13);
}
