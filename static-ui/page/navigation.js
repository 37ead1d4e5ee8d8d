/** The views side by side, each with how much it holds; the counts come after the rows and are renewed quietly. */

import * as api from "../api.js";
import { isList, viewAddress, viewOf, views } from "../list/views.js";
import { here } from "./address.js";
import { byId, el } from "./element.js";
import { renew } from "./focus.js";
import * as format from "./format.js";
import { may } from "./session.js";

const EVERY = 60_000;

/** @type {Record<string, number>} */
const counts = {};

export function startNavigation() {
  // The counts wait until the rows are there: nobody looks at them first.
  addEventListener("hunter:drawn", count, { once: true });
  for (const name of ["hunter:changed", "hunter:views"]) addEventListener(name, () => (showNavigation(), count()));
  // Another tab has saved or deleted one.
  addEventListener("storage", ({ key }) => key === "hunter:views" && (showNavigation(), count()));
  setInterval(() => document.visibilityState === "visible" && count(), EVERY);
}

export function showNavigation() {
  const present = viewOf(here().view).id;
  renew(
    byId("views"),
    ...views().map((view) =>
      el(
        "li",
        {},
        el(
          "a",
          { href: viewAddress(view), "data-home": view.id === "today", "data-view": view.id, "aria-current": view.id === present ? "page" : null },
          el("span", { dir: "auto" }, view.name),
          view.id in counts && el("span", { class: "count" }, format.number(counts[view.id])),
        ),
      ),
    ),
  );
}

async function count() {
  const asked = views().map(async (view) => {
    try {
      counts[view.id] = await totalOf(view);
    } catch {
      delete counts[view.id];
    }
  });
  await Promise.all(asked);
  showNavigation();
}

/** @param {import("../list/views.js").View} view */
async function totalOf(view) {
  if (isList(view.id)) return (await api.leads({ ...view.filters, limit: 1 })).total;
  if (view.id === "today") return (await api.today(new Date().toISOString())).groups.reduce((sum, group) => sum + group.total, 0);
  const waiting = await Promise.all([
    api.failures({ state: "open", limit: 1 }).then((page) => page.total),
    may("operator") ? api.reviews().then((page) => page.total) : 0,
    api.referrals({ has_domain: false, status: "new,active,unknown", limit: 1 }).then((page) => page.total),
    api.leads({ dynamics_status: "failed,review,blocked", limit: 1 }).then((page) => page.total),
  ]);
  return waiting.reduce((sum, one) => sum + one, 0);
}
