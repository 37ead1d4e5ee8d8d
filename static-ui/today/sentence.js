/** The morning in one sentence: what must be answered, what is new, what did not arrive. Each number leads to its rows. */

import { address } from "../page/address.js";
import { el } from "../page/element.js";
import * as format from "../page/format.js";
import { ago } from "../page/times.js";
import { language, t } from "../texts/words.js";

/** @import { TodaySummary } from "../types.js" */

/** @param {TodaySummary} summary */
export function morning(summary) {
  const said = [
    part("today.answer", summary.within_24h, { group: "within_24h" }, "red"),
    part("today.soon", summary.within_72h, { group: "within_72h" }, "orange"),
    part("today.new", summary.new, { group: "new" }, "blue"),
    part("today.not_in_dynamics", summary.not_in_dynamics, { view: "leads", filters: { dynamics_status: "failed,review" } }, "red"),
  ].filter((one) => one !== null);
  return el("p", { class: "morning" }, ...(said.length ? sentence(said) : [t("today.calm"), summary.last_check && el("span", { class: "quiet" }, " ", t("today.checked"), " ", ago(summary.last_check))]));
}

/**
 * @param {string} text
 * @param {number} count
 * @param {Partial<import("../page/address.js").Place>} place
 * @param {string} tone
 */
function part(text, count, place, tone) {
  if (!count) return null;
  const [before, after = ""] = t(text, { count }).split("#");
  return el("a", { href: address({ view: "today", ...place }), "data-tone": tone }, before, el("strong", {}, format.number(count)), after);
}

/** Joined as the language joins a list. @param {HTMLElement[]} parts */
function sentence(parts) {
  const joined = new Intl.ListFormat(language, { type: "conjunction" }).formatToParts(parts.map((_, at) => String(at)));
  return [...joined.map((piece) => (piece.type === "element" ? parts[Number(piece.value)] : piece.value)), "."];
}
