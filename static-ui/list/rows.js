/** One row of any table: a lead, or a referral of Today with its lead, becomes the same flat shape. */

/** @import { Lead, Referral } from "../types.js" */

/**
 * @typedef {Partial<Lead> & {key: string, referral_id: string, referral_name: string, no_domain_reason: string|null}} Row
 */

/**
 * @param {Lead} lead
 * @returns {Row}
 */
export function rowOfLead(lead) {
  return { ...lead, key: lead.domain, referral_id: "", referral_name: "", no_domain_reason: null };
}

/**
 * A referral's own words win over those of its company: this row is about the deal.
 * @param {Referral} referral
 * @returns {Row}
 */
export function rowOfReferral(referral) {
  const lead = referral.lead ?? {};
  return {
    ...lead,
    key: referral.id,
    referral_id: referral.id,
    referral_name: referral.name ?? "",
    domain: referral.domain ?? "",
    display_domain: lead.display_domain ?? referral.domain ?? "",
    company_name: referral.company_name ?? lead.company_name,
    country: referral.country ?? lead.country,
    referral_type: referral.type,
    referral_status: referral.status,
    respond_by: referral.respond_by,
    deal_value: referral.deal_value,
    contact_name: referral.contact?.name ?? null,
    dynamics_status: referral.dynamics_status,
    dynamics_url: referral.dynamics_url,
    no_domain_reason: referral.no_domain_reason,
    updated_at: referral.updated_at,
  };
}

/**
 * Where a click on the row leads: the lead, or the question for its domain.
 * @param {Row} row
 * @returns {{lead: string, referral: string}}
 */
export function target(row) {
  return row.domain ? { lead: row.domain, referral: "" } : { lead: "", referral: row.referral_id };
}
