/** Follows a run until it ends: asked every 2 s, every 5 s after a minute, and through short troubles. */

import * as api from "../api.js";
import { ApiError } from "../api.js";

/** @import { Run } from "../types.js" */

const OVER = ["succeeded", "partial", "failed", "cancelled", "skipped"];
const SOON = 60_000;

/** @param {Run} run */
export const isOver = (run) => OVER.includes(run.state);

/**
 * @param {string} id
 * @param {(run: Run) => void} progress called with each answer, the last included
 * @param {number} [patience] milliseconds, after which it is left to itself
 * @returns {Promise<Run>} the run, ended unless the patience did
 */
export async function watchRun(id, progress, patience = Infinity) {
  const began = Date.now();
  for (;;) {
    try {
      const run = await api.run(id);
      progress(run);
      if (isOver(run) || Date.now() - began > patience) return run;
    } catch (error) {
      // The run goes on in the cloud whatever the network does here; only a refusal ends the watching.
      if (error instanceof ApiError && !["offline", "trouble"].includes(error.kind)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, Date.now() - began < SOON ? 2000 : 5000));
  }
}
