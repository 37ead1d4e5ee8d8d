/** Referrals without a domain: what they say, why none was found, and the way to name one. */

import { address, here } from "../page/address.js";
import { badge } from "../page/badge.js";
import { el, said } from "../page/element.js";
import * as format from "../page/format.js";
import { may } from "../page/session.js";
import { countdown } from "../page/times.js";
import { t, tOr } from "../texts/words.js";

/** @import { Referral } from "../types.js" */

/** @param {Referral[]} referrals */
export function nameless(referrals) {
  return [el("ul", { class: "nameless" }, ...referrals.map(item))];
}

/** @param {Referral} one */
function item(one) {
  return el(
    "li",
    { "data-referral": one.id },
    el(
      "div",
      {},
      el("strong", {}, said(one.company_name ?? t("row.nameless"), { dir: "auto" })),
      el("p", {}, badge("referral_type", one.type), " ", said(one.name, { dir: "auto" }), one.deal_value && ` · ${format.money(one.deal_value)}`),
      el("p", { class: "quiet" }, tOr(`no_domain.${one.no_domain_reason}`, {}, one.no_domain_reason), one.respond_by && " · ", one.respond_by && countdown(one.respond_by)),
    ),
    el("a", { class: "button", href: address({ ...here(), referral: one.id }) }, t(may("operator") ? "nameless.act" : "nameless.look")),
  );
}
