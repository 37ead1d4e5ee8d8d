/** Needs attention: everything that waits for a person, grouped by what the person has to do. */

import * as api from "../api.js";
import { columnsOf } from "../list/columns.js";
import { rowOfLead } from "../list/rows.js";
import { table } from "../list/table.js";
import { address } from "../page/address.js";
import { el, fill } from "../page/element.js";
import { may } from "../page/session.js";
import { t } from "../texts/words.js";
import { failureGroups, openFailures } from "./failures.js";
import { nameless, openNameless } from "./nameless.js";
import { panel } from "./panel.js";
import { reviewList } from "./reviews.js";

const NOT_IN_DYNAMICS = "failed,review,blocked";

/** Made on the first look, when it is known what the person may see. */
const made = () => [
  panel("failures", openFailures, (page) => failureGroups(page, () => reload())),
  ...(may("operator") ? [reviews()] : []),
  panel("nameless", openNameless, nameless),
  panel("dynamics", (signal) => api.leads({ dynamics_status: NOT_IN_DYNAMICS, limit: 50 }, { signal }), (page) => [
    table({ caption: t("attention.dynamics"), columns: columnsOf("company,dynamics,referral,score"), groups: [{ id: "attention-leads", rows: page.items.map(rowOfLead) }] }),
    page.total > page.items.length && el("p", {}, el("a", { href: address({ view: "leads", filters: { dynamics_status: NOT_IN_DYNAMICS } }) }, t("attention.all", { total: page.total }))),
  ]),
];

const reviews = () => panel("reviews", (signal) => api.reviews({ signal }), (page) => reviewList(page.items, () => reload()));

/** @type {ReturnType<typeof made>} */
let parts = [];

export const $attention = el("div", { class: "attention-view" });

export function showAttention() {
  if (!parts.length) fill($attention, ...(parts = made()).map((part) => part.$part));
  if (!$attention.querySelector("table, .all-well, .notice, .failure-group")) reload();
}

function reload() {
  for (const part of parts) part.load();
}

// Only what one's own hand or a finished sync has changed is drawn anew; a timer would pull rows away while one reads.
addEventListener("hunter:changed", () => $attention.isConnected && reload());
