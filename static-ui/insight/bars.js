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
    svg("svg", { viewBox: size, role: "group", "aria-label": title }, ...values.map((bar, at) => link(bar, draw(bar, at, most)))),
  );
}

/**
 * @param {Bar} bar
 * @param {SVGElement[]} shapes
 */
function link(bar, shapes) {
  return svg("a", { href: bar.href, "aria-label": t("insight.bar", { name: bar.name, count: bar.total }) }, ...shapes);
}

/**
 * @param {Bar} bar
 * @param {number} at
 * @param {number} most
 */
function lyingBar({ name, total }, at, most) {
  const width = (total / most) * 120;
  return [
    svg("rect", { class: "hit", x: 0, y: at * 15, width: 240, height: 15 }),
    svg("text", { x: 76, y: at * 15 + 11, "text-anchor": "end" }, name),
    svg("rect", { class: "bar", x: 82, y: at * 15 + 3, width: Math.max(total ? 1.5 : 0, width), height: 9, rx: 2 }),
    svg("text", { class: "figure", x: 88 + width, y: at * 15 + 11 }, format.number(total)),
  ];
}

/**
 * @param {Bar} bar
 * @param {number} at
 * @param {number} most
 */
function standingBar({ name, total }, at, most) {
  const height = (total / most) * 58;
  const x = at * 24;
  return [
    svg("rect", { class: "hit", x, y: 0, width: 24, height: 90 }),
    svg("rect", { class: "bar", x: x + 3, y: 76 - Math.max(total ? 1.5 : 0, height), width: 18, height: Math.max(total ? 1.5 : 0, height), rx: 2 }),
    svg("text", { class: "figure", x: x + 12, y: 72 - height, "text-anchor": "middle" }, total ? format.number(total) : ""),
    svg("text", { x: x + 12, y: 87, "text-anchor": "middle" }, name.split("–")[0]),
  ];
}
