/** Referrals without a domain: what they say, why none was found, and the way to name one. */

import * as api from "../api.js";
import { address, here } from "../page/address.js";
import { badge } from "../page/badge.js";
import { el, said } from "../page/element.js";
import * as format from "../page/format.js";
import { more } from "../page/more.js";
import { may } from "../page/session.js";
import { countdown } from "../page/times.js";
import { t, tOr } from "../texts/words.js";

/** @import { Page, Referral } from "../types.js" */

const WANTED = { has_domain: false, status: "new,active,unknown", limit: 100 };

/** @param {AbortSignal} signal */
export const openNameless = (signal) => api.referrals(WANTED, { signal });

/** @param {Page<Referral>} page */
export function nameless(page) {
  const $list = el("ul", { class: "nameless" }, ...page.items.map(item));
  const rest = async (/** @type {string|undefined} */ cursor) => {
    const { items, next_cursor: next } = await api.referrals({ ...WANTED, cursor });
    $list.append(...items.map(item));
    return next;
  };
  return [$list, el("p", {}, more(t("timeline.more"), page.next_cursor, rest))];
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
