/** data_visualization: simple charts in SVG, always with their numbers in words beside them. */

import { el, svg } from "./dom.js";

const WIDTH = 440;
const HEIGHT = 110;
const LETTER = 6.5;
const GAP = 6;
const COLOURS = ["#3d5a98", "#2f8f6b", "#d08a2e", "#b0496a", "#6c55a3", "#4a9bb5", "#8a8f3c", "#7a7a7a"];

/** A chart block: title, drawing, and a legend that reads every number aloud. */
export function dataVisualization(block) {
  const chart = block.chart ?? {};
  const draw = chart.type === "pie" ? pie : axes;
  return el(
    "figure",
    {},
    el("div", { class: "chart-head" }, el("figcaption", { dir: "auto" }, block.title), numbers(chart)),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, draw(chart)),
  );
}

function pie(chart) {
  const segments = chart.segments ?? [];
  const total = segments.reduce((sum, segment) => sum + segment.value, 0) || 1;
  let angle = -Math.PI / 2;
  return segments.map((segment, index) => {
    const from = angle;
    angle += (segment.value / total) * 2 * Math.PI;
    if (segments.length === 1) return svg("circle", { cx: WIDTH / 2, cy: HEIGHT / 2, r: HEIGHT / 2 - 5, fill: colour(0) });
    return svg("path", { d: slice(from, angle), fill: colour(index), stroke: "#fff" });
  });
}

function slice(from, to) {
  const point = (angle) => `${WIDTH / 2 + (HEIGHT / 2 - 5) * Math.cos(angle)} ${HEIGHT / 2 + (HEIGHT / 2 - 5) * Math.sin(angle)}`;
  const large = to - from > Math.PI ? 1 : 0;
  return `M ${WIDTH / 2} ${HEIGHT / 2} L ${point(from)} A ${HEIGHT / 2 - 5} ${HEIGHT / 2 - 5} 0 ${large} 1 ${point(to)} Z`;
}

/** Bars, or lines (an area chart is drawn as lines), over the categories. */
function axes(chart) {
  const series = chart.series ?? [];
  const categories = chart.axis_config?.categories ?? [];
  const scale = scaleOf(series);
  const step = WIDTH / Math.max(1, categories.length);
  const draw = chart.type === "bar" ? bars : line;
  return [
    svg("line", { x1: 0, x2: WIDTH, y1: scale(0), y2: scale(0), stroke: "#bbb" }),
    series.map((one, index) => draw(valuesOf(one, categories), { scale, step, index, count: series.length })),
    categories.map((name, index) => index % sparse(categories, step) === 0 && svg("text", { x: (index + 0.5) * step, y: HEIGHT - 4, "text-anchor": "middle" }, name)),
  ];
}

/** How many categories share a label, so that no two of them overlap. */
function sparse(categories, step) {
  const longest = Math.max(...categories.map((name) => name.length));
  return Math.ceil((longest * LETTER + GAP) / step);
}

function scaleOf(series) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  return (value) => 16 + (1 - (value - low) / (high - low || 1)) * (HEIGHT - 36);
}

function valuesOf(series, categories) {
  return categories.map((name) => series.data.find((point) => point.label === name)?.value ?? 0);
}

function bars(values, { scale, step, index, count }) {
  const width = (step * 0.7) / count;
  return values.map((value, at) => {
    const x = at * step + step * 0.15 + index * width;
    const top = Math.min(scale(value), scale(0));
    return [
      svg("rect", { x, y: top, width, height: Math.abs(scale(value) - scale(0)), fill: colour(index), rx: 2 }),
      value !== 0 && svg("text", { x: x + width / 2, y: top - 4, "text-anchor": "middle" }, value),
    ];
  });
}

function line(values, { scale, step, index }) {
  const at = (position) => (position + 0.5) * step;
  const points = values.map((value, position) => `${at(position)},${scale(value)}`).join(" ");
  return [
    svg("polyline", { points, fill: "none", stroke: colour(index), "stroke-width": 2 }),
    values.map((value, position) => [
      svg("circle", { cx: at(position), cy: scale(value), r: 3, fill: colour(index) }),
      svg("text", { x: at(position), y: scale(value) - 7, "text-anchor": "middle" }, value),
    ]),
  ];
}

function numbers(chart) {
  const rows = chart.type === "pie"
    ? (chart.segments ?? []).map((segment) => `${segment.label}: ${segment.value}`)
    : (chart.series ?? []).map((one) => [one.name, spoken(one)]);
  return el("ul", { class: "legend" }, rows.map((row, index) => {
    const swatch = el("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = colour(index);
    return el("li", { dir: "auto" }, swatch, row);
  }));
}

/** The numbers that the drawing shows, for a screen reader. */
function spoken(series) {
  const points = series.data.map((point) => `${point.label} ${point.value}`);
  return el("span", { class: "spoken" }, `: ${points.join(", ")}`);
}

function colour(index) {
  return COLOURS[index % COLOURS.length];
}
