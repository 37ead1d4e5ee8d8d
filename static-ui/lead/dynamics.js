/** What is in Dynamics: per referral its state, links, last time, error and history; sync now, or see first what it would do. */

import * as api from "../api.js";
import { dynamicsState } from "../page/badge.js";
import { el, fill, said } from "../page/element.js";
import { icon } from "../page/icons.js";
import { outside } from "../page/link.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { sentence } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { syncLead } from "../sync/row-sync.js";
import { note, wrong } from "../texts/dynamics.js";
import { eventText } from "../texts/events.js";
import { t, tOr } from "../texts/words.js";
import { plan } from "./plan.js";

/**
 * @param {any} status answer of the status door
 * @param {string} name
 * @param {() => Promise<void>} again
 */
export function dynamics(status, name, again) {
  const referrals = /** @type {any[]} */ (status.referrals ?? []);
  const $plan = el("div", { class: "plan", "aria-live": "polite" });
  return [
    ...referrals.map((one) => state(one, referrals.length > 1)),
    !referrals.length && el("p", {}, dynamicsState(status.dynamics_status)),
    may("operator") && actions(status.domain, name, again, $plan),
    $plan,
  ];
}

/**
 * @param {any} one
 * @param {boolean} named
 */
function state(one, named) {
  const history = /** @type {any[]} */ (one.history ?? []);
  return el(
    "div",
    { class: "dynamics-one" },
    el(
      "p",
      {},
      dynamicsState(one.dynamics_status ?? one.state),
      named && el("span", { class: "quiet" }, " ", said(one.name ?? one.referral_id, { dir: "auto" })),
      one.synced_at && el("span", { class: "quiet" }, t("dynamics.last"), " ", ago(one.synced_at)),
      one.attempts > 1 && el("span", { class: "quiet" }, t("dynamics.attempts", { count: one.attempts })),
    ),
    one.error && el("div", { class: "callout", "data-tone": "red", role: "alert" }, icon("alert"), el("div", {}, el("p", {}, wrong({ code: one.error_code, params: one.error_params, text: one.error })), quoted(one))),
    one.note && el("p", { class: "callout", "data-tone": "yellow" }, icon("help"), note({ params: one.note_params, text: one.note })),
    el("p", { class: "links" }, ...links(one)),
    history.length > 0 && el("details", {}, el("summary", {}, t("dynamics.history", { count: history.length })), el("ol", { class: "timeline" }, ...history.map((event) => el("li", {}, eventText(event), el("span", { class: "quiet" }, ago(event.at)))))),
  );
}

/** Dynamics' own words, which are English, beside ours: whoever mends it searches for them. @param {any} one */
function quoted({ error, error_code: code, error_params: params }) {
  const words = params?.said ?? (params?.why ? "" : error);
  return code && words && el("p", { class: "quoted" }, t("dynamics_wrong.said"), " ", said(words, { lang: "en" }));
}

/** @param {any} one */
function links(one) {
  const all = { ...(one.url ? { lead: one.url } : {}), ...(one.links ?? {}) };
  return Object.entries(all).map(([record, address]) => outside(/** @type {string} */ (address), t("dynamics.open", { record: tOr(`record.${record}`, {}, record) })));
}

/**
 * @param {string} domain
 * @param {string} name
 * @param {() => Promise<void>} again
 * @param {HTMLElement} $plan
 */
function actions(domain, name, again, $plan) {
  const $sync = el("button", { type: "button", class: "button primary" }, icon("sync"), t("dynamics.sync"));
  const $look = el("button", { type: "button", class: "button" }, icon("eye"), t("dynamics.plan"));
  $sync.addEventListener("click", () => busy($sync, async () => (await syncLead(domain, name), await again())));
  $look.addEventListener("click", () =>
    busy($look, async () => {
      try {
        fill($plan, ...plan(await api.dynamicsPlan(domain)));
        $plan.scrollIntoView({ block: "nearest" });
      } catch (error) {
        fill($plan, el("p", { class: "field-error", role: "alert" }, sentence(error)));
      }
    }),
  );
  return el("p", { class: "actions" }, $sync, $look);
}
