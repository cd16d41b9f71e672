/**
 * Slack's text objects as DOM nodes: mrkdwn with mentions, links and dates, and plain text.
 *
 * Entities are decoded only in the leaves, after the markup has been read: an
 * escaped `&lt;!channel&gt;` is text and never a mention.
 */

import { el, fragment } from "./dom.js";
import { fillDateTokens } from "./dates.js";
import { emojiNamed, withEmoji } from "./emoji.js";
import { memberById } from "./store.js";
import { words } from "./words.js";

const SAFE = /^(https?:|mailto:)/i;
const STYLES = { "*": "strong", "_": "em", "~": "s" };
const TOKEN = /^<([^<>\n]+)>/;
const CODE = /^`([^`\n]+)`/;
const EMOJI = /^:([a-z0-9_+-]+):/;
const BARE_LINK = /^https?:\/\/[^\s<>|"']*[^\s<>|"'.,;:!?)\]]/i;

/** A text object (or a bare string, read as plain text). */
export function textNode(text, store) {
  if (text === null || text === undefined) return null;
  if (typeof text === "string") return fragment(text);
  if (text.type === "mrkdwn") return mrkdwn(text.text, store, { verbatim: text.verbatim });
  return fragment(text.emoji === false ? text.text : withEmoji(text.text));
}

/** The text object without any markup, for labels and options. */
export function plainText(text) {
  if (!text) return "";
  if (typeof text === "string") return text;
  return text.emoji === false ? text.text : withEmoji(text.text);
}

/** A mrkdwn string: code blocks first, then quotes line by line, then inline markup. */
export function mrkdwn(source, store, { verbatim = false } = {}) {
  const parts = source.split(/```\n?([\s\S]+?)\n?```\n?/);
  return fragment(parts.map((part, index) => (
    index % 2 ? el("pre", { class: "code-block" }, decode(part)) : quotes(part, { store, verbatim })
  )));
}

/** A link when its scheme is harmless, else its text. */
export function safeLink(url, label) {
  if (!SAFE.test(url)) return fragment(label ?? url);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label ?? url);
}

/** The pill of a member, a channel or a broadcast. */
export function pill(text, { loud = false } = {}) {
  return el("span", { class: loud ? "pill pill-loud" : "pill" }, text);
}

function quotes(text, context) {
  const groups = [];
  for (const line of text.split("\n")) {
    const quoted = /^(>|&gt;)/.test(line);
    const shown = quoted ? line.replace(/^(>|&gt;) ?/, "") : line;
    if (groups.at(-1)?.quoted === quoted) groups.at(-1).lines.push(shown);
    else groups.push({ quoted, lines: [shown] });
  }
  return groups.map(({ quoted, lines }) => {
    const nodes = inline(lines.join("\n"), context);
    return quoted ? el("blockquote", {}, nodes) : nodes;
  });
}

function inline(text, context) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(decode(plain));
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const found = markupAt(text, at, context);
    if (found) {
      flush();
      out.push(found.node);
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function markupAt(text, at, context) {
  const rest = text.slice(at);
  const first = text[at];
  if (first === "<") return matched(TOKEN.exec(rest), ([, token]) => angle(token, context));
  if (first === "`") return matched(CODE.exec(rest), ([, code]) => el("code", {}, decode(code)));
  if (first === ":") return matched(EMOJI.exec(rest), ([, name]) => emojiNamed(name));
  if (first in STYLES) return styled(text, at, context);
  if (first.toLowerCase() === "h" && !context.verbatim && !/\w/.test(text[at - 1] ?? "")) {
    return matched(BARE_LINK.exec(rest), ([url]) => safeLink(decode(url)));
  }
  return null;
}

function matched(match, build) {
  const node = match && build(match);
  return node ? { node, length: match[0].length } : null;
}

/** *bold*, _italic_, ~strike~: only at word boundaries and within one line, as Slack does. */
function styled(text, at, context) {
  const mark = text[at];
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? "") || /\s|^$/.test(text[at + 1] ?? "")) return null;
  for (let end = at + 1; end < text.length && text[end] !== "\n"; end += 1) {
    if (text[end] === "<") end += Math.max(0, (TOKEN.exec(text.slice(end))?.[0].length ?? 1) - 1);
    else if (text[end] === "`") end += Math.max(0, (CODE.exec(text.slice(end))?.[0].length ?? 1) - 1);
    else if (text[end] === mark && end > at + 1 && closes(text, end)) {
      return { node: el(STYLES[mark], {}, inline(text.slice(at + 1, end), context)), length: end - at + 1 };
    }
  }
  return null;
}

function closes(text, end) {
  return !/\s/.test(text[end - 1]) && !/[\p{L}\p{N}]/u.test(text[end + 1] ?? "");
}

/** What stands between angle brackets: a mention, a date, a link, or nothing of ours. */
function angle(token, context) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? null : decode(token.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1), label, context.store);
  if (target.startsWith("#")) return channelPill(target.slice(1), label, context.store);
  if (target.startsWith("!date^")) return dateNode(target, label, context.store);
  if (target.startsWith("!subteam^")) return pill(label ?? `@${words("group")}`);
  if (target.startsWith("!")) return pill(`@${target.slice(1)}`, { loud: true });
  return SAFE.test(target) ? safeLink(decode(target), label) : `<${decode(token)}>`;
}

export function mention(id, label, store) {
  return pill(`@${memberById(store, id)?.name ?? label ?? id}`, { loud: id === store.member });
}

export function channelPill(id, label, store) {
  const channel = store.snapshot.channels.find((one) => one.id === id);
  return pill(`#${channel?.name ?? label ?? words("private-channel")}`);
}

function dateNode(target, fallback, store) {
  const [, unix, pattern, link] = target.split("^");
  const who = memberById(store, store.member);
  if (!/^-?\d+$/.test(unix) || !pattern || !who) return fragment(fallback ?? target);
  const shown = el("time", { title: fallback }, fillDateTokens(Number(unix), decode(pattern), who, store.snapshot.now));
  return link ? safeLink(decode(link), shown) : shown;
}

function decode(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}
