/** The only file that knows addresses: a question goes in, the answer or an `ApiError` comes out. */

import { serverSaid } from "./page/clock.js";

/** @import { Lead, Referral, Page, Today, Breakdown, Run, Failure, FailurePage, Dashboard } from "./types.js" */

/**
 * @typedef {"signed_out"|"forbidden"|"offline"|"trouble"|"refused"} Kind
 * What the person in front of the page can do about it: sign in, ask for a right, get a network, wait, or correct something.
 */

/** A question that got no answer, and why. */
export class ApiError extends Error {
  /**
   * @param {Kind} kind
   * @param {{status?: number, code?: string, detail?: string, params?: Record<string, unknown>, correlation_id?: string}} [problem]
   */
  constructor(kind, problem = {}) {
    super(problem.detail ?? kind);
    this.kind = kind;
    this.status = problem.status ?? 0;
    this.code = problem.code ?? "";
    this.params = problem.params ?? {};
    this.correlationId = problem.correlation_id ?? "";
  }
}

/**
 * @typedef {{signal?: AbortSignal}} Options
 * @typedef {Record<string, string|number|boolean|undefined|null>} Query
 * @typedef {{run_id: string, status_url: string, joined: boolean}} Started
 */

/** @type {(query: Query, options?: Options) => Promise<Page<Lead>>} */
export const leads = (query, options) => get("/api/leads", query, options);

/** @type {(since: string, options?: Options) => Promise<Today>} */
export const today = (since, options) => get("/api/today", { since }, options);

/** @type {(domain: string, options?: Options) => Promise<Lead>} */
export const lead = (domain, options) => get(`/api/leads/${part(domain)}`, {}, options);

/** @type {(domain: string, options?: Options) => Promise<Breakdown>} */
export const breakdown = (domain, options) => get(`/api/leads/${part(domain)}/score-breakdown`, {}, options);

/** @type {(domain: string) => Promise<{evidence: any}>} */
export const evidence = (domain) => get(`/api/leads/${part(domain)}/evidence`, {});

/** @type {(domain: string, query?: Query, options?: Options) => Promise<Page<any>>} */
export const timeline = (domain, query = {}, options) => get(`/api/leads/${part(domain)}/timeline`, query, options);

/** @type {(domain: string) => Promise<Started>} */
export const rescan = (domain) => post(`/api/leads/${part(domain)}/rescan`, {});

/** @type {(domain: string, companyName: string) => Promise<unknown>} */
export const addLead = (domain, companyName) => post("/api/leads", { domain, company_name: companyName || null });

/** @type {(query: Query, options?: Options) => Promise<Dashboard>} */
export const dashboard = (query, options) => get("/api/dashboard", query, options);

/** @type {(query: Query, options?: Options) => Promise<Page<Referral>>} */
export const referrals = (query, options) => get("/api/referrals", query, options);

/** @type {(id: string, options?: Options) => Promise<Referral>} */
export const referral = (id, options) => get(`/api/referrals/${part(id)}`, {}, options);

/** @type {(id: string, domain: string) => Promise<{domain: string}>} */
export const nameDomain = (id, domain) => post(`/api/referrals/${part(id)}/domain`, { domain });

/** @type {() => Promise<Started>} */
export const syncReferrals = () => post("/api/referrals/sync", {});

/** @type {(domain: string, options?: Options) => Promise<any>} */
export const dynamicsStatus = (domain, options) => get(`/api/dynamics/status/${part(domain)}`, {}, options);

/** @type {(domain: string) => Promise<any>} */
export const dynamicsPlan = (domain) => post(`/api/dynamics/sync/${part(domain)}?dry_run=true`, {});

/** @type {(domain: string) => Promise<Started>} */
export const dynamicsSync = (domain) => post(`/api/dynamics/sync/${part(domain)}`, {});

/** @type {(wanted: object) => Promise<Started>} */
export const dynamicsBulk = (wanted) => post("/api/dynamics/bulk-sync", wanted);

/** @type {(options?: Options) => Promise<Page<any>>} */
export const reviews = (options) => get("/api/dynamics/reviews", {}, options);

