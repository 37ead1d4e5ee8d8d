/** The views: those for everybody, and one's own, kept in this browser and shared as links. */

import { address, go, here } from "../page/address.js";
import { ask } from "../page/dialog.js";
import { el } from "../page/element.js";
import { recall, remember } from "../page/memory.js";
import { toast } from "../page/toasts.js";
import { t } from "../texts/words.js";

/** @typedef {{id: string, name: string, filters: Record<string, string>, sort: string, columns: string}} View */

/** @type {Omit<View, "name">[]} */
const PRESETS = [
  { id: "today", filters: {}, sort: "", columns: "" },
  { id: "leads", filters: {}, sort: "", columns: "" },
  { id: "hot", filters: { technical_heat: "Hot", dynamics_status: "none,pending,running,failed,review,blocked" }, sort: "", columns: "" },
  { id: "attention", filters: {}, sort: "", columns: "" },
  { id: "closed", filters: { referral_status: "won,lost,declined,expired" }, sort: "-updated_at", columns: "company,status,referral,score,dynamics,updated" },
];

/** @param {any} one */
const isPlace = (one) => [one?.sort, one?.columns, ...Object.values(one?.filters ?? [null])].every((part) => typeof part === "string");

/** @returns {View[]} */
const own = () => recall("views", /** @type {View[]} */ ([]), Array.isArray).filter((one) => isPlace(one) && typeof one.id === "string" && Boolean(one.name));

/** @returns {View[]} */
export const views = () => [...PRESETS.map((view) => ({ ...view, name: t(`view.${view.id}`) })), ...own()];

/** The view of this id; an unknown one (a link from somebody else) is all leads, with that link's filters. @param {string} id */
export const viewOf = (id) => views().find((view) => view.id === id) ?? /** @type {View} */ (views().find((view) => view.id === "leads"));

/** Whether the view is a list, with filters and pages. @param {string} id */
export const isList = (id) => !["today", "attention"].includes(viewOf(id).id);

/**
 * The address that opens a view. All leads come back with the filters that were last used there.
 * @param {View} view
 */
export function viewAddress(view) {
  const kept = view.id === "leads" ? recall("filters", { filters: {}, sort: "", columns: "" }, isPlace) : view;
  return address({ view: view.id, filters: kept.filters, sort: kept.sort, columns: kept.columns });
}

/** Keeps the filters of all leads for the next visit. */
export function keepFilters() {
  const { view, filters, sort, columns } = here();
  if (viewOf(view).id === "leads") remember("filters", { filters, sort, columns });
}

/** Whether the present place differs from its view. */
export function changed() {
  const { view, filters, sort, columns } = here();
  const plain = viewOf(view);
  return JSON.stringify([sorted(filters), sort, columns]) !== JSON.stringify([sorted(plain.filters), plain.sort, plain.columns]);
}

/**
 * Narrows or widens the present view. A view for everybody that loses its last filter is no longer itself but all leads.
 * @param {Record<string, string>} filters
 * @param {{replace?: boolean}} [how]
 */
export function filterBy(filters, how) {
  const plain = PRESETS.find((view) => view.id === here().view);
  if (plain && Object.keys(plain.filters).length && !Object.values(filters).some(Boolean)) return clearAll();
  go({ filters }, how);
}

/** Every lead, in the usual order; columns that belong to the view stay with it. */
export function clearAll() {
  const { view, columns } = here();
  go({ view: "leads", filters: {}, sort: "", columns: columns === viewOf(view).columns ? "" : columns });
}

/** What one can do with the present view, as buttons. */
export function viewActions() {
  const view = viewOf(here().view);
  const mine = own().some((one) => one.id === view.id);
  const differs = changed();
  return [
    differs && mine && action("views.save", () => (replaceOwn({ ...view, ...now() }), toast("success", t("views.saved", { name: view.name })))),
    differs && action("views.save_as", () => nameView()),
    differs && view.id !== "leads" && action("views.reset", () => go({ ...view, view: view.id })),
    mine && action("views.rename", () => nameView(view)),
    mine && action("views.delete", () => remove(view)),
    action("views.copy", copyLink),
  ].filter((one) => one !== false);
}

/**
 * @param {string} text
 * @param {() => void} act
 */
const action = (text, act) => el("button", { type: "button", class: "menu-item", "data-action": text, onclick: act }, t(text));

const now = () => ({ filters: here().filters, sort: here().sort, columns: here().columns });

/** @param {View} [view] */
function nameView(view) {
  const $name = el("input", { type: "text", maxlength: 60, required: true, pattern: ".*\\S.*", value: view?.name ?? "" });
  const $form = el("form", { method: "dialog", id: "name-view" }, el("label", { class: "field" }, t("views.name"), $name));
  const $dialog = ask({
    title: t(view ? "views.rename" : "views.save_as"),
    body: [$form],
    actions: [el("button", { class: "button primary", form: "name-view" }, t("views.save"))],
  });
  $form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = view?.id ?? `own-${Date.now().toString(36)}`;
    replaceOwn({ ...(view ?? now()), id, name: $name.value.trim(), ...(view ? {} : now()) });
    $dialog.close();
    if (view) dispatchEvent(new Event("hunter:views"));
    else go({ view: id, ...now() });
    toast("success", t("views.saved", { name: $name.value.trim() }));
  });
  $name.focus();
}

/** @param {View} view */
function replaceOwn(view) {
  const all = own();
  const at = all.findIndex((one) => one.id === view.id);
  remember("views", at < 0 ? [...all, view] : all.with(at, view));
  dispatchEvent(new Event("hunter:views"));
}

/** @param {View} view */
function remove(view) {
  const before = own();
  remember("views", before.filter((one) => one.id !== view.id));
  go({ view: "leads" });
  dispatchEvent(new Event("hunter:views"));
  toast("success", t("views.deleted", { name: view.name }), { label: t("undo"), act: () => (remember("views", before), dispatchEvent(new Event("hunter:views"))) });
}

async function copyLink() {
  const { view, filters, sort, columns } = here();
  const link = new URL(address({ view, filters, sort, columns }), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    toast("success", t("views.copied"));
  } catch {
    // Without the right to write to the clipboard the link can still be taken by hand.
    ask({ title: t("views.copy"), body: [el("input", { type: "text", readonly: true, value: link, "aria-label": t("views.copy") })] });
  }
}

/** @param {Record<string, string>} filters */
const sorted = (filters) => Object.entries(filters).filter(([, value]) => value).sort();
