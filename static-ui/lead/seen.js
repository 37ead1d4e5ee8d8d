/** Which leads were opened in this browser, so that the list can show them as read. */

import { recall, remember } from "../page/memory.js";

const MOST = 1000;

/** @type {Set<string>} */
const seen = new Set(recall("seen", []));

/** @param {string} domain */
export const wasSeen = (domain) => seen.has(domain);

/** @param {string} domain */
export function markSeen(domain) {
  seen.delete(domain);
  seen.add(domain);
  remember("seen", [...seen].slice(-MOST));
  document.querySelectorAll(`tr[data-domain="${CSS.escape(domain)}"]`).forEach(($row) => $row.classList.add("seen"));
}
