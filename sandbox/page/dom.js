/**
 * Building DOM nodes, the only way in which this page does it.
 *
 * Every string becomes a text node or an attribute; nothing here or elsewhere
 * parses HTML, so nothing that a person typed can become markup.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Make an element; `props` are attributes, plus `on` (listeners) and `data` (data-*). */
export function el(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Replace the children of a node. */
export function replace(node, ...children) {
  node.replaceChildren(...nodes(children));
  return node;
}

/** A fragment of nodes and strings; `null`, `undefined` and `false` are left out. */
export function fragment(...children) {
  const made = document.createDocumentFragment();
  made.append(...nodes(children));
  return made;
}

/** Which element has the focus, so that it can be found again after a rebuild. */
export function rememberFocus(container) {
  const active = document.activeElement;
  const key = container.contains(active) ? active.dataset.key : undefined;
  if (!key) return () => null;
  const caret = selectionOf(active);
  return () => {
    const again = container.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!again) return null;
    again.focus({ preventScroll: true });
    if (caret) placeCaret(again, caret);
    return again;
  };
}

/** A part of the page that is rebuilt only when its fingerprint changes. */
export function region(container) {
  let last;
  return (fingerprint, build) => {
    if (fingerprint === last) return false;
    last = fingerprint;
    const restore = rememberFocus(container);
    replace(container, build());
    restore();
    return true;
  };
}

let counter = 0;

/** An id for `aria-labelledby` and its like. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") Object.entries(value).forEach(([event, run]) => node.addEventListener(event, run));
    else if (name === "data") setData(node, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...nodes(children));
  return node;
}

function setData(node, data) {
  for (const [name, value] of Object.entries(data)) {
    if (value !== null && value !== undefined) node.dataset[name] = value;
  }
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

function selectionOf(node) {
  try {
    return node.selectionStart === null ? null : [node.selectionStart, node.selectionEnd];
  } catch {
    return null;
  }
}

function placeCaret(node, [start, end]) {
  try {
    node.setSelectionRange?.(start, end);
  } catch {
    // Number, e-mail and date fields have no caret to place.
  }
}
