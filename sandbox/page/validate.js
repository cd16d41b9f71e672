/** What the page refuses before a view is submitted, as Slack's clients do: `{block_id: sentence}`. */

import { currentValue } from "./values.js";

export const REQUIRED = "Please complete this required field.";

/** The problems of a view's input blocks; an empty object lets the submission go. */
export function problemsOf(view, surface) {
  const problems = {};
  for (const block of view.blocks.filter((one) => one.type === "input")) {
    const problem = problemOf(block, surface);
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}

function problemOf(block, surface) {
  const { element } = block;
  const value = currentValue(element, { surface, blockId: block.block_id });
  const empty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
  if (empty) return block.optional ? null : REQUIRED;
  return CHECKS[element.type]?.(value, element) ?? null;
}

const CHECKS = {
  plain_text_input(value, element) {
    const length = [...value].length;
    if (element.max_length && length > element.max_length) {
      return `This is ${length - element.max_length} too long; ${element.max_length} characters are the limit.`;
    }
    if (element.min_length && length < element.min_length) return `Please enter at least ${element.min_length} characters.`;
    return null;
  },
  number_input(value, element) {
    const pattern = element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
    if (!pattern.test(value.trim())) return element.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
    const number = Number(value);
    if (element.min_value !== undefined && number < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
    if (element.max_value !== undefined && number > Number(element.max_value)) return `Please enter ${element.max_value} or less.`;
    return null;
  },
  email_text_input(value) {
    return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "Please enter a valid e-mail address.";
  },
  url_text_input(value) {
    return /^https?:\/\/[^\s]+$/i.test(value) ? null : "Please enter a valid address, beginning with https://.";
  },
  multi_static_select(value, element) {
    const most = element.max_selected_items;
    return most && value.length > most ? `Please choose ${most} at most.` : null;
  },
};
