/** The left column: the workspace, who one is, its channels, the app. */

import { el } from "./dom.js";
import { appMember, avatar, describe, people } from "./people.js";
import { HOME, directMessage } from "./store.js";
import { words } from "./words.js";

/** Everything in the column. */
export function sidebar(store) {
  const channels = (store.snapshot?.channels ?? []).filter((channel) => channel.kind === "channel");
  return [
    workspaceName(),
    heading(words("You are")),
    el("div", { class: "picker", role: "group", "aria-label": words("You are") }, people(store).map((one) => memberNode(store, one))),
    heading(words("Channels")),
    el("ul", { class: "places" }, channels.map((channel) => placeNode(store, channel.id, "#", channel.name, channel.unread))),
    heading(words("Apps")),
    el("ul", { class: "places" }, appPlaces(store)),
  ];
}

function workspaceName() {
  return el(
    "div",
    { class: "workspace-name" },
    el("span", { class: "workspace-mark", "aria-hidden": "true" }, "N"),
    el("span", {}, el("strong", {}, "Nordlicht Agency"), el("small", { class: "sandbox-mark" }, words("a sandbox, not Slack"))),
  );
}

function heading(text) {
  return el("h2", { class: "sidebar-heading" }, text);
}

function memberNode(store, member) {
  const chosen = member.id === store.member;
  return el(
    "button",
    {
      type: "button", class: "member", "aria-pressed": String(chosen),
      data: { testid: `member-${member.id}`, key: `member-${member.id}` },
      on: { click: () => store.become(member.id) },
    },
    avatar(member.id, member.name, { size: 30 }),
    el(
      "span",
      { class: "member-words" },
      el("span", { class: "member-name" }, el("bdi", {}, member.name), tags(member)),
      el("span", { class: "member-about" }, describe(member)),
    ),
  );
}

/** Guest and manager, unless the title says so already. */
function tags(member) {
  const names = { Guest: member.is_guest && words("Guest"), Manager: member.is_manager && words("Manager") };
  return Object.entries(names)
    .filter(([title, name]) => name && title !== member.title)
    .map(([, name]) => el("span", { class: "tag" }, name));
}

function appPlaces(store) {
  const app = appMember(store);
  const direct = directMessage(store);
  const name = direct?.name ?? app?.name ?? words("App");
  return [
    direct && placeNode(store, direct.id, "✉", name, direct.unread),
    placeNode(store, HOME, "⌂", words("{app} Home", { app: name }), 0),
  ];
}

function placeNode(store, id, sign, name, unread) {
  const here = store.channel === id;
  return el("li", {}, el(
    "button",
    {
      type: "button", class: unread > 0 && !here ? "place unread" : "place", "aria-current": here ? "page" : null,
      data: { testid: `channel-${id}`, key: `channel-${id}` },
      on: { click: () => store.visit(id) },
    },
    el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("span", { class: "place-name", dir: "auto" }, name),
    unread > 0 && !here && el("span", { class: "count", "aria-label": words("{count} unread", { count: unread }) }, unread),
  ));
}
