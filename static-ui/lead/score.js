/** Why it scores so: sentences, then lines that add up to the score, each with its evidence. */

import * as api from "../api.js";
import { badge, scoreTone } from "../page/badge.js";
import { el } from "../page/element.js";
import * as format from "../page/format.js";
import { icon } from "../page/icons.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { lineText, sentenceText } from "../texts/judged.js";
import { t, tOr } from "../texts/words.js";
import { evidence } from "./evidence.js";
import { judged, rescanButton } from "./rescan.js";

/** @import { Breakdown, Lead, Line } from "../types.js" */

/**
 * @param {Breakdown} breakdown
 * @param {Lead|null} lead
 * @param {() => Promise<void>} again
 */
export function score(breakdown, lead, again) {
  if (breakdown.score === null) return awaited(breakdown, lead, again);
  const checks = evidence(() => api.evidence(breakdown.domain));
  const total = breakdown.lines.reduce((sum, line) => sum + line.points, 0);
  return [
    el(
      "div",
      { class: "verdict" },
      el("span", { class: "big-score", "data-tone": scoreTone(breakdown.score) }, format.number(breakdown.score), el("small", {}, t("score.of"))),
      el("span", { class: "badges" }, badge("segment", lead?.segment), lead?.priority && badge("priority", lead.priority), lead?.priority && el("span", { class: "quiet" }, tOr(`priority_label.${lead.priority}`, {}, lead.priority_label))),
      el("ul", { class: "sentences" }, ...breakdown.sentences.map((sentence) => el("li", {}, sentenceText(sentence)))),
    ),
    breakdown.completeness < 100 && el("p", { class: "callout", "data-tone": "yellow" }, icon("help"), t("score.incomplete", { percent: breakdown.completeness })),
    el(
      "table",
      { class: "breakdown" },
      el("caption", { class: "hidden" }, t("score.caption")),
      el("thead", { class: "hidden" }, el("tr", {}, el("th", { scope: "col" }, t("score.reason")), el("th", { scope: "col" }, t("score.points")))),
      el("tbody", {}, ...breakdown.lines.map((line) => row(line, checks))),
      el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, t("score.total")), el("td", { class: "points" }, format.number(total)))),
    ),
    el(
      "p",
      { class: "quiet foot" },
      breakdown.scanned_at && el("span", {}, t("score.scanned"), " ", ago(breakdown.scanned_at)),
      el("span", { "data-tip": t("score.rules.tip"), tabindex: "0" }, t("score.rules", { version: breakdown.rules_version })),
      may("operator") && rescanButton(breakdown, again),
    ),
  ];
}

/**
 * A company that has just arrived: its judgement appears by itself while one looks.
 * @param {Breakdown} breakdown
 * @param {Lead|null} lead
 * @param {() => Promise<void>} again
 */
function awaited(breakdown, lead, again) {
  const $wait = el("p", { role: "status" }, t(lead?.scanned_at ? "score.soon" : "score.not_scanned"));
  // Without an answer the sentence stays; whoever opens the lead later sees what has come of it.
  judged(breakdown).then(() => ($wait.isConnected ? again() : undefined), () => {});
  return [$wait, may("operator") && rescanButton(breakdown, again)];
}

/**
 * @param {Line} line
 * @param {(name: string) => HTMLElement} checks
 */
function row(line, checks) {
  const sign = line.state === "unknown" ? "unknown" : line.points > 0 ? "plus" : line.points < 0 ? "minus" : "zero";
  const check = typeof line.evidence === "string" && line.evidence !== "referral" ? line.evidence : "";
  return el(
    "tr",
    { "data-rule": line.rule, "data-sign": sign },
    el(
      "th",
      { scope: "row" },
      el(
        "div",
        { class: "line" },
        el("span", { class: "sign", "data-sign": sign }, icon(sign === "plus" ? "check" : sign === "minus" ? "dash" : sign === "unknown" ? "help" : "dash"), el("span", { class: "hidden" }, t(`score.sign.${sign}`))),
        el("span", { class: "rule-name", "data-tip": t(`rule_tip.${family(line.rule)}`), tabindex: "0" }, t(`rule_name.${family(line.rule)}`)),
        el("span", { class: "rule-text" }, lineText(line)),
        check && checks(check),
      ),
    ),
    el("td", { class: "points" }, line.state === "unknown" ? t("score.unknown") : format.points(line.points)),
  );
}

/** The rules of one subject share their name and their explanation. @param {string} rule */
function family(rule) {
  const known = ["provider", "spf", "dkim", "dmarc", "no_mx", "tenant", "co_sell", "limit"];
  const short = rule.startsWith("no_") && rule !== "no_mx" ? rule.slice(3) : rule;
  return known.find((name) => short === name || short.startsWith(`${name}_`)) ?? "risk";
}
