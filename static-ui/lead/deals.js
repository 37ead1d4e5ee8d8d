/** What they want: each referral of the company as a deal, the open ones first. */

import { badge } from "../page/badge.js";
import { el, said } from "../page/element.js";
import * as format from "../page/format.js";
import { outside } from "../page/link.js";
import { countdown } from "../page/times.js";
import { t, tOr } from "../texts/words.js";

/** @import { Lead, Referral } from "../types.js" */

const OPEN = ["new", "active", "unknown"];

/** Only what nobody has taken up can expire. */
const UNANSWERED = ["new", "unknown"];

/** So many are read before whom to call; more would push that away. */
const MOST = 4;

/** @param {Lead} lead */
export function deals(lead) {
  const referrals = [...(lead.referrals ?? [])].sort(byUrgency);
  if (!referrals.length) return [el("p", { class: "quiet" }, t("lead.no_referral"))];
  const more = referrals.slice(MOST);
  return [
    ...referrals.slice(0, MOST).map(deal),
    more.length > 0 && el("details", { class: "more-deals" }, el("summary", {}, t("deal.more", { count: more.length })), ...more.map(deal)),
  ];
}

/**
 * Open ones first, the soonest answer before the others; otherwise as they come, newest first.
 * @param {Referral} one
 * @param {Referral} other
 */
function byUrgency(one, other) {
  const rank = (/** @type {Referral} */ { status, respond_by: due }) => (OPEN.includes(status) ? (due ?? "9") : "99");
  return rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0;
}

/** @param {Referral} referral */
function deal(referral) {
  return el(
    "article",
    { class: "deal", "data-referral": referral.id },
    el("h4", {}, said(referral.name ?? t("deal.nameless"), { dir: "auto" })),
    el("p", { class: "badges" }, badge("referral_type", referral.type), badge("referral_status", referral.status), referral.deal_value && el("strong", { class: "value" }, format.money(referral.deal_value))),
    referral.respond_by && el("p", { class: "answer" }, t("deal.answer_by"), " ", countdown(referral.respond_by), el("span", { class: "quiet" }, ` · ${format.moment(referral.respond_by)}`)),
    referral.notes && el("p", { class: "notes", dir: "auto" }, referral.notes),
    el(
      "p",
      { class: "quiet" },
      [
        referral.created_at && t("deal.created", { date: format.date(referral.created_at) }),
        referral.expires_at && UNANSWERED.includes(referral.status) && t("deal.expires", { date: format.date(referral.expires_at) }),
        referral.domain_source && t("deal.domain_from", { source: tOr(`domain_source.${referral.domain_source}`, {}, referral.domain_source) }),
      ].filter(Boolean).join(" · "),
    ),
    outside(referral.partner_center_url, t("deal.open")),
  );
}
