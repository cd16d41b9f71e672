/**
 * The panel "What just happened": what Slack sent, what the app called, and each answer.
 *
 * It follows the server's journal only while it is open. A line is drawn once and again when its
 * answer comes; what it holds is fetched when somebody unfolds it.
 */

import { el, region, replace } from "./dom.js";
import { fetched, follow } from "./api.js";
import { momentOf } from "./dates.js";
import { memberById } from "./store.js";
import { spoken, words } from "./words.js";

const KEPT = 500;

/** Who asks whom: above each half of an exchange. */
const HALVES = {
  sent: [() => words("Slack sent"), () => words("The app answered")],
  called: [() => words("The app sent"), () => words("Slack answered")],
};
const KINDS = {
  command: { name: () => words("Commands"), halves: HALVES.sent },
  interaction: { name: () => words("Clicks and forms"), halves: HALVES.sent },
  event: { name: () => words("Events"), halves: HALVES.sent },
  call: { name: () => words("Calls by the app"), halves: HALVES.called },
  response: { name: () => words("Answers to a response URL"), halves: HALVES.called },
};
const FILTERS = {
  everything: { name: () => words("Everything"), takes: () => true },
  ...Object.fromEntries(Object.entries(KINDS).map(([kind, { name }]) => [kind, { name, takes: (row) => row.kind === kind }])),
  failed: { name: () => words("What went wrong"), takes: (row) => Boolean(row.error) },
};

/** The panel and its button; `update()` after every snapshot. */
export function createJournal(container, store) {
  const list = el("ol", { class: "exchanges" });
  const none = el("p", { class: "empty" });
  const entries = new Map();
  const draw = region(container);
  const button = el("button", {
    type: "button", class: "panel-button", "aria-controls": container.id,
    data: { testid: "panel-journal", sign: "📜" }, on: { click: () => turn(!stream) },
  });
  let filter = "everything";
  let stream = null;
  let who = null;

  container.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    turn(false);
    button.focus();
  });

  function turn(open) {
    stream?.stop();
    open &&= who !== null; // a line's time is in the zone of whoever looks
    stream = open ? follow("/journal", {}, { onMessage: ({ rows }) => rows.forEach(take) }) : null;
    forget();
    container.hidden = !open;
    document.body.classList.toggle("journal-open", open);
    update();
    if (open) container.querySelector("select").focus();
  }

  function update() {
    replace(button, el("span", {}, words("What just happened")));
    button.setAttribute("aria-expanded", String(Boolean(stream)));
    who = memberById(store, store.member) ?? who;
    if (!stream) return;
    draw(`${spoken()}/${who.id}`, () => {
      const rows = [...entries.values()].map(({ row }) => row);
      forget();
      rows.forEach(take);
      return [headNode(filter, choose, () => turn(false)), none, list];
    });
    none.textContent = words("Nothing so far. Each payload, call and answer is listed here as it happens.");
  }

  function choose(wanted) {
    filter = wanted;
    entries.forEach(sift);
  }

  /** A line that is new comes first; one that was known is drawn anew in its place. */
  function take(row) {
    const entry = { row, node: exchangeNode(row, who) };
    const known = entries.get(row.number);
    if (known) known.node.replaceWith(entry.node);
    else list.prepend(entry.node);
    entries.set(row.number, entry);
    sift(entry);
    if (entries.size > KEPT) drop(Math.min(...entries.keys()));
    none.hidden = true;
  }

  function sift({ row, node }) {
    node.hidden = !FILTERS[filter].takes(row);
  }

  function drop(number) {
    entries.get(number).node.remove();
    entries.delete(number);
  }

  function forget() {
    entries.clear();
    replace(list);
    none.hidden = false;
  }

  return { button, update };
}

function headNode(filter, choose, close) {
  const select = el(
    "select",
    { class: "field select", "aria-label": words("Show"), data: { testid: "journal-filter", key: "journal-filter" } },
    Object.entries(FILTERS).map(([id, { name }]) => el("option", { value: id }, name())),
  );
  select.value = filter;
  select.addEventListener("change", () => choose(select.value));
  return el(
    "header",
    {},
    el("h2", {}, words("What just happened")),
    select,
    el("button", { type: "button", class: "close", "aria-label": words("Close"), data: { testid: "journal-close" }, on: { click: close } }, "×"),
  );
}

/** A line, and below it what it holds once it was unfolded. */
function exchangeNode(row, who) {
  const halves = el("div", { class: "halves", hidden: true });
  const line = el("button", {
    type: "button", class: "exchange-line", "aria-expanded": "false",
    on: {
      async click() {
        if (halves.hidden) replace(halves, await halvesOf(row));
        halves.hidden = !halves.hidden;
        line.setAttribute("aria-expanded", String(!halves.hidden));
      },
    },
  }, lineParts(row, who));
  const data = { testid: "exchange", number: row.number, kind: row.kind };
  return el("li", { class: row.error ? "exchange failed" : "exchange", data }, line, halves);
}

function lineParts(row, who) {
  return [
    el("span", { class: "chevron", "aria-hidden": "true" }, "▸"),
    el("time", { datetime: row.at }, momentOf(row.at, who)),
    el("span", { class: `side side-${row.kind}`, title: KINDS[row.kind].name() }, KINDS[row.kind].halves[0]()),
    el("code", {}, row.name),
    row.about && el("bdi", { class: "exchange-about" }, row.about),
    row.error && el("span", { class: "exchange-error" }, row.error),
    el("span", { class: "took" }, row.ms === null ? words("waiting …") : words("{count} ms", { count: row.ms })),
  ];
}

async function halvesOf(row) {
  const whole = await fetched(`/journal/${row.number}`);
  if (whole.error) return el("p", { class: "empty" }, whole.error);
  const [asked, answered] = KINDS[row.kind].halves;
  const status = row.kind === "call" || row.kind === "response" ? `HTTP ${whole.status}` : "";
  return [half(asked(), "", whole.asked), half(answered(), whole.failure || status, whole.answered)];
}

function half(title, note, content) {
  const text = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  const copied = el("button", { type: "button", class: "panel-button", on: { click: () => copy(copied, text) } }, words("Copy"));
  return el(
    "section",
    {},
    el("div", { class: "half-head" }, el("h3", {}, title), note && el("code", {}, note), copied),
    el("pre", { class: "code-block", tabindex: "0", dir: "auto" }, text),
  );
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = words("Copied");
  } catch {
    button.textContent = words("Couldn't copy");
  }
}
