/** The columns there are: name, order of sorting, cell, and the fields that an export of the column holds. */

import * as cells from "./cells.js";

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} [sort] field to sort by; none: cannot be sorted
 * @property {boolean} [downFirst] the first click sorts from high to low
 * @property {(row: import("./rows.js").Row) => import("../page/element.js").Child[]} cell
 * @property {string[]} fields of the contract's Lead
 */

/** @type {Column[]} */
export const COLUMNS = [
  { key: "answer_by", sort: "respond_by", cell: cells.answerBy, fields: ["respond_by"] },
  { key: "company", sort: "company_name", cell: cells.company, fields: ["company_name", "display_domain"] },
  { key: "referral", sort: "referral_type", cell: cells.referral, fields: ["referral_type", "deal_value", "deal_currency"] },
  { key: "score", sort: "score", downFirst: true, cell: cells.score, fields: ["score", "segment"] },
  { key: "why", cell: cells.why, fields: ["headline"] },
  { key: "dynamics", sort: "dynamics_status", cell: cells.dynamics, fields: ["dynamics_status", "dynamics_synced_at", "dynamics_error"] },
  { key: "status", sort: "referral_status", cell: cells.status, fields: ["referral_status"] },
  { key: "priority", sort: "priority", cell: cells.priority, fields: ["priority", "priority_label"] },
  { key: "provider", sort: "provider", cell: cells.provider, fields: ["provider", "gateway", "local_provider"] },
  { key: "spf", sort: "spf", cell: cells.signal("spf"), fields: ["spf"] },
  { key: "dkim", sort: "dkim", cell: cells.signal("dkim"), fields: ["dkim"] },
  { key: "dmarc", sort: "dmarc", cell: cells.signal("dmarc"), fields: ["dmarc", "dmarc_policy"] },
  { key: "country", sort: "country", cell: cells.country, fields: ["country"] },
  { key: "tenant_size", sort: "tenant_size", cell: cells.tenantSize, fields: ["tenant_size"] },
  { key: "registration", sort: "expires_at", cell: cells.registration, fields: ["expires_at", "registrar"] },
  { key: "contact", cell: cells.contact, fields: ["contact_name"] },
  { key: "updated", sort: "updated_at", downFirst: true, cell: cells.updated, fields: ["updated_at"] },
];

export const USUAL = ["answer_by", "company", "referral", "score", "why", "dynamics"];

/**
 * The columns of a list, in its order. Unknown names are left out; nothing left means the usual ones.
 * @param {string} text comma separated keys
 * @returns {Column[]}
 */
export function columnsOf(text) {
  const found = text.split(",").map((key) => COLUMNS.find((column) => column.key === key));
  const known = found.filter((column) => column !== undefined);
  return known.length ? known : USUAL.map((key) => /** @type {Column} */ (COLUMNS.find((column) => column.key === key)));
}
