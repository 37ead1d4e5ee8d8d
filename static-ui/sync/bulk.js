/** Many leads to Dynamics: asked first with the number and the effect, then progress, cancel, and a result per lead. */

import * as api from "../api.js";
import { ApiError } from "../api.js";
import { ask } from "../page/dialog.js";
import { el, fill } from "../page/element.js";
import { toast } from "../page/toasts.js";
import { complain, sentence } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { joined } from "../texts/judged.js";
import { t } from "../texts/words.js";
import { resultList } from "./result-list.js";
import { isOver, watchRun } from "./watch.js";

/** @import { Run } from "../types.js" */

const COUNTED = { synced: ["new", "changed", "unchanged"], failed: ["failed"], review: ["review"], left: ["skipped", "blocked"] };

/**
 * @param {object} wanted body of the bulk door
 * @param {number} count
 * @param {() => void} done called when the run has been started
 */
export function bulkSync(wanted, count, done) {
  const $wrong = el("p", { class: "field-error", role: "alert" });
  const $start = el("button", { type: "button", class: "button primary" }, t("bulk.start", { count }));
  const $no = el("button", { type: "button", class: "button", onclick: () => $dialog.close() }, t("cancel"));
  const $dialog = ask({ title: t("bulk.title", { count }), body: [el("p", {}, t("bulk.effect")), el("p", { class: "quiet" }, t("bulk.safe")), $wrong], actions: [$no, $start] });
  $start.addEventListener("click", () =>
    busy($start, async () => {
      try {
        const started = await api.dynamicsBulk(wanted);
        $dialog.close();
        done();
        watch(started.run_id, count);
      } catch (error) {
        $wrong.textContent = error instanceof ApiError && error.status === 409 ? t("bulk.moved") : sentence(error);
      }
    }),
  );
  $start.focus();
}

/**
 * @param {string} id
 * @param {number} count
 */
async function watch(id, count) {
  const $body = el("div", {}, el("p", {}, t("bulk.starting")));
  const $cancel = el("button", { type: "button", class: "button" }, t("bulk.cancel"));
  const $dialog = ask({ title: t("bulk.progress", { count }), body: [$body], actions: [$cancel], wide: true });
  $cancel.addEventListener("click", () => busy($cancel, () => api.cancelRun(id).catch((error) => complain(error))));
  try {
    const run = await watchRun(id, (one) => {
      fill($body, ...progress(one, count));
      $cancel.hidden = one.state === "finishing";
    });
    const $close = el("button", { type: "button", class: "button primary", onclick: () => $dialog.close() }, t("dialog.close"));
    $cancel.replaceWith(...(run.state === "cancelled" ? [goOn(run, count, $dialog)] : []), $close);
    fill(/** @type {Element} */ ($dialog.querySelector("h2")), t("bulk.over", { count }));
    dispatchEvent(new Event("hunter:changed"));
    if ($dialog.open) fill($body, ...progress(run, count), await resultList(run.id));
    else toast(run.state === "succeeded" ? "success" : "error", summary(run));
  } catch (error) {
    fill($body, el("p", { role: "alert", class: "field-error" }, sentence(error)));
  }
}

/**
 * The way on for who has stopped a run.
 * @param {Run} run
 * @param {number} count
 * @param {HTMLDialogElement} $dialog
 */
function goOn(run, count, $dialog) {
  const resume = async () => {
    try {
      await api.resumeRun(run.id);
    } catch (error) {
      return toast("error", sentence(error));
    }
    $dialog.close();
    watch(run.id, count);
  };
  const $button = el("button", { type: "button", class: "button", onclick: () => busy($button, resume) }, t("bulk.resume"));
  return $button;
}

/**
 * @param {Run} run
 * @param {number} count
 */
function progress(run, count) {
  // A lead may have several referrals, and each is an item of the run: its own count is the truth once it is known.
  const all = Math.max(run.enqueued, isOver(run) ? 0 : count, 1);
  const done = Math.max(0, run.enqueued - run.pending);
  const left = timeLeft(run, done, all);
  return [
    el("p", { role: "status" }, isOver(run) ? summary(run) : t("bulk.done", { done, count: all })),
    el("progress", { max: all, value: done, "aria-label": t("bulk.label") }),
    run.state === "finishing" ? el("p", { class: "quiet" }, t("bulk.sent")) : !isOver(run) && left && el("p", { class: "quiet" }, left),
  ];
}

/**
 * @param {Run} run
 * @param {number} done
 * @param {number} count
 */
function timeLeft(run, done, count) {
  if (!done || !run.started_at) return "";
  const perLead = (Date.parse(run.as_of) - Date.parse(run.started_at)) / done;
  return t("bulk.left", { count: Math.max(1, Math.ceil(((count - done) * perLead) / 60_000)) });
}

/** How it ended, and how many of its referrals came to what. @param {Run} run */
function summary({ state, outcomes }) {
  const counts = Object.entries(COUNTED).map(([name, all]) => ({ name, count: all.reduce((sum, one) => sum + (outcomes[one] ?? 0), 0) }));
  const words = counts.filter(({ count }) => count).map(({ name, count }) => t(`bulk.count.${name}`, { count }));
  return t(`bulk.ended.${state}`, { counts: words.length ? joined(words) : t("bulk.count.none") });
}
