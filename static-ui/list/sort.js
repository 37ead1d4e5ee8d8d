/** Sorting by one or several columns: the address' `sort` goes in, the next one comes out. Pure. */

/** @typedef {{field: string, down: boolean}} Order */

/**
 * @param {string} text such as `-score,company_name`
 * @returns {Order[]}
 */
export function orders(text) {
  return text.split(",").filter(Boolean).map((one) => ({ field: one.replace(/^-/, ""), down: one.startsWith("-") }));
}

/**
 * The sort after a click on a column: first direction, other direction, off. `adding` (Shift) keeps the other columns.
 * @param {string} text
 * @param {string} field
 * @param {{adding?: boolean, downFirst?: boolean}} [how]
 */
export function turned(text, field, { adding = false, downFirst = false } = {}) {
  const before = orders(text);
  const own = before.find((order) => order.field === field);
  const rest = before.filter((order) => order.field !== field);
  /** @type {Order|null} */
  const next = !own ? { field, down: downFirst } : own.down === downFirst ? { field, down: !downFirst } : null;
  if (!adding) return written(next ? [next] : []);
  if (!own) return written([...before, /** @type {Order} */ (next)]);
  return written(next ? before.map((order) => (order === own ? next : order)) : rest);
}

/** @param {Order[]} list */
function written(list) {
  return list.map(({ field, down }) => (down ? "-" : "") + field).join(",");
}
