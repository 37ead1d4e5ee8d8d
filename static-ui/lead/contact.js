/** Whom to call: one line per person, or that the customer does not want to be called. */

import { el, said } from "../page/element.js";
import { icon } from "../page/icons.js";
import { callTo, mailTo } from "../page/link.js";
import { t } from "../texts/words.js";

/** @import { Lead, Referral } from "../types.js" */

/** @param {Lead} lead */
export function contacts(lead) {
  const referrals = lead.referrals ?? [];
  const people = referrals.filter((one) => one.consent !== false && one.contact && (one.contact.name || one.contact.email || one.contact.phone));
  // The same person often stands on several referrals; the one with a telephone number says most.
  const fullestLast = [...people].sort((a, b) => Number(Boolean(a.contact?.phone)) - Number(Boolean(b.contact?.phone)));
  const once = new Map(fullestLast.map((one) => [one.contact?.email ?? JSON.stringify(one.contact), one]));
  const refused = referrals.some((one) => one.consent === false);
  return [
    ...[...once.values()].map(person),
    refused && el("p", { class: "callout", "data-tone": "orange" }, icon("alert"), t("contact.no_consent")),
    !once.size && !refused && el("p", { class: "quiet" }, t("contact.none")),
  ];
}

/** @param {Referral} referral */
function person({ contact }) {
  return el(
    "address",
    { class: "person" },
    contact?.name && el("strong", {}, said(contact.name, { dir: "auto" })),
    mailTo(contact?.email),
    callTo(contact?.phone),
  );
}
