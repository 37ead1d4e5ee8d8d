/** One strip of numbers and bars over the list: it counts exactly the rows that the filter finds, and each bar leads to its rows. */

import * as api from "../api.js";
import { CHOICES } from "../list/filter-fields.js";
import { address, here } from "../page/address.js";
import { el, fill } from "../page/element.js";
import * as format from "../page/format.js";
import { latest } from "../page/latest.js";
import { recall, remember } from "../page/memory.js";
import { t, tOr } from "../texts/words.js";
import { bars } from "./bars.js";

/** @import { Dashboard } from "../types.js" */

const SEGMENTS = CHOICES.segment;

export function insightStrip() {
  const $content = el("div", { class: "insight-content" });
  const $strip = el("details", { class: "insight", open: recall("insight", innerWidth > 720, (kept) => typeof kept === "boolean") }, el("summary", {}, t("insight.title")), $content);
  const fetchNow = latest((signal) => api.dashboard(here().filters, { signal }));
  const load = async () => {
    if (!$strip.open) return void ($strip.hidden = false);
    try {
      const dashboard = await fetchNow();
      fill($content, ...draw(dashboard));
      // Bars of nothing would only push the words that help further down.
      $strip.hidden = dashboard.total === 0;
    } catch {
      // The list below says what is wrong; numbers that may not agree with it are worse than none.
      fill($content);
      $strip.hidden = true;
    }
  };
  $strip.addEventListener("toggle", () => {
    remember("insight", $strip.open);
    if (!$content.children.length) load();
  });
  return { $strip, load };
}

/** @param {Dashboard} dashboard */
function draw(dashboard) {
  const stages = dashboard.funnel.map(({ code, total }) => ({ name: tOr(`stage.${code}`, {}, code), total, href: narrowed({ stage: code }) }));
  const segments = SEGMENTS.map((code) => ({ name: t(`segment.${code}`), total: dashboard.segment.find((one) => one.code === code)?.total ?? 0, href: narrowed({ segment: code }) }));
  const scores = dashboard.histogram.map((one) => ({
    name: `${one.from}–${one.to}`,
    total: one.total,
    href: narrowed(scoresOf(one)),
  }));
  return [
    el(
      "dl",
      { class: "figures" },
      figure("total", format.number(dashboard.total)),
      figure("in_dynamics", format.number(dashboard.in_dynamics), dashboard.in_dynamics ? { dynamics_status: "synced" } : null),
      figure("hot", format.number(dashboard.hot), dashboard.hot ? { technical_heat: "Hot" } : null),
      figure("avg_score", dashboard.avg_score === null ? t("none") : format.number(dashboard.avg_score)),
    ),
    bars({ title: t("insight.funnel"), lying: true, values: stages }),
    bars({ title: t("insight.segments"), lying: true, values: segments }),
    bars({ title: t("insight.scores"), lying: false, values: scores }),
  ];
}

/**
 * The scores of a bar as far as the list's own filter lets them through: the bar counts no others.
 * @param {{from: number, to: number}} bar
 */
function scoresOf({ from, to }) {
  const { min_score: low = from, max_score: high = to } = here().filters;
  return { min_score: String(Math.max(from, Number(low))), max_score: String(Math.min(to, Number(high))) };
}

/**
 * @param {string} name
 * @param {string} value
 * @param {Record<string, string>|null} [filter] none: there is nothing to lead to
 */
function figure(name, value, filter) {
  return el("div", {}, el("dt", {}, t(`insight.${name}`)), el("dd", { "data-figure": name }, filter ? el("a", { href: narrowed(filter) }, value) : value));
}

/** @param {Record<string, string>} filter */
function narrowed(filter) {
  const { view, filters, sort, columns } = here();
  return address({ view, sort, columns, filters: { ...filters, ...filter } });
}
