/** Blocks around blocks: container, card, carousel; and the alert, a box of its own. */

import { el, freshId } from "./dom.js";
import { image } from "./images.js";
import { textNode } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { words } from "./words.js";

const folds = new Map();

/** A titled box; a collapsible one remembers whether the person folded it. */
export function container(block, surface, renderBlocks) {
  const key = `${surface.key}/${block.block_id ?? plainTitle(block)}`;
  const body = el("div", { class: "container-body", id: freshId("fold") }, renderBlocks(block.child_blocks ?? [], surface));
  if (!block.is_collapsible) {
    return el("section", {}, el("div", { class: "container-head" }, heading(block, surface)), body);
  }
  const folded = () => folds.get(key) ?? Boolean(block.default_collapsed);
  const toggle = el("button", {
    type: "button",
    class: "container-head",
    "aria-controls": body.id,
    data: { key: `fold/${key}` },
    on: { click: () => { folds.set(key, !folded()); show(); } },
  }, el("span", { class: "chevron", "aria-hidden": "true" }, "▸"), heading(block, surface));
  function show() {
    body.hidden = folded();
    toggle.setAttribute("aria-expanded", String(!folded()));
  }
  show();
  return el("section", {}, toggle, body);
}

function heading(block, surface) {
  const rich = block.rich_text_title;
  const title = rich ? richText(rich, surface.store) : textNode(block.title, surface.store);
  return el(
    "span",
    { class: "container-heading" },
    el("span", { class: "container-title", dir: "auto" }, title),
    block.subtitle && el("span", { class: "container-subtitle", dir: "auto" }, textNode(block.subtitle, surface.store)),
  );
}

function plainTitle(block) {
  return block.title?.text ?? "";
}

const LEVELS = {
  default: () => ["•", words("Note")],
  info: () => ["i", words("Information")],
  warning: () => ["!", words("Warning")],
  error: () => ["×", words("Error")],
  success: () => ["✓", words("Success")],
};

/** A coloured box whose level is also said in words. */
export function alertBlock(block, surface) {
  const level = block.level in LEVELS ? block.level : "default";
  const [sign, name] = LEVELS[level]();
  return el(
    "div",
    { class: `alert-${level}`, role: level === "error" ? "alert" : "note" },
    el("span", { class: "alert-sign", role: "img", "aria-label": name }, sign),
    el("span", { class: "text", dir: "auto" }, textNode(block.text, surface.store)),
  );
}

/** A card: picture, title, texts, buttons. */
export function card(block, surface, renderElement) {
  const line = (name) => block[name] && el(
    "div",
    { class: `card-${name} text`, dir: "auto" },
    textNode(block[name], surface.store),
  );
  const place = { surface, blockId: block.block_id ?? "" };
  const buttons = (block.actions ?? []).map((action) => renderElement(action, place));
  return el(
    "article",
    { class: "card" },
    block.hero_image && image(block.hero_image, surface),
    el("div", { class: "card-head" }, block.icon && image(block.icon, surface), el("div", {}, line("title"), line("subtitle"))),
    line("body"),
    line("subtext"),
    buttons.length > 0 && el("div", { class: "card-actions" }, buttons),
  );
}

/** Cards side by side, to be scrolled. */
export function carousel(block, surface, renderElement) {
  return el("div", { role: "list", tabindex: "0", "aria-label": words("Cards") }, (block.elements ?? []).map((one) => {
    const item = card({ block_id: block.block_id, ...one }, surface, renderElement);
    item.setAttribute("role", "listitem");
    return item;
  }));
}
