/** The failure inbox: grouped by cause, in plain words, with who can mend it and a button that tries again. */

import * as api from "../api.js";
import { address, here } from "../page/address.js";
import { el, said } from "../page/element.js";
import { icon } from "../page/icons.js";
import { copy } from "../page/link.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { toast } from "../page/toasts.js";
import { sentence } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { t, tOr } from "../texts/words.js";

/** @import { Failure, Page } from "../types.js" */

/**
 * @param {Page<Failure>} page
 * @param {() => void} changed
 */
export function failureGroups(page, changed) {
  const codes = [...new Set(page.items.map((one) => one.code))];
  return codes.map((code) => group(page.items.filter((one) => one.code === code), changed));
}

/**
 * @param {Failure[]} failures of one cause
 * @param {() => void} changed
 */
function group(failures, changed) {
  const { code, who, text, action } = failures[0];
  const $all = el("button", { type: "button", class: "button" }, icon("sync"), t("failures.replay_all", { count: failures.length }));
  $all.addEventListener("click", () => busy($all, () => again(failures, changed)));
  return el(
    "details",
    { class: "failure-group", "data-code": code, open: failures.length < 4 },
    el(
      "summary",
      {},
      el("span", { class: "failure-cause" }, tOr(`failure.${code}`, {}, text)),
      el("span", { class: "group-count" }, failures.length),
      el("span", { class: "quiet" }, t("failures.who", { who: tOr(`who.${who}`, {}, who) })),
    ),
    el("p", { class: "failure-action" }, tOr(`failure_action.${code}`, {}, action)),
    may("operator") && failures.length > 1 && el("p", {}, $all),
    el("ul", { class: "failures" }, ...failures.map((one) => item(one, changed))),
  );
}

/**
 * @param {Failure & {cause?: string}} one
 * @param {() => void} changed
 */
function item(one, changed) {
  const $again = el("button", { type: "button", class: "button" }, icon("sync"), t("failures.replay"));
  $again.addEventListener("click", () => busy($again, () => again([one], changed)));
  const isDomain = one.key.includes(".");
  return el(
    "li",
    { "data-failure": one.id },
    el(
      "div",
      {},
      el("strong", {}, isDomain ? el("a", { href: address({ ...here(), lead: one.key }) }, said(one.key)) : said(one.key)),
      el("p", { class: "particulars", dir: "auto" }, one.cause || particulars(one.params)),
      el("p", { class: "quiet" }, tOr(`queue.${one.queue}`, {}, one.queue), " · ", ago(one.last_at), " · ", t("failures.attempts", { count: one.attempts }), " · ", t("failures.trace"), " ", el("code", {}, one.trace), copy(one.trace)),
    ),
    may("operator") && $again,
  );
}

/**
 * @param {Failure[]} failures
 * @param {() => void} changed
 */
async function again(failures, changed) {
  try {
    for (const one of failures) await api.replay(one.id);
    toast("success", t("failures.replayed", { count: failures.length }));
  } catch (error) {
    toast("error", sentence(error));
  }
  changed();
}

/** @param {Record<string, unknown>} params */
const particulars = (params) => Object.entries(params).map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(" · ");
