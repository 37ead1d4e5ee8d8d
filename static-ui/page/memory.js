/** What this browser remembers between visits. A storage that is full, forbidden or holds rubbish costs the memory, never the page. */

const PREFIX = "hunter:";

/**
 * What was kept under this name, unless it does not fit: an older page may have kept it in another shape.
 * @template T
 * @param {string} name
 * @param {T} otherwise
 * @param {(kept: any) => boolean} fits
 * @param {{tab?: boolean}} [where] `tab`: kept for this tab alone, over a sign-in or a reload
 * @returns {T}
 */
export function recall(name, otherwise, fits, { tab = false } = {}) {
  try {
    const kept = JSON.parse((tab ? sessionStorage : localStorage).getItem(PREFIX + name) ?? "null");
    return fits(kept) ? kept : otherwise;
  } catch {
    return otherwise;
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {{tab?: boolean}} [where]
 */
export function remember(name, value, { tab = false } = {}) {
  try {
    (tab ? sessionStorage : localStorage).setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A private window may refuse to store; the page works on without.
  }
}
