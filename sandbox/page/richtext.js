/** rich_text blocks and the Markdown block: the two ways of text that are not mrkdwn. */

import { el, fragment } from "./dom.js";
import { fillDateTokens } from "./dates.js";
import { emojiNamed, withEmoji } from "./emoji.js";
import { channelPill, mention, pill, safeLink } from "./mrkdwn.js";
import { memberById } from "./store.js";
import { words } from "./words.js";

/** The parts of a rich_text block. */
export function richText(block, store) {
  return el("div", { class: "rich-text", dir: "auto" }, (block.elements ?? []).map((part) => richPart(part, store)));
}

function richPart(part, store) {
  const children = () => (part.elements ?? []).map((element) => richElement(element, store));
  if (part.type === "rich_text_list") {
    const items = (part.elements ?? []).map((item) => el("li", {}, richPart(item, store)));
    const list = el(part.style === "ordered" ? "ol" : "ul", {}, items);
    list.style.marginInlineStart = `${(part.indent ?? 0) * 24}px`;
    return list;
  }
  if (part.type === "rich_text_quote") return el("blockquote", {}, children());
  if (part.type === "rich_text_preformatted") return el("pre", { class: "code-block" }, children());
  return el("div", { class: "rich-section" }, children());
}

const RICH = {
  text: (element) => element.text,
  emoji: (element) => emojiNamed(element.name) ?? `:${element.name}:`,
  link: (element) => safeLink(element.url, element.text),
  user: (element, store) => mention(element.user_id, null, store),
  channel: (element, store) => channelPill(element.channel_id, null, store),
  broadcast: (element) => pill(`@${element.range}`, { loud: true }),
  usergroup: () => pill(`@${words("group")}`),
  color: (element) => element.value,
  date: (element, store) => {
    const who = memberById(store, store.member);
    return el("time", {}, fillDateTokens(element.timestamp, element.format ?? "{date}", who, store.snapshot.now));
  },
};

const WRAPPERS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function richElement(element, store) {
  const node = fragment(RICH[element.type]?.(element, store) ?? "");
  return Object.entries(WRAPPERS).reduce(
    (inner, [style, tag]) => (element.style?.[style] ? el(tag, {}, inner) : inner),
    node,
  );
}

/** A Markdown block, as far as the sandbox goes: headings, lists, tasks, quotes, code and inline styles. */
export function markdown(source) {
  const parts = source.split(/```\w*\n([\s\S]*?)```\n?/);
  return el("div", { class: "markdown", dir: "auto" }, parts.map((part, index) => (
    index % 2 ? el("pre", { class: "code-block" }, part) : part.split("\n").map(markdownLine)
  )));
}

const LINES = [
  [/^(#{1,6})\s+(.*)$/, ([, marks, text]) => el(`h${Math.min(6, marks.length + 1)}`, {}, markdownInline(text))],
  [/^>\s?(.*)$/, ([, text]) => el("blockquote", {}, markdownInline(text))],
  [/^\s*[-*]\s+\[([ xX])\]\s+(.*)$/, ([, mark, text]) => markdownItem(mark === " " ? "☐" : "☑", text)],
  [/^\s*[-*]\s+(.*)$/, ([, text]) => markdownItem("•", text)],
  [/^\s*(\d+)\.\s+(.*)$/, ([, number, text]) => markdownItem(`${number}.`, text)],
  [/^(---|\*\*\*)\s*$/, () => el("hr")],
];

function markdownItem(sign, text) {
  return el("div", { class: "md-item" }, `${sign} `, markdownInline(text));
}

function markdownLine(line) {
  for (const [pattern, build] of LINES) {
    const match = pattern.exec(line);
    if (match) return build(match);
  }
  return el("div", { class: "md-line" }, line ? markdownInline(line) : el("br"));
}

const SPANS = /(\*\*([^*]+)\*\*)|(~~([^~]+)~~)|(`([^`]+)`)|(\[([^\]]+)\]\(([^)\s]+)\))|([*_]([^*_]+)[*_])/g;

function markdownInline(text) {
  const out = [];
  let at = 0;
  for (const match of text.matchAll(SPANS)) {
    out.push(withEmoji(text.slice(at, match.index)), markdownSpan(match));
    at = match.index + match[0].length;
  }
  return [...out, withEmoji(text.slice(at))];
}

function markdownSpan([, , bold, , strike, , code, , label, url, , italic]) {
  if (bold) return el("strong", {}, bold);
  if (strike) return el("s", {}, strike);
  if (code) return el("code", {}, code);
  if (label) return safeLink(url, label);
  return el("em", {}, italic);
}
