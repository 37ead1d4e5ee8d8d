/** One strip of numbers and bars over the list: it counts exactly the rows that the filter finds, and each bar leads to its rows. */

import * as api from "../api.js";
import { CHOICES } from "../list/filter-fields.js";
import { address, here } from "../page/address.js";
import { el, fill } from "../page/element.js";
import * as format from "../page/format.js";
import { latest } from "../page/latest.js";
import { recall, remember } from "../page/memory.js";
import { t } from "../texts/words.js";
import { bars } from "./bars.js";

/** @import { Dashboard } from "../types.js" */

const SEGMENTS = CHOICES.segment;

export function insightStrip() {
  const $content = el("div", { class: "insight-content" });
  const $strip = el("details", { class: "insight", open: recall("insight", innerWidth > 720) }, el("summary", {}, t("insight.title")), $content);
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
  const stages = dashboard.funnel.map(({ code, total }) => ({ name: t(`stage.${code}`), total, href: narrowed({ stage: code }) }));
  const segments = SEGMENTS.map((code) => ({ name: t(`segment.${code}`), total: dashboard.segment.find((one) => one.code === code)?.total ?? 0, href: narrowed({ segment: code }) }));
  const scores = dashboard.histogram.map((one) => ({
    name: `${one.from}–${one.to}`,
    total: one.total,
    href: narrowed({ min_score: String(one.from), max_score: String(one.to) }),
  }));
  return [
    el(
      "dl",
      { class: "figures" },
      figure("total", format.number(dashboard.total)),
      figure("in_dynamics", format.number(dashboard.in_dynamics), { dynamics_status: "synced" }),
      figure("hot", format.number(dashboard.hot), { technical_heat: "Hot" }),
      figure("avg_score", dashboard.avg_score === null ? t("none") : format.number(dashboard.avg_score)),
    ),
    bars({ title: t("insight.funnel"), lying: true, values: stages }),
    bars({ title: t("insight.segments"), lying: true, values: segments }),
    bars({ title: t("insight.scores"), lying: false, values: scores }),
  ];
}

/**
 * @param {string} name
 * @param {string} value
 * @param {Record<string, string>} [filter]
 */
function figure(name, value, filter) {
  return el("div", {}, el("dt", {}, t(`insight.${name}`)), el("dd", { "data-figure": name }, filter ? el("a", { href: narrowed(filter) }, value) : value));
}

/** @param {Record<string, string>} filter */
function narrowed(filter) {
  const { view, filters, sort, columns } = here();
  return address({ view, sort, columns, filters: { ...filters, ...filter } });
}
