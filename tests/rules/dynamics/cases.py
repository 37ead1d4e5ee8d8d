"""Builders with good defaults for what goes into Dynamics."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from shared.rules.dynamics.input import DynamicsConfig, DynamicsInput, LeadFacts, Organisation
from shared.rules.dynamics.memory import Memory, Remembered
from shared.rules.dynamics.plan import decide
from shared.rules.dynamics.records import Wanted, wanted_records
from shared.rules.dynamics.shapes import FoundRows, Plan
from shared.rules.referral import Referral
from shared.rules.referral_contact import Contact
from shared.rules.referral_reading import parse_referral

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
EURO = "11111111-0000-0000-0000-0000000000e0"
DOLLAR = "11111111-0000-0000-0000-0000000000d0"
ORGANISATION = Organisation(
    choices={("lead", "leadsourcecode"): frozenset(range(1, 11)), ("opportunity", "salesstage"): frozenset(range(4))},
    currencies={"EUR": EURO, "USD": DOLLAR},
)
ELIF = Contact(
    name="Elif Şahin",
    first_name="Elif",
    last_name="Şahin",
    email="elif@contoso.com",
    phone="+90 212 0000000",
    title="CTO",
)


def a_referral(**changes: Any) -> Referral:
    base = parse_referral(
        {"id": KEY, "type": "Independent", "qualification": "Direct", "direction": "Incoming"}
    ).referral
    told: dict[str, Any] = {
        "name": "Move mail to Microsoft 365",
        "company_name": "Contoso A.Ş.",
        "type": "marketplace",
        "status": "new",
        "country": "TR",
        "deal_amount": Decimal("12000.50"),
        "deal_currency": "EUR",
        "contact": ELIF,
        "engagement_id": "eng-1",
        "notes": "Wants to move before summer.",
    }
    return replace(base, **{**told, **changes})


def a_company(**changes: Any) -> LeadFacts:
    told: dict[str, Any] = {
        "domain": "contoso.com",
        "company_name": "Contoso A.Ş.",
        "country": "TR",
        "score": 65,
        "segment": "Migration",
        "priority": "P1",
        "technical_heat": "Hot",
        "provider": "Google",
        "reasons": "Google Workspace: +50",
        "infrastructure": "aspmx.l.google.com",
        "registrar": "Example Registrar",
        "registration_ends_on": date(2027, 3, 1),
    }
    return LeadFacts(**{**told, **changes})


def given(
    referral: Mapping[str, Any] | None = None,
    company: Mapping[str, Any] | None = None,
    *,
    domain: bool = True,
    **changes: Any,
) -> DynamicsInput:
    told: dict[str, Any] = {"config": DynamicsConfig(), "organisation": ORGANISATION, "now": NOW}
    lead = a_company(**(company or {})) if domain else None
    return DynamicsInput(key=KEY, referral=a_referral(**(referral or {})), lead=lead, **{**told, **changes})


def wanted(**changes: Any) -> Wanted:
    return wanted_records(given(**changes))


def as_rows(plan: Plan, before: FoundRows | None = None) -> FoundRows:
    """What Dynamics holds once the plan has been carried out."""
    from shared.rules.dynamics.columns import COLUMNS
    from shared.rules.dynamics.memory import plain

    rows = {
        record: list((before or FoundRows()).of(record)) for record in ("account", "contact", "lead", "opportunity")
    }
    for record in plan.writes:
        there = next((row for row in rows[record.record] if row[f"{record.record}id"] == record.id), None)
        row = dict(there or {f"{record.record}id": record.id, "statecode": 0})
        row["@odata.etag"] = (
            f'W/"{int(row.get("@odata.etag", "W/0").strip(chr(34)).split("/")[-1].strip(chr(34))) + 1}"'
        )
        for column in COLUMNS[record.record]:
            if column.name in record.body:
                value = record.body[column.name]
                row[column.read_name] = plain(value) if column.is_lookup else value
        rows[record.record] = [one for one in rows[record.record] if one is not there] + [row]
    return FoundRows({record: tuple(found) for record, found in rows.items()})


def after(plan: Plan, remembered: Remembered | None = None) -> Remembered:
    """What Hunter remembers once the plan has been carried out."""
    before = dict((remembered or Remembered()).records)
    for record, memory in plan.remembered().items():
        known = before.get(record)
        before[record] = known.then(memory) if known else memory
    return Remembered(before)


def first_push(**changes: Any) -> tuple[FoundRows, Remembered]:
    plan = decide(wanted(**changes), FoundRows(), Remembered())
    return as_rows(plan), after(plan)


def with_row(found: FoundRows, record: Any, **changes: Any) -> FoundRows:
    """The same rows with changes that a seller made to one record."""
    rows = dict(found.rows)
    rows[record] = tuple({**row, **changes} for row in rows[record])
    return FoundRows(rows)


def without(found: FoundRows, record: Any) -> FoundRows:
    """The same rows after a seller deleted one record."""
    return FoundRows({**found.rows, record: ()})


def memory_of(remembered: Remembered, record: Any) -> Memory:
    return remembered.records[record]
