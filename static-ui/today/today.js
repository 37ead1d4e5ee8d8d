/** Today, the first view: the referrals that still want an answer, most pressing group first. */

import * as api from "../api.js";
import { ApiError } from "../api.js";
import { columnsOf } from "../list/columns.js";
import { news, newsLine, watchForNews } from "../list/fresh.js";
import { rowOfReferral } from "../list/rows.js";
import { keepingFocus, refreshRows, rowOf, shownRows, table } from "../list/table.js";
import { address, here } from "../page/address.js";
import { el, fill } from "../page/element.js";
import { renew } from "../page/focus.js";
import * as format from "../page/format.js";
import { icon } from "../page/icons.js";
import { latest } from "../page/latest.js";
import { panel } from "../page/trouble.js";
import { waiting } from "../page/waiting.js";
import { t } from "../texts/words.js";
import { nothingWaits } from "./nothing.js";
import { morning } from "./sentence.js";
import { since } from "./visit.js";

/** @import { Today } from "../types.js" */

const fetchToday = latest((signal) => api.today(since(), { signal }));

const $sentence = el("div", { class: "morning-line", "aria-live": "polite" });
const $region = el("div", { class: "region", id: "today-region" });
const line = newsLine(() => load());

/** The view's elements, built once. */
export const $today = el("section", { class: "today-view", "aria-labelledby": "view-title" }, $sentence, line.$line, $region);

/** @type {Today|null} */
let shown = null;

/** Where the rest of a group stands that is too long for this page. */
const ALL_NEW = { view: "leads", filters: { referral_status: "new" }, sort: "respond_by" };

/** Shows Today, or the one group of it that the address names. What was read before is shown at once, and looked at again. */
export function showToday() {
  if (!shown) return load();
  draw(shown);
  look();
}

async function load() {
  const done = waiting($region);
  line.clear();
  try {
    shown = await fetchToday();
    draw(shown);
  } catch (error) {
    shown = null;
    fill($sentence);
    fill($region, panel(error, load));
    dispatchEvent(new Event("hunter:drawn"));
  } finally {
    done();
  }
}

/** @param {Today} today */
function draw(today) {
  const only = groupsOf(today).some((group) => group.code === here().group) ? here().group : "";
  const groups = groupsOf(today).filter((group) => group.items.length && (!only || group.code === only));
  renew($sentence, morning(today.summary), only && allGroups());
  const $drawn = groups.length ? deals(groups) : nothingWaits(today.summary.last_check, Boolean(only));
  keepingFocus($region, () => fill($region, $drawn));
  dispatchEvent(new Event("hunter:drawn"));
}

/** @param {Today["groups"]} groups */
function deals(groups) {
  return table({
    caption: t("today.caption"),
    columns: columnsOf(""),
    groups: groups.map(({ code, total, items }) => ({
      id: `group-${code}`,
      head: [
        el("span", { class: "group-name", "data-group": code }, t(`group.${code}`)),
        el("span", { class: "group-count" }, format.number(total)),
        total > items.length && el("a", { class: "quiet", href: address(ALL_NEW) }, t("group.shown", { shown: items.length, total })),
      ],
      rows: items.map(rowOfReferral),
    })),
  });
}

/** @param {Today} today */
const groupsOf = (today) => today.groups;

const allGroups = () => el("a", { class: "chip", href: address({ view: "today" }) }, t(`group.${here().group}`), icon("close"), el("span", { class: "hidden" }, t("today.all")));

watchForNews(look);

async function look() {
  const $table = $region.querySelector("table");
  if (!$today.isConnected || $region.ariaBusy === "true") return;
  try {
    const newer = await fetchToday();
    // A notice of trouble gives way as soon as there is an answer.
    if (!shown) return draw((shown = newer));
    const rows = groupsOf(newer).filter((group) => !here().group || group.code === here().group).flatMap((group) => group.items).map(rowOfReferral);
    if ($region.querySelector("table") !== $table) return;
    shown = newer;
    // Where nothing stood, nothing can move under the hand.
    if (!$table) return rows.length > 0 && draw(newer);
    refreshRows($table, rows, columnsOf(""));
    renew($sentence, morning(newer.summary), here().group && allGroups());
    line.offer(news(shownRows($table).map(($row) => rowOf($row)?.key ?? ""), rows.map((row) => row.key)));
  } catch (error) {
    // What is shown stays; the head line tells when the server cannot be reached.
    if (!(error instanceof ApiError)) throw error;
  }
}
