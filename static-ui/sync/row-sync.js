/** The button in a row that brings one lead to Dynamics now, and says what came of it. */

import * as api from "../api.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { may } from "../page/session.js";
import { toast } from "../page/toasts.js";
import { complain } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { wrong } from "../texts/dynamics.js";
import { t } from "../texts/words.js";
import { isOver, watchRun } from "./watch.js";

/** How long a person looks at a spinner; then Hunter goes on alone. */
const PATIENCE = 15_000;

/**
 * @param {string} domain
 * @param {string} name
 */
export function rowSyncButton(domain, name) {
  if (!may("operator")) return null;
  const label = t("dynamics.sync_one", { name });
  const $button = el("button", { type: "button", class: "icon-button row-sync", "aria-label": label, "data-tip": t("dynamics.sync") }, icon("sync"));
  $button.addEventListener("click", () => busy($button, () => syncLead(domain, name)));
  return $button;
}

/**
 * Starts the sync of one lead and waits for its end.
 * @param {string} domain
 * @param {string} name
 */
export async function syncLead(domain, name) {
  try {
    const started = await api.dynamicsSync(domain);
    const run = await watchRun(started.run_id, () => {}, PATIENCE);
    if (!isOver(run)) return toast("info", t("dynamics.goes_on", { name, reason: await reason(domain) }));
    const { review, blocked, skipped, new: made, changed, unchanged } = run.outcomes;
    if (run.state !== "succeeded") toast("error", t("dynamics.not_synced", { name }));
    else if (review) toast("info", t("dynamics.waits", { name }));
    else if (blocked || (skipped && !made && !changed && !unchanged)) toast("info", t("dynamics.left", { name }));
    else toast("success", t("dynamics.synced", { name }));
  } catch (error) {
    complain(error, (reason) => t("dynamics.failed", { name, reason }));
  } finally {
    dispatchEvent(new Event("hunter:changed"));
  }
}

/** Why it takes so long, as far as Dynamics was asked already. @param {string} domain */
async function reason(domain) {
  const { referrals } = await api.dynamicsStatus(domain);
  const stuck = /** @type {any[]} */ (referrals).find((one) => one.error_code);
  return stuck ? wrong({ code: stuck.error_code, params: stuck.error_params, text: stuck.error }) : t("dynamics.turn");
}
