/** Where we are, as the address says: view, filters, sort, page, columns, open lead. A link or a reload brings it all back. */

/**
 * @typedef {object} Place
 * @property {string} view
 * @property {Record<string, string>} filters
 * @property {string} sort
 * @property {string} cursor
 * @property {string} columns comma separated; empty means the usual ones
 * @property {string} group the one group of Today that is wanted; empty means all
 * @property {string} lead domain of the open lead
 * @property {string} referral id of the referral that is being given a domain
 */

/** The filters of `GET /api/leads`. */
const FILTERS = [
  "q", "segment", "provider", "referral_type", "referral_status", "priority", "technical_heat", "dynamics_status", "stage",
  "min_score", "max_score", "first_seen_after", "respond_by_before", "updated_after",
];

const PLAIN = /** @type {const} */ (["sort", "cursor", "columns", "group", "lead", "referral"]);

/** @type {((place: Place, before: Place) => void)[]} */
const listeners = [];

/**
 * @param {string} [search]
 * @returns {Place}
 */
export function read(search = location.search) {
  const query = new URLSearchParams(search);
  /** @type {Place} */
  const place = { view: query.get("view") ?? "today", filters: {}, sort: "", cursor: "", columns: "", group: "", lead: "", referral: "" };
  for (const name of FILTERS) if (query.get(name)) place.filters[name] = query.get(name) ?? "";
  for (const name of PLAIN) place[name] = query.get(name) ?? "";
  return place;
}

/**
 * The address of a place: readable, shareable, without what is empty.
 * @param {Partial<Place>} place
 */
export function address(place) {
  const query = new URLSearchParams();
  if (place.view && place.view !== "today") query.set("view", place.view);
  for (const name of FILTERS) if (place.filters?.[name]) query.set(name, place.filters[name]);
  for (const name of PLAIN) if (place[name]) query.set(name, place[name] ?? "");
  // Commas are what filters are made of; they are legal in a query and far easier to read undecorated.
  const text = query.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : location.pathname;
}

let present = read();

/** The place we are at. */
export const here = () => present;

/**
 * Goes to a changed place. Another filter, sort or view starts at the first page.
 * @param {Partial<Place>} changes
 * @param {{replace?: boolean}} [how]
 */
export function go(changes, { replace = false } = {}) {
  const turned = "filters" in changes || "sort" in changes || "view" in changes || "group" in changes;
  const place = { ...present, ...(turned ? { cursor: "" } : {}), ...changes };
  const target = address(place);
  if (target === address(present)) return;
  if (replace) history.replaceState(history.state, "", target);
  else step({ ours: true }, target);
  move();
}

/**
 * A step forward. How far the page was scrolled stays with the place that is left.
 * @param {object} state
 * @param {string} target
 */
function step(state, target) {
  history.replaceState({ ...history.state, top: scrollY }, "");
  history.pushState(state, "", target);
}

/**
 * Closes what a step on this page opened: a step back where that leads there, so that the back button does not open it again.
 * @param {Partial<Place>} changes
 */
export function leave(changes) {
  if (history.state?.opened) history.back();
  else go(changes, { replace: true });
}

/**
 * Opens something above the list. A second opening (next lead) takes the first one's place in the history.
 * @param {Partial<Place>} changes
 */
export function open(changes) {
  const target = address({ ...present, ...changes });
  const state = { ours: true, opened: true };
  if (present.lead || present.referral) history.replaceState(history.state, "", target);
  else step(state, target);
  move();
}

/**
 * Calls back after every change of place, the browser's back and forward included.
 * @param {(place: Place, before: Place) => void} listener
 */
export function onMove(listener) {
  listeners.push(listener);
}

/**
 * Lets plain clicks on our own links change the place without loading the page anew; Ctrl-click still opens a tab.
 * @param {Document} $document
 */
export function followLinks($document) {
  window.addEventListener("popstate", move);
  $document.addEventListener("click", (event) => {
    const $link = event.target instanceof Element ? event.target.closest("a[href^='?'], a[data-home]") : null;
    if (!$link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const target = $link.getAttribute("href") ?? "";
    const place = read(target.startsWith("?") ? target : "");
    if (place.lead || place.referral) open({ lead: place.lead, referral: place.referral });
    else go(place);
  });
}

function move() {
  const before = present;
  present = read();
  for (const listener of listeners) listener(present, before);
}
