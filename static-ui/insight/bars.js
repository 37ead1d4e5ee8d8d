/** Bars as SVG whose every bar is a link with its number in words. Lying for names, standing for a scale. */

import { el, svg } from "../page/element.js";
import * as format from "../page/format.js";
import { t } from "../texts/words.js";

/** @typedef {{name: string, total: number, href: string}} Bar */

/** @param {{title: string, lying: boolean, values: Bar[]}} chart */
export function bars({ title, lying, values }) {
  const most = Math.max(1, ...values.map((bar) => bar.total));
  const draw = lying ? lyingBar : standingBar;
  const size = lying ? `0 0 240 ${values.length * 15}` : `0 0 ${values.length * 24} 90`;
  return el(
    "figure",
    { class: "bars" },
    el("figcaption", {}, title),
    svg("svg", { viewBox: size, role: "group", "aria-label": title }, ...values.flatMap((bar, at) => draw(bar, at, most))),
  );
}

/**
 * The words on a bar are for the eye; the link says them in one sentence. A bar of nothing leads nowhere.
 * @param {Bar} bar
 * @param {...SVGElement} shapes
 */
function link(bar, ...shapes) {
  const label = { "aria-label": t("insight.bar", { name: bar.name, count: bar.total }) };
  return bar.total ? svg("a", { href: bar.href, ...label }, ...shapes) : svg("g", { role: "img", ...label }, ...shapes);
}

/**
 * @param {Bar} bar
 * @param {number} at
 * @param {number} most
 */
function lyingBar(bar, at, most) {
  const width = (bar.total / most) * 120;
  return [
    link(
      bar,
      svg("rect", { class: "hit", x: 0, y: at * 15, width: 240, height: 15 }),
      svg("rect", { class: "bar", x: 82, y: at * 15 + 3, width: Math.max(bar.total ? 1.5 : 0, width), height: 9, rx: 2 }),
    ),
    svg("text", { x: 76, y: at * 15 + 11, "text-anchor": "end", "aria-hidden": "true" }, bar.name),
    svg("text", { class: "figure", x: 88 + width, y: at * 15 + 11, "aria-hidden": "true" }, format.number(bar.total)),
  ];
}

/**
 * @param {Bar} bar
 * @param {number} at
 * @param {number} most
 */
function standingBar(bar, at, most) {
  const height = Math.max(bar.total ? 1.5 : 0, (bar.total / most) * 58);
  const x = at * 24;
  const words = { x: x + 12, "text-anchor": "middle", "aria-hidden": "true" };
  return [
    link(
      bar,
      svg("rect", { class: "hit", x, y: 0, width: 24, height: 90 }),
      svg("rect", { class: "bar", x: x + 3, y: 76 - height, width: 18, height, rx: 2 }),
    ),
    svg("text", { ...words, class: "figure", y: 72 - height }, bar.total ? format.number(bar.total) : ""),
    svg("text", { ...words, y: 87 }, bar.name.split("–")[0]),
  ];
}
