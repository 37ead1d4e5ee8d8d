/** The plan of a dry run: per record what a sync would do and why, per column old and new. Nothing is written. */

import { el, said } from "../page/element.js";
import { wrong } from "../texts/dynamics.js";
import { t, tOr } from "../texts/words.js";

/** @param {any} answer of the sync door with `dry_run` */
export function plan(answer) {
  const referrals = /** @type {any[]} */ (answer.referrals ?? answer.plans ?? []);
  const records = referrals.flatMap((one) => (one.skip ? [{ record: "lead", action: "skip", why: one.skip, fields: [] }] : (one.records ?? [])));
  const refused = referrals.filter((one) => one.error_code).map((one) => el("p", { class: "failure-cause" }, wrong({ code: one.error_code, params: one.error_params, text: one.error })));
  if (!records.length) return refused.length ? refused : [el("p", {}, t("plan.nothing"))];
  const marks = referrals.flatMap((one) => one.defaulted ?? []);
  return [
    el("h4", {}, t("plan.title")),
    ...refused,
    ...records.map(record),
    marks.length > 0 && el("details", {}, el("summary", {}, t("plan.defaulted", { count: marks.length })), el("ul", {}, ...marks.map((mark) => el("li", {}, said(String(mark)))))),
  ];
}

/** @param {any} one */
function record(one) {
  const fields = /** @type {any[]} */ (one.fields ?? []).filter((field) => field.action !== "match");
  return el(
    "details",
    { open: fields.length > 0 && fields.length < 6 },
    el("summary", {}, el("strong", {}, tOr(`record.${one.record}`, {}, one.record)), ` ${tOr(`plan_action.${one.action}`, {}, one.action)}`, one.why && el("span", { class: "quiet" }, ` · ${tOr(`dynamics_why.${one.why}`, {}, one.why)}`)),
    fields.length ? changes(fields) : el("p", { class: "quiet" }, t("plan.no_fields")),
  );
}

/** @param {any[]} fields */
function changes(fields) {
  return el(
    "table",
    { class: "plain" },
    el("thead", {}, el("tr", {}, ...["column", "old", "new", "why"].map((name) => el("th", { scope: "col" }, t(`plan.${name}`))))),
    el(
      "tbody",
      {},
      ...fields.map((field) =>
        el("tr", {}, el("th", { scope: "row" }, el("code", {}, field.column)), el("td", {}, said(value(field.old))), el("td", {}, said(value(field.new))), el("td", {}, tOr(`plan_action.${field.action}`, {}, field.action ?? ""), field.why && ` · ${tOr(`dynamics_why.${field.why}`, {}, field.why)}`)),
      ),
    ),
  );
}

/** @param {unknown} one */
const value = (one) => (one === null || one === undefined || one === "" ? t("none") : typeof one === "object" ? JSON.stringify(one) : String(one));
