/**
 * The sandbox's own bar: what time it is in there, moving it on, and faults to switch on.
 *
 * Nothing of it is Slack's. The time is that of the server, which runs on between two
 * snapshots; it is shown in the zone of the member who looks.
 */

import { el, region, replace } from "./dom.js";
import { post } from "./api.js";
import { memberById } from "./store.js";
import { switchboard, whatIsOn } from "./switches.js";
import { toast } from "./toasts.js";

const MOVES = [
  ["+1 hour", { hours: 1 }],
  ["+4 hours", { hours: 4 }],
  ["Next working morning, 09:00", { morning: true }],
  ["+1 working day", { working_days: 1 }],
  ["+5 working days", { working_days: 5 }],
];
const SHORT = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
const LONG = { ...SHORT, weekday: "long", month: "long" };
const SECOND = 1000;

/** The bar; `update()` after every snapshot. */
export function createPanel(container, store) {
  const time = el("span", { class: "panel-time", data: { testid: "panel-time" } });
  const on = el("span", { class: "panel-on", data: { testid: "panel-on" } });
  const said = el("span", { class: "panel-said", role: "status", "aria-live": "polite", data: { testid: "panel-said" } });
  const drawTime = region(time);
  const drawOn = region(on);
  const board = switchboard(store, say);
  let snapshot = null;
  let received = 0;

  function update() {
    if (store.snapshot !== snapshot) {
      snapshot = store.snapshot;
      received = performance.now();
    }
    if (!snapshot) return;
    showTime();
    drawOn(whatIsOn(snapshot), () => whatIsOn(snapshot));
    on.title = whatIsOn(snapshot);
    board.update(snapshot);
  }

  function showTime() {
    const zone = memberById(store, store.member)?.tz;
    if (!snapshot || !zone) return;
    const present = Date.parse(snapshot.now) + performance.now() - received;
    const words = inWords(present, zone, SHORT);
    drawTime(words + zone, () => [el("strong", {}, words), ` ${zone}`]);
  }

  async function move(body) {
    const answer = await post("clock", { member: store.member, ...body });
    if (answer.error) toast("The time was not moved.", answer.error);
    else say(`It is now ${inWords(Date.parse(answer.now), answer.zone, LONG)}, ${answer.zone}.`);
  }

  /** The same words twice in a row are read out twice. */
  function say(words) {
    replace(said);
    requestAnimationFrame(() => replace(said, words));
  }

  replace(container, el("span", { class: "panel-name" }, "Sandbox"), time, moves(move), on, board.button, board.node, said);
  setInterval(showTime, SECOND);
  return { update };
}

function moves(move) {
  return el("div", { class: "panel-moves", role: "group", "aria-label": "Move the time on" }, MOVES.map(([words, body]) => el(
    "button",
    { type: "button", class: "panel-button", on: { click: () => move(body) } },
    words,
  )));
}

/** "Tue 1 Dec 2026, 09:30", put together here: browsers differ in their commas. */
function inWords(moment, timeZone, options) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).formatToParts(moment);
  const { weekday, day, month, year, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute}`;
}
