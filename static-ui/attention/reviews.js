/** Weak matches: is the company that Dynamics already knows the same one? A person says link or separate. */

import * as api from "../api.js";
import { address, here } from "../page/address.js";
import { el, said } from "../page/element.js";
import * as format from "../page/format.js";
import { outside } from "../page/link.js";
import { may } from "../page/session.js";
import { toast } from "../page/toasts.js";
import { complain } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { t, tOr } from "../texts/words.js";

/**
 * @param {any[]} items
 * @param {() => void} changed
 */
export function reviewList(items, changed) {
  return [el("ul", { class: "reviews" }, ...items.map((item) => review(item, changed)))];
}

/**
 * @param {any} item
 * @param {() => void} changed
 */
function review(item, changed) {
  const name = item.company_name ?? item.domain ?? item.referral_id;
  const candidates = /** @type {any[]} */ (item.candidates ?? []);
  return el(
    "li",
    { "data-review": item.id },
    el("p", {}, el("strong", {}, item.domain ? el("a", { href: address({ ...here(), lead: item.domain }) }, said(name)) : said(name)), item.country && el("span", { class: "quiet" }, ` · ${format.country(item.country)}`)),
    el("p", { class: "quiet" }, (item.reasons ?? []).map((/** @type {string} */ code) => tOr(`dynamics_why.${code}`, {}, code)).join(" · ")),
    ...candidates.map((one) =>
      el(
        "div",
        { class: "candidate" },
        el("span", {}, said(one.name ?? one.account_id, { dir: "auto" }), one.domain && el("span", { class: "quiet" }, " ", said(one.domain)), one.country && el("span", { class: "quiet" }, " · ", said(one.country)), " ", outside(one.url, t("reviews.open"))),
        may("operator") && decide(t("reviews.link"), "primary", item.id, { decision: "link", account_id: one.account_id ?? one.id }, changed),
      ),
    ),
    may("operator") && decide(t("reviews.separate"), "", item.id, { decision: "separate" }, changed),
  );
}

/**
 * @param {string} label
 * @param {string} tone
 * @param {string} id
 * @param {{decision: "link"|"separate", account_id?: string}} decision
 * @param {() => void} changed
 */
function decide(label, tone, id, decision, changed) {
  const $button = el("button", { type: "button", class: `button ${tone}` }, label);
  $button.addEventListener("click", () =>
    busy($button, async () => {
      try {
        await api.decideReview(id, decision);
        toast("success", t(`reviews.done.${decision.decision}`));
      } catch (error) {
        complain(error);
      }
      changed();
    }),
  );
  return $button;
}
