/** Times as the member sees them: in their zone and language, for messages and `<!date>` tokens. */

import { words } from "./words.js";

/** "14:05" of a message's ts. */
export function timeOfDay(ts, who) {
  return format(secondsOf(ts), who, { hour: "2-digit", minute: "2-digit" });
}

/** The whole moment, for the tooltip of a time. */
export function fullMoment(ts, who) {
  return format(secondsOf(ts), who, { dateStyle: "full", timeStyle: "medium" });
}

/** "14:05:09" of a moment in ISO form. */
export function momentOf(iso, who) {
  return format(Date.parse(iso) / 1000, who, TOKENS.time_secs);
}

/** "Today", "Yesterday" or the day written out; `now` is the server's clock. */
export function dayOf(ts, who, now) {
  return pretty(secondsOf(ts), who, now) ?? format(secondsOf(ts), who, { weekday: "long", day: "numeric", month: "long" });
}

/** A calendar day, "2026-12-04", as the member's language writes it; it has no zone. */
export function dayInWords(day, who) {
  if (!day) return "";
  const options = { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(who?.locale, options).format(new Date(`${day}T00:00:00Z`));
}

/** Fill the tokens of `<!date^unix^format>`; unknown tokens stay as they are. */
export function fillDateTokens(unix, pattern, who, now) {
  return pattern.replace(/\{(\w+)\}/g, (token, name) => {
    const base = name.replace(/_pretty$/, "");
    if (name === "ago") return ago(unix, who, now);
    if (!(base in TOKENS)) return token;
    const relative = base === name ? null : pretty(unix, who, now);
    return relative?.toLowerCase() ?? format(unix, who, TOKENS[base]);
  });
}

const TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function ago(unix, who, now) {
  const seconds = unix - Date.parse(now) / 1000;
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat(who.locale, { numeric: "auto" }).format(Math.trunc(seconds / length), unit);
}

function pretty(unix, who, now) {
  const day = 86400;
  const present = Date.parse(now) / 1000;
  const names = [[0, words("Today")], [-1, words("Yesterday")], [1, words("Tomorrow")]];
  return names.find(([shift]) => dayKey(unix, who) === dayKey(present + shift * day, who))?.[1] ?? null;
}

function dayKey(unix, who) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: who.tz }).format(new Date(unix * 1000));
}

function format(unix, who, options) {
  return new Intl.DateTimeFormat(who.locale, { timeZone: who.tz, ...options }).format(new Date(unix * 1000));
}

function secondsOf(ts) {
  return Number.parseFloat(ts);
}
