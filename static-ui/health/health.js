/** How Hunter is: each dependency with its state, for operators the reasons and the connection checklist. */

import * as api from "../api.js";
import { ask } from "../page/dialog.js";
import { el, fill, said } from "../page/element.js";
import * as format from "../page/format.js";
import { icon } from "../page/icons.js";
import { copy } from "../page/link.js";
import { release } from "../page/release.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { panel, sentence } from "../page/trouble.js";
import { busy, waiting } from "../page/waiting.js";
import { cause } from "../texts/causes.js";
import { t, tOr } from "../texts/words.js";

/** @type {Record<string, string>} */
const TONES = { ok: "green", off: "gray", unknown: "gray", signin_ending: "orange" };

/** @type {Record<string, string>} */
const ICONS = { green: "check", gray: "dash", orange: "alert", red: "cross" };

export async function showHealth() {
  const $parts = el("div", { class: "region health" });
  const $drift = el("div", {});
  ask({ title: t("health.title"), wide: true, body: [$parts, may("operator") ? preflight() : "", $drift, el("p", { class: "quiet" }, t("health.release", { release: release() || t("none") }))] });
  await load($parts);
  drift($drift);
}

/** @param {HTMLElement} $parts */
async function load($parts) {
  const done = waiting($parts);
  try {
    const answer = await api.ready();
    fill($parts, el("ul", { class: "checks" }, .../** @type {any[]} */ (answer.parts ?? []).map(part)));
  } catch (error) {
    fill($parts, panel(error, () => load($parts)));
  } finally {
    done();
  }
}

/** @param {any} one */
function part(one) {
  const tone = TONES[one.state] ?? "red";
  return el(
    "li",
    { "data-part": one.name, "data-tone": tone },
    el("span", { class: "state", "data-tone": tone }, icon(ICONS[tone]), tOr(`part_state.${one.state}`, {}, t("part_state.failing"))),
    el("strong", {}, tOr(`part.${one.name}`, {}, one.name)),
    one.open ? el("span", {}, t("health.open_failures", { count: one.open })) : null,
    one.at && ago(one.at),
    one.ends_at && el("span", { class: "quiet" }, t("health.ends", { date: format.date(one.ends_at) })),
    tone === "orange" && el("p", {}, t("health.signin_ending")),
    tone === "gray" && cause(one.params) && el("p", { class: "quiet" }, cause(one.params)),
    tone === "red" && explained(one.state, one.params, one.reason),
  );
}

/**
 * What is wrong, why, and what to do.
 * @param {string} code
 * @param {Record<string, any>|undefined} params
 * @param {string} [otherwise] in English, for a code that this page does not know
 */
function explained(code, params, otherwise = "") {
  const words = [tOr(`failure.${code}`, {}, otherwise), cause(params), tOr(`failure_action.${code}`, {}, "")];
  return el("p", {}, words.filter(Boolean).join(" "));
}

/** The checklist asks the outside services, so a person starts it. */
function preflight() {
  const $list = el("div", { "aria-live": "polite" });
  const $run = el("button", { type: "button", class: "button" }, icon("pulse"), t("health.preflight"));
  $run.addEventListener("click", () =>
    busy($run, async () => {
      try {
        const { checks } = await api.preflight();
        fill($list, el("ul", { class: "checks" }, .../** @type {any[]} */ (checks).map(check)));
      } catch (error) {
        fill($list, el("p", { role: "alert", class: "field-error" }, sentence(error)));
      }
    }),
  );
  return el("div", {}, el("p", {}, $run), $list);
}

/** @param {{name: string, state: string, detail: string, fix: string, code: string, params?: Record<string, any>}} one */
function check(one) {
  const tone = TONES[one.state] ?? "red";
  return el(
    "li",
    { "data-check": one.name, "data-tone": tone },
    el("span", { class: "state", "data-tone": tone }, icon(ICONS[tone]), tOr(`part_state.${one.state}`, {}, t("part_state.failing"))),
    el("strong", {}, tOr(`check.${one.name.replaceAll(" ", "_")}`, {}, one.name)),
    tone === "red" && explained(one.code, one.params),
    tone === "gray" && cause(one.params) && el("p", { class: "quiet" }, cause(one.params)),
    tone !== "green" && !cause(one.params) && one.detail && el("p", { class: "quiet", lang: "en" }, said(one.detail), " ", said(one.fix)),
    tone === "red" && one.params?.request_id && el("p", { class: "quiet" }, t("failures.request_id", { system: one.name.startsWith("dynamics") ? "Dynamics" : "Partner Center" }), " ", el("code", {}, one.params.request_id), copy(one.params.request_id)),
    one.params?.said && el("p", { class: "quiet" }, t("failures.said"), " ", said(one.params.said, { lang: "en", dir: "auto" })),
  );
}

/** What Partner Center sent that nobody expected. @param {{kind: string, field: string, seen: string}} one */
function drifted({ kind, field, seen }) {
  const named = kind === "unknown_value" ? seen : tOr(`json_type.${seen}`, {}, seen);
  return said(tOr(`drift.${kind}`, { field, seen: named }, `${field}: ${named}`));
}

/** @param {HTMLElement} $place */
async function drift($place) {
  try {
    const { items } = await api.drift();
    if (!items.length) return;
    const lines = /** @type {any[]} */ (items).map((one) => el("li", {}, drifted(one)));
    fill($place, el("details", {}, el("summary", {}, t("health.drift", { count: items.length })), el("ul", {}, ...lines)));
  } catch {
    // What Partner Center has new is a courtesy here; the parts above already say when the server is in trouble.
  }
}
