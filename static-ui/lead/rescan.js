/** Asks for a new scan of the domain and shows the new judgement when it is there. */

import * as api from "../api.js";
import { el } from "../page/element.js";
import { icon } from "../page/icons.js";
import { complain } from "../page/trouble.js";
import { busy } from "../page/waiting.js";
import { t } from "../texts/words.js";

const TRIES = 20;

/**
 * @param {{domain: string, score: number|null, scanned_at: string|null}} breakdown
 * @param {() => Promise<void>} again
 */
export function rescanButton(breakdown, again) {
  const $button = el("button", { type: "button", class: "link rescan" }, icon("sync"), t("score.rescan"));
  $button.addEventListener("click", () =>
    busy($button, async () => {
      try {
        await api.rescan(breakdown.domain);
        await judged(breakdown);
        if ($button.isConnected) await again();
        dispatchEvent(new Event("hunter:changed"));
      } catch (error) {
        complain(error);
      }
    }),
  );
  return $button;
}

/**
 * Waits until a newer scan has been judged, at most about 40 s; then whatever there is gets shown.
 * @param {{domain: string, score: number|null, scanned_at: string|null}} before
 */
export async function judged(before) {
  for (let tries = 0; tries < TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const now = await api.breakdown(before.domain);
    if (now.score !== null && (before.score === null || now.scanned_at !== before.scanned_at)) return;
  }
}
