"""The rows that Dynamics has in; the one that is meant, with the reason, or the doubt that a person must settle, out.

An account is matched by our id, its `hnt_domain`, the exact host of its website, its tenant id. The same name and
country only suggest. An account whose `hnt_domain` names another domain is that company's: each domain keeps one
account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from shared.rules.countries import country_code
from shared.rules.dynamics.columns import KEY_COLUMN, Record
from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.records import WantedRecord
from shared.rules.dynamics.state import Row, row_id, state_of, survivor
from shared.rules.idn import to_ascii


@dataclass(frozen=True, slots=True)
class Match:
    """The row that is meant and why: `our_id`, `our_key`, `website`, `tenant_id`, `email`, `by_hand`."""

    row: Row
    why: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Rows that may be meant; a person links one or decides that none is."""

    candidates: tuple[Row, ...]
    why: str
    """`same_name_and_country`, or `several` when more than one row matches equally well."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The record was written once and is no longer there: somebody deleted it."""


def match_account(wanted: WantedRecord, rows: Sequence[Row], remembered: Remembered) -> Match | Doubt | Gone | None:
    """The account of this company, if Dynamics has one."""
    decision = remembered.account_decision
    if found := _by_decision(rows, decision) or _own("account", rows, (remembered.id_of("account"), wanted.id)):
        return found
    free = [row for row in rows if state_of("account", row) == "open"]
    if found := _keyed("account", rows, wanted.key):
        return found
    unclaimed = [row for row in free if not row.get("hnt_domain")]
    tenant = wanted.values.get("hnt_tenantid")
    for why, hits in (
        ("website", [row for row in unclaimed if host_of(row.get("websiteurl")) == wanted.key]),
        ("tenant_id", [row for row in unclaimed if tenant and row.get("hnt_tenantid") == tenant]),
    ):
        if len(hits) == 1:
            return Match(hits[0], why)
        if hits and decision != "separate":
            return Doubt(tuple(hits), "several")
    if remembered.id_of("account"):
        return Gone()
    alike = [row for row in unclaimed if _alike(row, wanted)]
    return Doubt(tuple(alike), "same_name_and_country") if alike and decision != "separate" else None


def match_contact(
    wanted: WantedRecord, rows: Sequence[Row], remembered: Remembered, account_id: str | None
) -> Match | Gone | None:
    """The person, if Dynamics has one: by our id or key, else by an e-mail address at the same company or at none."""
    if found := _own("contact", rows, (remembered.id_of("contact"), wanted.id)):
        return found
    if found := _keyed("contact", rows, wanted.key):
        return found
    email = str(wanted.values.get("emailaddress1") or "").casefold()
    alike = [
        row
        for row in rows
        if email
        and str(row.get("emailaddress1") or "").casefold() == email
        and row.get("_parentcustomerid_value") in (None, account_id)
        and state_of("contact", row) == "open"
        and not row.get("hnt_contactkey")
    ]
    if alike:
        return Match(min(alike, key=lambda row: (str(row.get("createdon") or ""), row_id("contact", row))), "email")
    return Gone() if remembered.id_of("contact") else None


def match_own(record: Record, wanted: WantedRecord, rows: Sequence[Row], remembered: Remembered) -> Match | Gone | None:
    """The Lead or Opportunity of this referral:

    by our id, else by its `hnt_referralid`. A merged one stays what it is.
    """
    known = remembered.id_of(record)
    for row in rows:
        if row_id(record, row) in (known, wanted.id):
            return Match(row, "our_id")
    if keyed := [row for row in rows if row.get("hnt_referralid") == wanted.key]:
        return Match(keyed[0], "our_key")
    return Gone() if known else None


def host_of(website: Any) -> str | None:
    """The host in a website as people enter it, without `www.`, in punycode."""
    text = str(website or "").strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        return None
    name = to_ascii(host) if host else None
    return name.removeprefix("www.") if name else None


def _by_decision(rows: Sequence[Row], decision: str | None) -> Match | None:
    if decision in (None, "separate"):
        return None
    chosen = [row for row in rows if row_id("account", row) == decision]
    return Match(survivor("account", chosen[0], rows), "by_hand") if chosen else None


def _own(record: Record, rows: Sequence[Row], ids: Sequence[str | None]) -> Match | None:
    """The first of these ids that is there, followed to what it was merged into."""
    for known in ids:
        for row in rows:
            if known and row_id(record, row) == known:
                return _followed(record, row, rows, "our_id")
    return None


def key_held_elsewhere(record: Record, key: str, row: Row, rows: Sequence[Row]) -> bool:
    """Whether another row holds our key, which must stay unique: the one that was merged into this one keeps it."""
    return any(one.get(KEY_COLUMN[record]) == key and row_id(record, one) != row_id(record, row) for one in rows)


def _keyed(record: Record, rows: Sequence[Row], key: str) -> Match | None:
    """The row with our key, one that was not merged away before one that was."""
    held = (row for row in rows if row.get(KEY_COLUMN[record]) == key)
    found = sorted(held, key=lambda row: state_of(record, row) == "merged")
    return _followed(record, found[0], rows, "our_key") if found else None


def _followed(record: Record, row: Row, rows: Sequence[Row], why: str) -> Match:
    return Match(survivor(record, row, rows), why)


def _alike(row: Row, wanted: WantedRecord) -> bool:
    """The same name in the same country; a country that only one of them knows is no agreement."""
    name, country = wanted.values.get("name"), wanted.values.get("address1_country")
    if not name or not country or str(row.get("name") or "").strip().casefold() != str(name).casefold():
        return False
    return country_code(row.get("address1_country")) == country_code(str(country))
