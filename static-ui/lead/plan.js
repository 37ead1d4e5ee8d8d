/** The plan of a dry run: per record what a sync would do and why, per column old and new. Nothing is written. */

import { el, said } from "../page/element.js";
import * as format from "../page/format.js";
import { wrong } from "../texts/dynamics.js";
import { t, tOr } from "../texts/words.js";

/** @param {any} answer of the sync door with `dry_run` */
export function plan(answer) {
  const referrals = /** @type {any[]} */ (answer.referrals ?? answer.plans ?? []);
  if (!referrals.some((one) => one.skip || one.error_code || one.records?.length)) return [el("p", {}, t("plan.nothing"))];
  const marks = [...new Set(referrals.flatMap((one) => one.defaulted ?? []).map(markText))];
  return [
    el("h4", {}, t("plan.title")),
    ...referrals.flatMap((one) => [referrals.length > 1 && el("h5", {}, said(one.name ?? t("deal.nameless"), { dir: "auto" })), one.error_code && refused(one), ...recordsOf(one).map(record)]),
    marks.length > 0 && el("details", {}, el("summary", {}, t("plan.defaulted", { count: marks.length })), el("ul", {}, ...marks.map((mark) => el("li", {}, mark)))),
  ];
}

/** What was done to a value on its way. @param {import("../types.js").Sentence} mark */
function markText({ code, params, text }) {
  const words = { ...params, stand_in: tOr(`stand_in.${params.stand_in}`, {}, "") };
  return tOr(`mark.${code}`, words, text);
}

/** @param {any} referral */
const refused = (referral) => el("p", { class: "failure-cause" }, wrong({ code: referral.error_code, params: referral.error_params, text: referral.error }));

/** @param {any} referral */
const recordsOf = ({ skip, records }) => (skip ? [{ record: "lead", action: "skip", why: skip, fields: [] }] : (records ?? []));

/** @param {any} one */
function record(one) {
  const fields = /** @type {any[]} */ (one.fields ?? []).filter((field) => field.action !== "match");
  const words = [el("strong", {}, tOr(`record.${one.record}`, {}, one.record)), ` ${tOr(`plan_action.${one.action}`, {}, one.action)}`, one.why && el("span", { class: "quiet" }, ` · ${tOr(`dynamics_why.${one.why}`, {}, one.why)}`)];
  if (!fields.length) return el("p", { class: "planned", "data-record": one.record }, ...words);
  return el("details", { class: "planned", "data-record": one.record, open: fields.length < 6 }, el("summary", {}, ...words), changes(fields));
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

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** A link to another record of the plan, as Dynamics binds it. */
const LINK = /^(account|contact|lead|opportunit)(?:s|ies)\([0-9a-f-]{36}\)$/;

/** What stands or would stand in a column: Dynamics' own value, said so that a person can read it. @param {unknown} one */
function value(one) {
  if (one === null || one === undefined || one === "") return t("none");
  if (typeof one === "boolean") return t(`value.${one}`);
  const text = String(one);
  const record = LINK.exec(text)?.[1].replace("opportunit", "opportunity");
  if (record) return t(`record.${record}`);
  return MOMENT.test(text) ? format.exactly(text) : text;
}
