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

/** @param {Lead} lead */
export function deals(lead) {
  const referrals = [...(lead.referrals ?? [])].sort((a, b) => Number(OPEN.includes(b.status)) - Number(OPEN.includes(a.status)));
  if (!referrals.length) return [el("p", { class: "quiet" }, t("lead.no_referral"))];
  return referrals.map(deal);
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
