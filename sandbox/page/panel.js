/**
 * The sandbox's own bar: what time it is in there, moving it on, faults to switch on, and the
 * way to what just happened.
 *
 * Nothing of it is Slack's. The time is that of the server, which runs on between two
 * snapshots; it is shown in the zone of the member who looks.
 */

import { el, freshId, region, replace } from "./dom.js";
import { post } from "./api.js";
import { popup } from "./popup.js";
import { memberById } from "./store.js";
import { switchboard, whatIsOn } from "./switches.js";
import { toast } from "./toasts.js";
import { spoken, words } from "./words.js";

const MOVES = {
  "1-hour": [() => words("+1 hour"), { hours: 1 }],
  "4-hours": [() => words("+4 hours"), { hours: 4 }],
  morning: [() => words("Next working morning, 09:00"), { morning: true }],
  "1-day": [() => words("+1 working day"), { working_days: 1 }],
  "5-days": [() => words("+5 working days"), { working_days: 5 }],
};
const SHORT = { weekday: "short", day: "numeric", month: "short", year: "numeric" };
const LONG = { ...SHORT, weekday: "long", month: "long" };
const SECOND = 1000;

/** The bar; `update()` after every snapshot. */
export function createPanel(container, store, journal) {
  const time = el("span", { class: "panel-time", data: { testid: "panel-time" } });
  const on = el("span", { class: "panel-on", data: { testid: "panel-on" } });
  const said = el("span", { class: "panel-said", role: "status", "aria-live": "polite", data: { testid: "panel-said" } });
  const mover = timeMover(move);
  const drawBar = region(container);
  const drawTime = region(time);
  const drawOn = region(on);
  const board = switchboard(store, say);
  let snapshot = null;
  let received = 0;

  function update() {
    drawBar(spoken(), () => [
      el("span", { class: "panel-name" }, "Sandbox"), time, mover.button, mover.node, on, board.button, board.node, journal.button, said,
    ]);
    mover.update();
    journal.update();
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
    const who = memberById(store, store.member);
    if (!snapshot || !who) return;
    const present = Date.parse(snapshot.now) + performance.now() - received;
    const moment = inWords(present, who, SHORT);
    drawTime(moment + who.tz, () => [el("strong", {}, moment), ` ${who.tz}`]);
  }

  /** The zone comes with the answer: right after a switch, the page knows nothing yet of who looks. */
  async function move(body) {
    const { error, now, zone, locale } = await post("clock", { member: store.member, ...body });
    if (error) toast(words("The time wasn't moved."), error);
    else say(words("It's now {moment}, {zone}.", { moment: inWords(Date.parse(now), { locale, tz: zone }, LONG), zone }));
  }

  /** The same words twice in a row are read out twice. */
  function say(sentence) {
    replace(said);
    requestAnimationFrame(() => replace(said, sentence));
  }

  setInterval(showTime, SECOND);
  new ResizeObserver(() => keepHeight(container)).observe(container);
  return { update };
}

/** What lies over the page begins below the bar, however high that is. */
function keepHeight(bar) {
  document.documentElement.style.setProperty("--panel", `${bar.offsetHeight}px`);
}

/** The buttons that move the time on; on a phone, another one unfolds them. */
function timeMover(move) {
  const node = el("div", { class: "panel-moves", id: freshId("moves"), role: "group" });
  const button = el("button", {
    type: "button", class: "panel-button panel-unfold", "aria-controls": node.id, data: { testid: "panel-moves", sign: "⏩" },
  });
  const { close } = popup(button, node, (open) => node.classList.toggle("open", open));
  const draw = region(node);
  const choose = (body) => {
    close();
    move(body);
  };
  return {
    button,
    node,
    update() {
      replace(button, el("span", {}, words("Move time forward")));
      node.setAttribute("aria-label", words("Move time forward"));
      draw(spoken(), () => Object.entries(MOVES).map(([by, [name, body]]) => moveButton(by, name(), () => choose(body))));
    },
  };
}

function moveButton(by, name, click) {
  const data = { testid: `move-${by}`, key: `move-${by}` };
  return el("button", { type: "button", class: "panel-button", data, on: { click } }, name);
}

/** "Tue 1 Dec 2026, 09:30" as the member writes it; browsers differ in English about the first comma. */
function inWords(moment, { locale, tz: timeZone }, day) {
  const date = new Intl.DateTimeFormat(locale, { timeZone, ...day }).format(moment);
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: "2-digit", minute: "2-digit" }).format(moment);
  return `${locale.startsWith("en") ? date.replace(/^(\w+),/, "$1") : date}, ${time}`;
}
