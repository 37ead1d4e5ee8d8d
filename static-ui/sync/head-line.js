/** The head line: when Partner Center was last asked, what came of it, and the button that asks now. All from the server. */

import * as api from "../api.js";
import { ApiError } from "../api.js";
import { address } from "../page/address.js";
import { byId, el, fill } from "../page/element.js";
import { renew } from "../page/focus.js";
import { icon } from "../page/icons.js";
import { may } from "../page/session.js";
import { ago } from "../page/times.js";
import { toast } from "../page/toasts.js";
import { complain, sentence } from "../page/trouble.js";
import { cause } from "../texts/causes.js";
import { t, tOr } from "../texts/words.js";
import { isOver, watchRun } from "./watch.js";

/** @import { Run } from "../types.js" */

const EVERY = 30_000;

/** The run that the head line follows. A newer one takes its place; what the older one says then is not drawn. */
let following = "";
let asking = false;

/** Starts the head line and keeps it true. */
export function startHeadLine() {
  look();
  setInterval(() => document.visibilityState === "visible" && look(), EVERY);
  for (const name of ["online", "offline"]) addEventListener(name, look);
}

/** Asks Partner Center now, or joins the run that is already on. */
export async function startSync() {
  if (asking) return;
  asking = true;
  draw({});
  try {
    const started = await api.syncReferrals();
    if (started.joined) toast("info", t("sync.joined"));
    await follow(started.run_id, true);
  } catch (error) {
    complain(error, (reason) => t("sync.failed", { reason }));
    draw({ wrong: error });
  } finally {
    asking = false;
    draw(shown);
  }
}

async function look() {
  if (following) return;
  try {
    const run = (await api.runs({ kind: "referrals", limit: 1 })).items[0];
    if (following) return;
    if (run && isReading(run)) await follow(run.id, false);
    else draw({ run });
  } catch (error) {
    if (!following) draw({ wrong: error });
  }
}

/**
 * @param {string} id
 * @param {boolean} mine whether this person started it and wants to be told of its end
 */
async function follow(id, mine) {
  following = id;
  try {
    const run = await watchRun(id, (one) => following === id && draw({ run: one }));
    dispatchEvent(new Event("hunter:changed"));
    if (mine) tell(run);
  } finally {
    if (following === id) following = "";
  }
}

/** Whether Partner Center is still being asked. What the road does afterwards is news only to whoever started it. @param {Run} run */
const isReading = (run) => run.state === "queued" || run.state === "running";

/** @param {Run} run */
function tell(run) {
  const good = run.state === "succeeded";
  toast(good ? "success" : "error", t(`sync.ended.${run.state}`, { new: run.new, changed: run.changed, count: stopped(run), reason: `${reason(run)} ${action(run)}`.trim() }));
}

/** Referrals that wait for a person. @param {Run} run */
const stopped = (run) => run.failed + run.quarantined;

/** Why a run failed, as far as its last note has a code. @param {Run} run */
const reason = (run) => [tOr(`failure.${run.reasons?.at(-1)?.code}`, {}, t("sync.look")), cause(run.reasons?.at(-1)?.params)].filter(Boolean).join(" ");

/** @param {Run} run */
const action = (run) => tOr(`failure_action.${run.reasons?.at(-1)?.code}`, {}, "");

/** @type {{run?: Run, wrong?: unknown}} */
let shown = {};

/** @param {{run?: Run, wrong?: unknown}} present */
function draw(present) {
  shown = present;
  const { run, wrong } = present;
  const going = asking || Boolean(run && isReading(run));
  renew(byId("head-line"), ...(wrong ? trouble(wrong) : going ? progress(run) : result(run)));
  const $button = /** @type {HTMLButtonElement} */ (byId("sync-now"));
  $button.hidden = !may("operator");
  $button.disabled = asking;
  $button.setAttribute("aria-busy", String(asking));
  fill($button, asking ? el("span", { class: "spinner small" }) : icon("sync"), el("span", {}, t(asking ? "sync.running" : "sync.now")));
}

/** @param {unknown} wrong */
function trouble(wrong) {
  const signedOut = wrong instanceof ApiError && wrong.kind === "signed_out";
  return [
    icon("alert"),
    el("span", { class: "error-text", role: "alert" }, sentence(wrong)),
    signedOut && el("button", { type: "button", class: "link", onclick: () => location.assign(api.signInAddress()) }, t("session.sign_in")),
  ];
}

/** @param {Run} [run] */
function progress(run) {
  if (!run) return [t("sync.starting")];
  if (run.state === "running" && run.resumes_at) return [icon("clock"), el("span", { role: "status" }, t("sync.waits", { reason: reason(run) }))];
  const done = run.enqueued - run.pending;
  const $bar = el("progress", { max: Math.max(1, run.enqueued), "aria-label": t("sync.progress") });
  if (run.state !== "queued") $bar.value = Math.max(0, done);
  return [el("span", { role: "status" }, t(run.state === "queued" ? "sync.starting" : "sync.counts", { fetched: run.fetched, done, new: run.new })), $bar];
}

/** @param {Run} [run] */
function result(run) {
  if (!run) return [t("sync.never")];
  const tone = run.state === "failed" ? "red" : run.state === "partial" ? "orange" : "green";
  return [
    el("span", {}, el("span", { class: "state-dot", "data-tone": tone }), t("sync.last"), " ", ago(run.ended_at ?? run.started_at ?? run.created_at)),
    el("span", { class: run.state === "failed" ? "error-text" : "quiet" }, tOr(`sync.result.${run.state === "finishing" ? "succeeded" : run.state}`, { new: run.new, reason: reason(run) }, run.state)),
    run.state === "partial" && stopped(run) > 0 && el("a", { href: address({ view: "attention" }) }, t("sync.attention", { count: stopped(run) })),
  ];
}