/** @type {(id: string, decision: {decision: "link"|"separate", account_id?: string}) => Promise<unknown>} */
export const decideReview = (id, decision) => post(`/api/dynamics/reviews/${part(id)}`, decision);

/** @type {(query: Query, options?: Options) => Promise<Page<Run>>} */
export const runs = (query, options) => get("/api/runs", query, options);

/** @type {(id: string, query?: Query) => Promise<Run & {items: any[], next_cursor: string|null}>} */
export const run = (id, query = {}) => get(`/api/runs/${part(id)}`, query);

/** @type {(id: string) => Promise<unknown>} */
export const cancelRun = (id) => post(`/api/runs/${part(id)}/cancel`, {});

/** @type {(id: string) => Promise<unknown>} */
export const resumeRun = (id) => post(`/api/runs/${part(id)}/resume`, {});

/** @type {(query: Query, options?: Options) => Promise<FailurePage>} */
export const failures = (query, options) => get("/api/failures", query, options);

/** @type {(id: string) => Promise<Failure>} */
export const replay = (id) => post(`/api/failures/${part(id)}/replay`, {});

/** @type {(options?: Options) => Promise<{status: string, version: string, commit: string}>} */
export const health = (options) => get("/api/health", {}, options);

/** @type {(options?: Options) => Promise<any>} */
export const ready = (options) => get("/api/health/ready", {}, options);

/** @type {() => Promise<any>} */
export const preflight = () => get("/api/preflight", {});

/** @type {() => Promise<any>} */
export const drift = () => get("/api/drift", {});

/** @type {() => Promise<{clientPrincipal: {userDetails: string, userRoles: string[]}|null}>} */
export const me = () => get("/.auth/me", {});

export const signInAddress = () =>
  `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent(location.pathname + location.search)}`;

export const signOutAddress = () => "/.auth/logout?post_logout_redirect_uri=/";

/**
 * The export of a list as a file.
 * @param {Query} query
 * @param {Options} options
 * @returns {Promise<{blob: Blob, name: string, rows: number}>}
 */
export async function exportLeads(query, options) {
  const answer = await ask(`/api/leads/export${search(query)}`, options);
  const name = /filename="?([^";]+)"?/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  try {
    return { blob: await answer.blob(), name: name ?? `hunter_leads.${query.format}`, rows: Number(answer.headers.get("x-row-count")) };
  } catch (error) {
    throw broken(error, options);
  }
}

/** @param {string} text */
const part = (text) => encodeURIComponent(text);

/** @param {Query} query */
function search(query) {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return set.length ? `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}` : "";
}

/**
 * @param {string} path
 * @param {Query} query
 * @param {Options} [options]
 */
async function get(path, query, options) {
  const answer = await ask(path + search(query), options);
  try {
    return await answer.json();
  } catch (error) {
    throw broken(error, options);
  }
}

/**
 * @param {string} path
 * @param {object} body
 */
async function post(path, body) {
  const answer = await ask(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  try {
    const text = await answer.text();
    return text ? JSON.parse(text) : {};
  } catch (error) {
    throw broken(error);
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 */
async function ask(path, options = {}) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, { ...options, redirect: "manual", cache: "no-cache", credentials: "same-origin" });
  } catch (error) {
    throw broken(error, options);
  }
  serverSaid(answer.headers.get("date"));
  // A redirect is the platform sending us to the sign-in page; following it would only end in a refused cross-site read.
  if (answer.type === "opaqueredirect") throw new ApiError("signed_out");
  if (answer.ok) return answer;
  throw new ApiError(kindOf(answer.status), { ...(await problemOf(answer)), status: answer.status });
}

/**
 * An answer that did not come, or not whole.
 * @param {unknown} error
 * @param {Options|RequestInit} [options]
 */
const broken = (error, options) => (options?.signal?.aborted ? error : new ApiError(navigator.onLine ? "trouble" : "offline"));

/**
 * @param {number} status
 * @returns {Kind}
 */
function kindOf(status) {
  if (status === 401) return "signed_out";
  if (status === 403) return "forbidden";
  return status >= 500 || status === 429 ? "trouble" : "refused";
}

/** @param {Response} answer */
async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}
