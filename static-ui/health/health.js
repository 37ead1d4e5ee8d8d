/** How Hunter is: each dependency with its state, for operators the reasons and the connection checklist. */

import * as api from "../api.js";
import { ask } from "../page/dialog.js";
import { el, fill, said } from "../page/element.js";
import { icon } from "../page/icons.js";
import { release } from "../page/release.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { panel, sentence } from "../page/trouble.js";
import { busy, waiting } from "../page/waiting.js";
import { t, tOr } from "../texts/words.js";

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
  const tone = one.state === "ok" ? "green" : one.state === "off" || one.state === "unknown" ? "gray" : "red";
  const code = one.code ?? one.state;
  const reason = tOr(`failure.${code}`, {}, one.reason ?? "");
  return el(
    "li",
    { "data-part": one.name, "data-tone": tone },
    el("span", { class: "state", "data-tone": tone }, icon(tone === "green" ? "check" : tone === "gray" ? "dash" : "cross"), tOr(`part_state.${one.state}`, {}, t("part_state.failing"))),
    el("strong", {}, tOr(`part.${one.name}`, {}, one.name)),
    one.open ? el("span", {}, t("health.open_failures", { count: one.open })) : null,
    one.at && ago(one.at),
    tone === "red" && el("p", {}, reason, " ", tOr(`failure_action.${code}`, {}, "")),
  );
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

/** @param {any} one */
function check(one) {
  const good = one.ok ?? one.state === "ok";
  const skipped = one.state === "off" || one.state === "skipped";
  const tone = good ? "green" : skipped ? "gray" : "red";
  return el(
    "li",
    { "data-tone": tone },
    el("span", { class: "state", "data-tone": tone }, icon(good ? "check" : skipped ? "dash" : "cross"), t(good ? "part_state.ok" : skipped ? "part_state.off" : "part_state.failing")),
    el("strong", {}, one.title ?? one.name),
    !good && el("p", {}, said(one.reason ?? one.text ?? ""), " ", said(one.fix ?? "")),
  );
}

/** @param {HTMLElement} $place */
async function drift($place) {
  try {
    const { items } = await api.drift();
    if (!items.length) return;
    const lines = /** @type {any[]} */ (items).map((one) => el("li", {}, el("code", {}, said(`${one.field}: ${one.seen}`))));
    fill($place, el("details", {}, el("summary", {}, t("health.drift", { count: items.length })), el("ul", {}, ...lines)));
  } catch {
    // What Partner Center has new is a courtesy here; the parts above already say when the server is in trouble.
  }
}
