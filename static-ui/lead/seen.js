/** Which leads were opened in this browser, so that the list can show them as read. */

import { recall, remember } from "../page/memory.js";

const MOST = 1000;

/** @returns {string[]} */
const kept = () => recall("seen", [], Array.isArray);

const seen = new Set(kept());

/** @param {string} domain */
export const wasSeen = (domain) => seen.has(domain);

/** @param {string} domain */
export function markSeen(domain) {
  seen.add(domain);
  // Read anew: another tab may have opened others meanwhile.
  remember("seen", [...kept().filter((one) => one !== domain), domain].slice(-MOST));
  document.querySelectorAll(`tr[data-domain="${CSS.escape(domain)}"]`).forEach(($row) => $row.classList.add("seen"));
}
