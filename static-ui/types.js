/**
 * The shapes of the contract (sections 3 and 4) as the page reads them. No code: only names for the type checker.
 *
 * @typedef {{code: string, params: Record<string, unknown>, text: string}} Sentence
 * @typedef {{amount: number, currency: string}} Money
 * @typedef {"none"|"pending"|"running"|"synced"|"failed"|"review"|"blocked"} DynamicsStatus
 *
 * @typedef {object} Lead
 * @property {string} domain
 * @property {string} display_domain
 * @property {string|null} company_name
 * @property {string|null} country
 * @property {Sentence|null} headline
 * @property {string|null} provider
 * @property {string|null} gateway
 * @property {string|null} local_provider
 * @property {string|null} tenant_size
 * @property {string|null} segment
 * @property {number|null} score
 * @property {number|null} completeness
 * @property {string|null} priority
 * @property {string|null} priority_label
 * @property {string|null} technical_heat
 * @property {string|null} mx
 * @property {string|null} spf
 * @property {string|null} dkim
 * @property {string|null} dmarc
 * @property {string|null} dmarc_policy
 * @property {string|null} registrar
 * @property {string|null} expires_at
 * @property {string|null} referral_type
 * @property {string[]} referral_types
 * @property {number} referral_count
 * @property {string|null} referral_status
 * @property {string|null} respond_by
 * @property {Money|null} deal_value
 * @property {string|null} contact_name
 * @property {string|null} tenant_id
 * @property {string} stage
 * @property {DynamicsStatus} dynamics_status
 * @property {string|null} dynamics_synced_at
 * @property {string|null} dynamics_error
 * @property {string|null} [dynamics_error_code]
 * @property {Record<string, string>|null} [dynamics_error_params]
 * @property {string|null} dynamics_note
 * @property {Record<string, string>|null} [dynamics_note_params]
 * @property {string|null} dynamics_url
 * @property {string|null} first_seen_at
 * @property {string|null} scanned_at
 * @property {string|null} updated_at
 * @property {number} version
 * @property {Referral[]} [referrals]
 *
 * @typedef {object} Referral
 * @property {string} id
 * @property {string|null} name
 * @property {string} type
 * @property {string} status
 * @property {string|null} substatus
 * @property {string|null} company_name
 * @property {string|null} domain
 * @property {string|null} domain_source
 * @property {string|null} no_domain_reason
 * @property {string|null} country
 * @property {Money|null} deal_value
 * @property {{name: string|null, email: string|null, phone: string|null}|null} contact
 * @property {boolean|null} consent
 * @property {string|null} respond_by
 * @property {string|null} expires_at
 * @property {string|null} created_at
 * @property {string|null} updated_at
 * @property {string|null} partner_center_url
 * @property {string|null} notes
 * @property {DynamicsStatus} dynamics_status
 * @property {string|null} dynamics_url
 * @property {Partial<Lead>|null} [lead]
 *
 * @typedef {{code: string, total: number, items: Referral[]}} TodayGroup
 * @typedef {{within_24h: number, within_72h: number, new: number, rest: number, not_in_dynamics: number, last_check: string|null}} TodaySummary
 * @typedef {{summary: TodaySummary, groups: TodayGroup[]}} Today
 *
 * @typedef {{rule: string, points: number, state: string, params: Record<string, unknown>, text: string, evidence: unknown}} Line
 * @typedef {{domain: string, score: number, completeness: number, rules_version: string, scanned_at: string|null, lines: Line[], sentences: Sentence[]}} Breakdown
 *
 * @typedef {object} Run
 * @property {string} id
 * @property {string} kind
 * @property {string} state
 * @property {number} fetched
 * @property {number} enqueued
 * @property {number} skipped
 * @property {number} new
 * @property {number} changed
 * @property {number} unchanged
 * @property {number} stale
 * @property {number} quarantined
 * @property {number} failed
 * @property {number} pending
 * @property {Record<string, number>} outcomes
 * @property {number|null} success_rate
 * @property {{code: string, cause?: string, params?: Record<string, any>}[]} [reasons]
 * @property {string|null} started_at
 * @property {string|null} ended_at
 * @property {string|null} [resumes_at]
 * @property {string} created_at
 * @property {string} as_of
 *
 * @typedef {object} Failure
 * @property {string} id
 * @property {string} code
 * @property {Record<string, unknown>} params
 * @property {string} text
 * @property {string} who
 * @property {string} action
 * @property {string} cause
 * @property {string|null} [domain]
 * @property {string|null} [company_name]
 * @property {string|null} [deal]
 * @property {string} queue
 * @property {string} key
 * @property {string} trace
 * @property {number} attempts
 * @property {string} first_at
 * @property {string} last_at
 * @property {string} state
 *
 * @typedef {{code: string, total: number, who: string, text: string, action: string}} FailureGroup
 * @typedef {{items: Failure[], total: number, groups: FailureGroup[], next_cursor: string|null}} FailurePage
 *
 * @typedef {{code: string, total: number}} Count
 * @typedef {{total: number, in_dynamics: number, hot: number, avg_score: number|null, funnel: Count[], segment: Count[], histogram: {from: number, to: number, total: number}[]}} Dashboard
 */

/**
 * @template T
 * @typedef {{items: T[], total: number, first: number, limit: number, next_cursor: string|null, prev_cursor: string|null, as_of: string}} Page
 */

export {};
