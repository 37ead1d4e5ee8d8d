/** Notices that a newer Hunter was deployed while this page stood open, and offers it. Nothing reloads by itself. */

import * as api from "../api.js";
import { t } from "../texts/words.js";
import { toast } from "./toasts.js";

const EVERY = 5 * 60_000;
let loaded = "";

/** The release that answers, for the menu. */
export const release = () => loaded;

export function watchRelease() {
  look();
  setInterval(() => document.visibilityState === "visible" && look(), EVERY);
}

async function look() {
  try {
    const { version, commit } = await api.health();
    const found = [version, commit].filter(Boolean).join(" ");
    if (loaded && found !== loaded) toast("info", t("release.new"), { label: t("release.load"), act: () => location.reload() });
    loaded = found;
  } catch {
    // No answer is no news about releases; the regions of the page say themselves when they cannot load.
  }
}
