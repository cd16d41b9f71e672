/** The line above the conversation: where one is, whether the app is there, the bell. */

import { el } from "./dom.js";
import { appMember, avatar } from "./people.js";
import { HOME, currentChannel, directMessage } from "./store.js";
import { words } from "./words.js";

export function header(store, notices, fold) {
  const channel = currentChannel(store);
  const inApp = store.channel === HOME || channel?.kind === "dm";
  const title = inApp ? appTitle(store) : el("h1", { dir: "auto" }, channel ? `# ${channel.name}` : "");
  return [fold.button(), title, inApp && tabs(store), el("span", { class: "spacer" }), connection(store), notices.bell()];
}

/** What the header depends on. */
export function headerPrint(store, notices) {
  const { connected, mode, members, channels } = store.snapshot ?? {};
  return JSON.stringify([store.channel, store.member, store.reachable, connected, mode, members, channels, notices.print()]);
}

function appTitle(store) {
  const app = appMember(store);
  const name = app?.name ?? words("App");
  return el("h1", { dir: "auto" }, avatar(app?.id ?? "", name, { size: 24, isApp: true }), name);
}

function tabs(store) {
  const direct = directMessage(store);
  const tab = (id, key, name) => el("button", {
    type: "button",
    class: "tab",
    "aria-current": store.channel === id ? "page" : null,
    data: { testid: `tab-${key}`, key: `tab-${key}` },
    on: { click: () => store.visit(id) },
  }, name);
  return el("div", { class: "tabs" }, tab(HOME, "home", words("Home")), direct && tab(direct.id, "messages", words("Messages")));
}

const MODES = { socket: () => words("Socket Mode"), http: () => words("signed HTTP") };

function connection(store) {
  const [state, said] = connectionWords(store);
  const dot = el("span", { class: "dot", "aria-hidden": "true" });
  return el("span", { class: `connection ${state}`, role: "status", data: { testid: "connection" } }, dot, el("span", { class: "connection-words" }, said));
}

function connectionWords(store) {
  if (!store.reachable || !store.snapshot) return ["gone", words("Sandbox not reachable")];
  if (!store.snapshot.connected) return ["off", words("App not connected")];
  return ["on", words("App connected · {mode}", { mode: MODES[store.snapshot.mode]?.() ?? store.snapshot.mode })];
}
