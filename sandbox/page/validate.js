/** What the page refuses before a view is submitted, as Slack's clients do: `{block_id: sentence}`. */

import { currentValue } from "./values.js";
import { words } from "./words.js";

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
  if (empty) return block.optional ? null : words("Please complete this required field.");
  return CHECKS[element.type]?.(value, element) ?? null;
}

const CHECKS = {
  plain_text_input: textProblem,
  number_input: numberProblem,
  email_text_input(value) {
    return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : words("Please enter a valid email address.");
  },
  url_text_input(value) {
    return /^https?:\/\/[^\s]+$/i.test(value) ? null : words("Please enter a valid address, beginning with https://.");
  },
  file_input(value, { max_files: most = 10, filetypes: known }) {
    if (value.length > most) return words("Please choose at most {most}.", { most });
    const odd = known && value.find((file) => !known.includes(file.name.split(".").pop().toLowerCase()));
    return odd ? words("{name} is not one of these: {types}.", { name: odd.name, types: known.join(", ") }) : null;
  },
  multi_static_select(value, { max_selected_items: most }) {
    return most && value.length > most ? words("Please choose at most {most}.", { most }) : null;
  },
};

function textProblem(value, { min_length: least, max_length: most }) {
  const length = [...value].length;
  if (most && length > most) return words("This is {over} too long; {most} characters are the limit.", { over: length - most, most });
  if (least && length < least) return words("Please enter at least {least} characters.", { least });
  return null;
}

function numberProblem(value, { is_decimal_allowed: decimal, min_value: least, max_value: most }) {
  const pattern = decimal ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(value.trim())) return decimal ? words("Please enter a number.") : words("Please enter a whole number.");
  if (least !== undefined && Number(value) < Number(least)) return words("Please enter {least} or more.", { least });
  if (most !== undefined && Number(value) > Number(most)) return words("Please enter {most} or less.", { most });
  return null;
}
