/** table and data_table: the second sorts by a click on its heading and turns pages. */

import { el, replace } from "./dom.js";
import { richText } from "./richtext.js";
import { spoken, words } from "./words.js";

const settings = new Map();

/** A plain table; its first row is the head. */
export function table(block, surface) {
  const [head, ...rows] = block.rows ?? [];
  const align = (column) => block.column_settings?.[column]?.align ?? "left";
  const cells = (row, tag) => row.map((cell, column) => (
    el(tag, { class: `align-${align(column)}`, dir: "auto" }, cellNode(cell, surface))
  ));
  return el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": words("Table") }, el(
    "table",
    {},
    el("thead", {}, el("tr", {}, cells(head ?? [], "th"))),
    el("tbody", {}, rows.map((row) => el("tr", {}, cells(row, "td")))),
  ));
}

/** A table of data: caption, sorting, pages. Order and page survive a rebuild. */
export function dataTable(block, surface) {
  const key = `${surface.key}/${block.block_id ?? block.caption}`;
  const frame = el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": block.caption });
  const state = settings.get(key) ?? { column: null, down: false, page: 0 };
  settings.set(key, state);
  const draw = () => replace(frame, tableNode(block, surface, state, draw), pager(block, state, draw));
  draw();
  return frame;
}

function tableNode(block, surface, state, draw) {
  const [head, ...rows] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const shown = sorted(rows, state).slice(state.page * size, (state.page + 1) * size);
  const named = block.row_header_column_index ?? 0;
  return el(
    "table",
    {},
    el("caption", { dir: "auto" }, block.caption),
    el("thead", {}, el("tr", {}, (head ?? []).map((cell, column) => headCell(cell, column, { rows, state, draw })))),
    el("tbody", {}, shown.map((row) => el("tr", {}, row.map((cell, column) => el(
      column === named ? "th" : "td",
      { class: cell.type === "raw_number" ? "align-right" : null, scope: column === named ? "row" : null, dir: "auto" },
      cellNode(cell, surface),
    ))))),
  );
}

function headCell(cell, column, { rows, state, draw }) {
  const active = state.column === column;
  const order = active ? (state.down ? "descending" : "ascending") : "none";
  const sort = () => {
    Object.assign(state, { down: active && !state.down, column, page: 0 });
    draw();
  };
  const arrow = active ? (state.down ? " ↓" : " ↑") : "";
  const side = allNumbers(rows, column) ? "align-right" : null;
  const button = el("button", { type: "button", class: "sort", on: { click: sort } }, cellText(cell), arrow);
  return el("th", { scope: "col", class: side, "aria-sort": order }, button);
}

function pager(block, state, draw) {
  const pages = Math.ceil(((block.rows?.length ?? 1) - 1) / (block.page_size ?? 5));
  if (pages < 2) return null;
  const turn = (by) => () => {
    state.page += by;
    draw();
  };
  return el(
    "div",
    { class: "pager" },
    el("button", { type: "button", class: "quiet", disabled: state.page === 0, on: { click: turn(-1) } }, `‹ ${words("Previous")}`),
    el("span", {}, words("Page {page} of {pages}", { page: state.page + 1, pages })),
    el("button", { type: "button", class: "quiet", disabled: state.page === pages - 1, on: { click: turn(1) } }, `${words("Next")} ›`),
  );
}

/** Numbers by size if the whole column is numbers, else words by alphabet. */
function sorted(rows, { column, down }) {
  if (column === null) return rows;
  const compare = allNumbers(rows, column)
    ? (one, other) => one[column].value - other[column].value
    : (one, other) => cellText(one[column]).localeCompare(cellText(other[column]), spoken());
  const ordered = [...rows].sort(compare);
  return down ? ordered.reverse() : ordered;
}

function allNumbers(rows, column) {
  return rows.every((row) => row[column]?.type === "raw_number");
}

function cellNode(cell, surface) {
  return cell.type === "rich_text" ? richText(cell, surface.store) : cellText(cell);
}

function cellText(cell) {
  if (!cell) return "";
  if (cell.type === "rich_text") return deepText(cell);
  return cell.text ?? String(cell.value ?? "");
}

function deepText(node) {
  return node.text ?? (node.elements ?? []).map(deepText).join("");
}
