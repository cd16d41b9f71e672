/** The bell and the drawer "What Slack refused": each refusal with its reasons and pointers. */

import { el, region } from "./dom.js";
import { momentOf } from "./dates.js";
import { toast } from "./toasts.js";
import { spoken, words } from "./words.js";

const KINDS = { refused: () => words("Refused"), warning: () => words("Warning"), error: () => words("Error") };

/** The drawer; new notices also pop up, those of before the page was opened do not. */
export function createNotices(container, onToggle) {
  const draw = region(container);
  const known = new Set();
  let first = true;
  let unseen = 0;
  let open = false;
  let notices = [];
  let who;

  function toggle(wanted = !open) {
    open = wanted;
    if (open) {
      unseen = 0;
      document.querySelectorAll('[data-testid="notice-toast"]').forEach((node) => node.remove());
    }
    show();
    onToggle();
  }

  function show() {
    draw(JSON.stringify([open, notices, who?.id, spoken()]), () => drawer(notices, who, open, () => toggle(false)));
  }

  function announce(fresh) {
    if (!open) unseen += fresh.length;
    if (first || open) return;
    fresh.slice(-2).forEach((notice) => toast(notice.title, shorten(notice.detail), {
      testid: "notice-toast",
      more: { label: words("What Slack refused"), run: () => toggle(true) },
    }));
  }

  return {
    update(snapshot) {
      notices = snapshot.notices;
      who = snapshot.members.find((member) => member.id === snapshot.member);
      const fresh = notices.filter((notice) => !known.has(notice.id));
      fresh.forEach((notice) => known.add(notice.id));
      announce(fresh);
      first = false;
      show();
    },
    bell: () => bell(unseen, open, () => toggle()),
    print: () => `${unseen}/${open}`,
  };
}

function bell(unseen, open, run) {
  return el(
    "button",
    {
      type: "button",
      class: "bell",
      title: words("What Slack refused"),
      "aria-label": words("What Slack refused: {count} new", { count: unseen }),
      "aria-expanded": String(open),
      data: { testid: "bell", key: "bell" },
      on: { click: run },
    },
    el("span", { "aria-hidden": "true" }, "🔔"),
    unseen > 0 && el("span", { class: "count" }, unseen),
  );
}

function drawer(notices, who, open, close) {
  const data = { testid: "notices" };
  const on = { keydown: (event) => event.key === "Escape" && close() };
  return el(
    "aside",
    { class: "notices", hidden: !open, "aria-label": words("What Slack refused"), data, on },
    el(
      "header",
      {},
      el("h2", {}, words("What Slack refused")),
      el("button", { type: "button", class: "close", "aria-label": words("Close"), on: { click: close } }, "×"),
    ),
    notices.length === 0 && el("p", { class: "empty" }, words("Nothing so far. What the app sends and Slack wouldn't take is listed here, with the reason.")),
    el("ol", {}, [...notices].reverse().map((notice) => noticeNode(notice, who))),
  );
}

function noticeNode(notice, who) {
  const lines = detailLines(notice.detail);
  return el(
    "li",
    { class: `notice notice-${notice.kind}`, data: { testid: "notice", id: notice.id } },
    el(
      "div",
      { class: "notice-head" },
      el("span", { class: "kind" }, KINDS[notice.kind]?.() ?? notice.kind),
      el("time", { datetime: notice.at }, momentOf(notice.at, who)),
      notice.method && el("code", {}, notice.method),
    ),
    el("strong", { dir: "auto" }, notice.title),
    lines.length > 0 && el("ul", {}, lines.map((line) => el("li", { dir: "auto" }, line))),
  );
}

function detailLines(detail) {
  return (Array.isArray(detail) ? detail : (detail ?? "").split("\n")).filter(Boolean);
}

function shorten(detail) {
  const lines = detailLines(detail);
  return lines.slice(0, 3).concat(lines.length > 3 ? [words("… and {count} more", { count: lines.length - 3 })] : []).join("\n");
}
