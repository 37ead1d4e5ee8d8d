/** What can be filtered and the values to choose from (contract section 3), most used first. */

/** @type {Record<string, string[]>} */
export const CHOICES = {
  referral_type: ["co-sell", "marketplace", "solution-provider", "unclassified"],
  referral_status: ["new", "active", "won", "lost", "declined", "expired", "unknown"],
  segment: ["Migration", "Existing", "Cold", "Skip"],
  dynamics_status: ["none", "pending", "running", "synced", "failed", "review", "blocked"],
  priority: ["P1", "P2", "P3", "P4", "P5", "P6"],
  provider: ["M365", "Google", "Yandex", "Zoho", "Amazon", "SendGrid", "Mailgun", "Hosting", "Local", "Unknown"],
  technical_heat: ["Hot", "Warm", "Cold"],
  stage: ["referred", "scanned", "scored", "in_dynamics", "won", "lost"],
};

/** Those with a button of their own; the others stand under "More". */
export const FIRST = ["referral_type", "referral_status", "segment", "dynamics_status"];

/** Filters by day. */
export const RANGES = ["first_seen_after", "respond_by_before", "updated_after"];
