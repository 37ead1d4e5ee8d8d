/** The head line: when Partner Center was last asked, what came of it, and the button that asks now. All from the server. */

import * as api from "../api.js";
import { byId, el, fill } from "../page/element.js";
import { icon } from "../page/icons.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { toast } from "../page/toasts.js";
import { sentence } from "../page/trouble.js";
import { t, tOr } from "../texts/words.js";
import { isOver, watchRun } from "./watch.js";

/** @import { Run } from "../types.js" */

const EVERY = 30_000;

let following = "";

/** Starts the head line and keeps it true. */
export function startHeadLine() {
  look();
  setInterval(() => document.visibilityState === "visible" && look(), EVERY);
}

/** Asks Partner Center now, or joins the run that is already on. */
export async function startSync() {
  if (following) return;
  draw({ asking: true });
  try {
    const started = await api.syncReferrals();
    if (started.joined) toast("info", t("sync.joined"));
    await follow(started.run_id, true);
  } catch (error) {
    toast("error", t("sync.failed", { reason: sentence(error) }));
    draw({ wrong: sentence(error) });
  }
}

async function look() {
  if (following) return;
  try {
    const { items } = await api.runs({ kind: "referrals", limit: 1 });
    const run = items[0];
    if (run && !isOver(run)) await follow(run.id, false);
    else if (!following) draw({ run });
  } catch (error) {
    if (!following) draw({ wrong: sentence(error) });
  }
}

/**
 * @param {string} id
 * @param {boolean} mine whether this person started it and wants to be told of its end
 */
async function follow(id, mine) {
  following = id;
  try {
    const run = await watchRun(id, (one) => draw({ run: one }));
    draw({ run });
    dispatchEvent(new Event("hunter:changed"));
    if (mine) tell(run);
  } finally {
    following = "";
  }
}

/** @param {Run} run */
function tell(run) {
  const good = run.state === "succeeded";
  const counts = { new: run.new, changed: run.changed, failed: run.failed + run.quarantined };
  toast(good ? "success" : "error", t(`sync.ended.${run.state}`, counts));
}

/** @param {{run?: Run, asking?: boolean, wrong?: string}} present */
function draw({ run, asking = false, wrong = "" }) {
  const going = asking || Boolean(run && !isOver(run));
  fill(byId("head-line"), ...(wrong ? [icon("alert"), el("span", { class: "error-text", role: "alert" }, wrong)] : going ? progress(run) : result(run)));
  const $button = /** @type {HTMLButtonElement} */ (byId("sync-now"));
  $button.hidden = !may("operator");
  $button.disabled = going;
  $button.toggleAttribute("aria-busy", going);
  fill($button, going ? el("span", { class: "spinner small" }) : icon("sync"), el("span", {}, t(going ? "sync.running" : "sync.now")));
}

/** @param {Run} [run] */
function progress(run) {
  if (!run) return [t("sync.starting")];
  const done = run.enqueued - run.pending;
  const $bar = el("progress", { max: Math.max(1, run.enqueued), "aria-label": t("sync.progress") });
  if (run.state !== "queued") $bar.value = Math.max(0, done);
  return [el("span", { role: "status" }, t(run.state === "queued" ? "sync.starting" : "sync.counts", { fetched: run.fetched, done, new: run.new })), $bar];
}

/** @param {Run} [run] */
function result(run) {
  if (!run) return [t("sync.never")];
  const failed = run.state === "failed" || run.state === "partial";
  return [
    el("span", { class: "state-dot", "data-tone": failed ? "red" : "green" }),
    el("span", {}, t("sync.last"), " ", ago(run.ended_at ?? run.as_of)),
    el("span", { class: "quiet" }, tOr(`sync.result.${run.state}`, { new: run.new, changed: run.changed, failed: run.failed + run.quarantined }, run.state)),
  ];
}
