/** The server's clock: a laptop that is hours off must not show a wrong countdown. */

let ahead = 0;

/**
 * Notes what time the server says it is. Steps of less than two seconds are the network's, not the clock's.
 * @param {string|null} date
 */
export function serverSaid(date) {
  const told = Date.parse(date ?? "");
  if (!Number.isNaN(told) && Math.abs(told - Date.now() - ahead) > 2000) ahead = told - Date.now();
}

/** Milliseconds since 1970 by the server's clock. */
export const now = () => Date.now() + ahead;

/**
 * Calls back every half minute while the page is looked at, so that countdowns move without asking the server.
 * @param {() => void} callback
 */
export function eachHalfMinute(callback) {
  setInterval(() => document.visibilityState === "visible" && callback(), 30_000);
}
