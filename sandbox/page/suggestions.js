/** The list of commands over the composer, while nothing but a command is being typed. */

import { el, replace } from "./dom.js";

/** Suggestions for a field; `take(text)` puts a chosen command into it. */
export function createSuggestions(store, field, list, take) {
  let active = 0;

  function matching() {
    if (!/^\/\S*$/.test(field.value)) return [];
    return (store.snapshot?.commands ?? []).filter((one) => one.command.startsWith(field.value));
  }

  function hide() {
    list.hidden = true;
  }

  function show() {
    const found = matching();
    active = Math.max(0, Math.min(active, found.length - 1));
    list.hidden = found.length === 0;
    replace(list, found.map((one, index) => suggestionNode(one, index === active, pick)));
  }

  function pick(command) {
    take(`${command} `);
    hide();
    field.focus();
  }

  /** Let a key move in the list; true if the key was meant for it. */
  function steer(event) {
    const found = list.hidden ? [] : matching();
    if (found.length === 0) return false;
    const chosen = found[active].command;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      active = (active + moves[event.key] + found.length) % found.length;
      show();
    } else if (event.key === "Escape") hide();
    else if (event.key === "Tab" || (event.key === "Enter" && field.value !== chosen)) pick(chosen);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return { show, hide, steer };
}

function suggestionNode(one, selected, pick) {
  const choose = (event) => {
    event.preventDefault();
    pick(one.command);
  };
  return el(
    "div",
    { role: "option", class: "suggestion", "aria-selected": String(selected), on: { mousedown: choose } },
    el("span", {}, el("strong", {}, one.command), one.usage_hint && el("span", { class: "usage" }, ` ${one.usage_hint}`)),
    el("span", { class: "suggestion-about" }, one.description),
  );
}
