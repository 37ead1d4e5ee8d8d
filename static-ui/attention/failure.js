/** One failure of the inbox: whose work it stopped, why in plain words, what support asks for, and the button that tries again. */

import { address, here } from "../page/address.js";
import { el, said } from "../page/element.js";
import { icon } from "../page/icons.js";
import { copy } from "../page/link.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { busy } from "../page/waiting.js";
import { about, cause, faultBehind } from "../texts/causes.js";
import { t, tOr } from "../texts/words.js";

/** @import { Failure } from "../types.js" */

const UNNAMED = "unnamed-";

/**
 * @param {Failure} one
 * @param {(one: Failure) => Promise<void>} again
 */
export function failureItem(one, again) {
  const $again = el("button", { type: "button", class: "button" }, icon("sync"), t("failures.replay"));
  $again.addEventListener("click", () => busy($again, () => again(one)));
  return el(
    "li",
    { "data-failure": one.id },
    el(
      "div",
      {},
      el("strong", {}, whose(one)),
      one.deal && one.company_name && el("span", { class: "quiet" }, " ", said(one.deal, { dir: "auto" })),
      ...why(one),
      el("p", { class: "quiet" }, tOr(`queue.${one.queue}`, {}, one.queue), " · ", ago(one.last_at), " · ", t("failures.attempts", { count: one.attempts })),
      ...ids(one),
    ),
    may("operator") && $again,
  );
}

/** @param {Failure} one */
function whose({ key, queue, domain, company_name: company, deal }) {
  const place = domain ? { lead: domain } : deal || company ? { referral: key } : null;
  const name = company ?? domain ?? deal;
  if (place) return el("a", { href: address({ ...here(), ...place }) }, said(name, { dir: "auto" }));
  if (key.startsWith(UNNAMED)) return t("failures.unnamed");
  return (queue === "runs" && tOr(`run_kind.${key}`, {}, "")) || said(key);
}

/** The cause in the reader's language; the server's English, marked so, only where another system spoke or no cause is named. @param {Failure} one */
function why({ code, params, cause: english }) {
  const known = cause(params) || about(params);
  const words = [code === "gave_up" && faultBehind(params), known].filter(Boolean).join(" ");
  const quoted = typeof params.said === "string" ? params.said : cause(params) || (words && !english) ? "" : english;
  return [
    words && el("p", { class: "particulars" }, words),
    quoted && el("p", { class: "particulars quoted" }, t(code.startsWith("dyn_") ? "dynamics_wrong.said" : "failures.said"), " ", said(quoted, { lang: "en", dir: "auto" })),
  ];
}

/** @param {Failure} one */
function ids({ code, params, trace }) {
  const asked = typeof params.request_id === "string" ? params.request_id : "";
  const system = `${params.fault ?? params.reason ?? code}`.startsWith("dyn_") ? "Dynamics" : "Partner Center";
  return [id(t("failures.trace"), trace), id(t("failures.request_id", { system }), asked)];
}

/**
 * @param {string} label
 * @param {string} text
 */
const id = (label, text) => text && el("p", { class: "quiet" }, label, " ", el("code", {}, text), copy(text));
