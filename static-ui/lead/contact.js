/** Whom to call: one line per person, or that the customer does not want to be called. */

import { el, said } from "../page/element.js";
import { icon } from "../page/icons.js";
import { callTo, mailTo } from "../page/link.js";
import { t } from "../texts/words.js";

/** @import { Lead, Referral } from "../types.js" */
/** @typedef {NonNullable<Referral["contact"]>} Person */

const PARTS = /** @type {const} */ (["name", "email", "phone"]);

/** @param {Lead} lead */
export function contacts(lead) {
  const referrals = lead.referrals ?? [];
  const people = referrals.filter((one) => one.consent !== false && one.contact && (one.contact.name || one.contact.email || one.contact.phone));
  const once = people.reduce(merged, /** @type {Person[]} */ ([]));
  const refused = referrals.some((one) => one.consent === false);
  return [
    ...once.map(person),
    refused && el("p", { class: "callout", "data-tone": "orange" }, icon("alert"), t("contact.no_consent")),
    !once.length && !refused && el("p", { class: "quiet" }, t(referrals.length ? "contact.none" : "contact.unknown")),
  ];
}

/**
 * The same person often stands on several referrals, once with a telephone and once without: one line says all of it.
 * @param {Person[]} people
 * @param {Referral} referral
 */
function merged(people, { contact }) {
  const found = people.find((one) => isSame(one, /** @type {Person} */ (contact)));
  if (!found) return [...people, { .../** @type {Person} */ (contact) }];
  for (const part of PARTS) found[part] ||= contact?.[part] ?? null;
  return people;
}

/**
 * An address is one person's. Without a common one the name decides, as long as nothing else contradicts it.
 * @param {Person} one
 * @param {Person} other
 */
function isSame(one, other) {
  if (one.email && other.email) return one.email.trim().toLowerCase() === other.email.trim().toLowerCase();
  const told = PARTS.filter((part) => one[part] && other[part]);
  return told.length > 0 && told.every((part) => (part === "phone" ? digits(one.phone) === digits(other.phone) : plain(one[part]) === plain(other[part])));
}

/** @param {string|null} text */
const plain = (text) => (text ?? "").trim().replace(/\s+/g, " ").toLocaleLowerCase("tr");

/** @param {string|null} phone */
const digits = (phone) => (phone ?? "").replace(/\D/g, "").replace(/^00/, "");

/** @param {Person} contact */
function person(contact) {
  return el(
    "address",
    { class: "person" },
    contact.name && el("strong", {}, said(contact.name, { dir: "auto" })),
    mailTo(contact.email),
    callTo(contact.phone),
  );
}
