/** What stands in each kind of cell. Two lines at most: the fact, and below it in grey what belongs to it. */

import { badge, dynamicsState, scoreTone } from "../page/badge.js";
import { address, here } from "../page/address.js";
import { el, said } from "../page/element.js";
import * as format from "../page/format.js";
import { ago, countdown } from "../page/times.js";
import { wasSeen } from "../lead/seen.js";
import { note, wrong } from "../texts/dynamics.js";
import { sentenceText } from "../texts/judged.js";
import { t, tOr } from "../texts/words.js";
import { rowSyncButton } from "../sync/row-sync.js";
import { target } from "./rows.js";

/** @import { Row } from "./rows.js" */

const NOT_BROUGHT = ["first_seen_closed", "outgoing"];

const nothing = () => el("span", { class: "none" }, t("none"));

/** @param {...(import("../page/element.js").Child)} children */
const second = (...children) => el("span", { class: "second" }, ...children);

/** @param {Row} row */
export function answerBy({ respond_by }) {
  return respond_by ? [countdown(respond_by), el("span", { class: "second", "data-tip": format.exactly(respond_by) }, format.moment(respond_by))] : [nothing()];
}

/** @param {Row} row */
export function company(row) {
  const name = row.company_name ?? row.display_domain ?? t("row.nameless");
  const seen = row.domain && wasSeen(row.domain);
  const $link = el("a", { class: "row-link", href: address({ ...here(), ...target(row) }), "data-row-link": true }, said(name, { dir: "auto" }));
  return [
    $link,
    seen && el("span", { class: "hidden" }, ` ${t("row.seen")}`),
    row.domain
      ? second(said(row.display_domain ?? row.domain), row.country && ` · ${row.country}`)
      : second(el("span", { class: "wanting" }, t("row.no_domain"))),
  ];
}

/** @param {Row} row */
export function referral(row) {
  const unclear = !row.referral_type || row.referral_type === "unclassified";
  const count = row.referral_count ?? 1;
  const types = (row.referral_types ?? []).map((type) => tOr(`referral_type.${type}`, {}, type)).join(", ");
  return [
    unclear ? el("span", { class: "none" }, "-") : badge("referral_type", row.referral_type),
    !row.referral_id && count > 1 && el("span", { class: "times", "data-tip": types, tabindex: "0" }, t("row.count", { n: count })),
    row.referral_type && second(row.deal_value ? format.money(row.deal_value) : tOr(`referral_status.${row.referral_status}`, {}, row.referral_status)),
  ];
}

/** @param {Row} row */
export function score(row) {
  if (row.score === null || row.score === undefined) return [el("span", { class: "none" }, row.domain ? t("row.unscored") : t("none"))];
  const $bar = el("span", { class: "score-bar", "aria-hidden": "true" });
  $bar.style.setProperty("--score", String(row.score));
  const unsure = typeof row.completeness === "number" && row.completeness < 100;
  return [
    el("span", { class: "score", "data-tone": scoreTone(row.score) }, el("strong", {}, format.number(row.score)), $bar),
    el(
      "span",
      { class: "second" },
      badge("segment", row.segment),
      unsure && el("span", { class: "unsure", "data-tip": t("row.completeness.tip"), tabindex: "0" }, t("row.completeness", { percent: row.completeness })),
    ),
  ];
}

/** The priority stands before the reason: it is what the usual order follows. @param {Row} row */
export function why({ headline, no_domain_reason, priority: rank, priority_label: label }) {
  const tip = rank ? tOr(`priority_label.${rank}`, {}, label) : "";
  if (headline) return [el("span", { class: "why" }, rank && badge("priority", rank, { tip }), rank && " ", sentenceText(headline))];
  if (no_domain_reason) return [el("span", { class: "why" }, tOr(`no_domain.${no_domain_reason}`, {}, no_domain_reason))];
  return [nothing()];
}

/** @param {Row} row */
export function dynamics(row) {
  const broken = row.dynamics_error && row.dynamics_status !== "synced";
  // "Not brought to Dynamics" is about another referral of a company that is there.
  const noted = row.dynamics_status !== "synced" || !NOT_BROUGHT.includes(row.dynamics_note_params?.why ?? "");
  return [
    el(
      "span",
      { class: "dynamics-cell" },
      dynamicsState(row.dynamics_status),
      row.domain && rowSyncButton(row.domain, row.company_name ?? row.domain),
    ),
    broken
      ? second(said(wrong({ code: row.dynamics_error_code, params: row.dynamics_error_params, text: row.dynamics_error }), { class: "error-text" }))
      : second(row.dynamics_synced_at && ago(row.dynamics_synced_at), row.dynamics_note && noted && said(note({ params: row.dynamics_note_params, text: row.dynamics_note }), { class: "note-text" })),
  ];
}

/** @param {Row} row */
export function priority(row) {
  if (!row.priority) return [nothing()];
  return [badge("priority", row.priority), second(tOr(`priority_label.${row.priority}`, {}, row.priority_label))];
}

/** @param {Row} row */
export function provider(row) {
  if (!row.provider) return [nothing()];
  const through = row.gateway ? t("row.behind", { gateway: row.gateway }) : row.local_provider;
  return [tOr(`provider.${row.provider}`, {}, row.provider), through && second(said(through))];
}

/** @param {"spf"|"dkim"|"dmarc"} name @returns {(row: Row) => import("../page/element.js").Child[]} */
export const signal = (name) => (row) => [
  badge("signal", row[name]),
  name === "dmarc" && row.dmarc_policy && second(`p=${row.dmarc_policy}`),
];

/** @param {Row} row */
export const country = (row) => [row.country ? format.country(row.country) : nothing()];

/** @param {Row} row */
export const tenantSize = (row) => [row.tenant_size ? tOr(`tenant_size.${row.tenant_size}`, {}, row.tenant_size) : nothing()];

/** @param {Row} row */
export function registration(row) {
  if (!row.expires_at) return [nothing()];
  return [format.date(row.expires_at), row.registrar && second(said(row.registrar))];
}

/** @param {Row} row */
export const contact = (row) => [row.contact_name ? said(row.contact_name, { dir: "auto" }) : nothing()];

/** @param {Row} row */
export const status = (row) => [badge("referral_status", row.referral_status)];

/** @param {Row} row */
export const updated = (row) => [row.updated_at ? ago(row.updated_at) : nothing()];
