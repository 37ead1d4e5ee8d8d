"""One referral in; the records that Dynamics should hold for it out, with every column's value checked and marked.

Which records (design section 7): a Lead always; an Account per domain; a Contact when there is a person and consent is
not refused; an Opportunity when the score is 40 or more or the referral is co-sell. Without a domain: Lead and Contact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.rules.dynamics.columns import COLUMNS, KEY_COLUMN, OPPORTUNITY_FROM_SCORE, Column, Record
from shared.rules.dynamics.facts import contact_allowed, facts, invalid, of_person
from shared.rules.dynamics.ids import record_id
from shared.rules.dynamics.input import DynamicsInput, Organisation
from shared.rules.dynamics.marks import Mark
from shared.rules.dynamics.text import clean, cut, units

_LINKED: dict[str, Record] = {"account": "account", "contact": "contact", "lead": "lead"}
"""Facts that are other records of the same plan."""

_LONGEST_MARKS = 4000


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another record of the same referral, whose id only the plan knows."""

    record: Record


@dataclass(frozen=True, slots=True)
class WantedRecord:
    """One record as it should be.

    `values` by column, None to empty one; `create` False: only an existing one is kept in step, for `why_not`.
    """

    record: Record
    id: str
    key: str
    values: Mapping[str, Any]
    create: bool = True
    why_not: str | None = None
    fills_only: bool = False
    """Whether it fills blanks only: another referral speaks for this record."""
    stand_ins: frozenset[str] = frozenset()
    """Columns whose value stands in for one that is missing; it gives way to what Hunter wrote there before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one referral wants in Dynamics.

    `skip`: nothing at all, and why. `absent`: records that it does not want, and why.
    """

    key: str
    domain: str | None = None
    records: Mapping[Record, WantedRecord] = field(default_factory=dict)
    absent: Mapping[Record, str] = field(default_factory=dict)
    skip: str | None = None
    user_id: str = ""
    """Our application user, who owns what is created without a configured owner."""
    marks: tuple[Mark, ...] = ()
    """What was filled in, cut or left out; their lines are also in `hnt_defaulted`."""


def wanted_records(given: DynamicsInput, *, known: bool = False) -> Wanted:
    """The records that this referral wants. `known`: Dynamics has its Lead already, which then follows whatever
    happens.

    Raises `PermanentError` `dyn_validation` naming the field and the fix when a needed value cannot be had.
    """
    if (skip := _skip_reason(given)) and not known:
        return Wanted(given.key, given.domain, skip=skip)
    refused = given.referral is not None and given.referral.consent is False
    filled = _Filling(facts(given), given.organisation, withheld=refused)
    records: dict[Record, WantedRecord] = {}
    absent: dict[Record, str] = {}
    if given.domain:
        records["account"] = replace(filled.record("account", given.domain), fills_only=not given.is_main)
    else:
        absent["account"] = absent["opportunity"] = "no_domain"
    if contact_allowed(given.referral):
        records["contact"] = _contact(given, filled)
    else:
        withheld = refused and given.referral is not None and given.referral.contact is not None
        absent["contact"] = "no_consent" if withheld else "no_contact"
    if given.domain:
        records["opportunity"] = _opportunity(given, filled)
    lead = filled.record("lead", given.key)
    marked = {**lead.values, "hnt_defaulted": filled.marks_text()}
    records["lead"] = replace(lead, values=marked)
    us = given.organisation.user_id
    return Wanted(given.key, given.domain, records, absent, user_id=us, marks=tuple(filled.marks))


def _skip_reason(given: DynamicsInput) -> str | None:
    """Why a referral that Dynamics does not know yet is not brought there."""
    if given.referral is None:
        return None
    if given.referral.direction == "Outgoing":
        return "outgoing"
    return "first_seen_closed" if given.first_seen_closed and not given.is_open else None


def _contact(given: DynamicsInput, filled: "_Filling") -> WantedRecord:
    """The Contact says what all of its referrals say together; each of their Leads keeps its own words."""
    key = str(filled.facts["contact_key"])
    said = of_person(given.person, company=key)
    return filled.saying({**said, "contact_key": key} if said else {}).record("contact", key)


def _opportunity(given: DynamicsInput, filled: "_Filling") -> WantedRecord:
    """One that is not earned is only kept in step where it exists: it is never removed later."""
    score = given.lead.score if given.lead else None
    co_sell = given.referral is not None and given.referral.type == "co-sell"
    earned = co_sell or (score or 0) >= OPPORTUNITY_FROM_SCORE
    return filled.record("opportunity", given.key, create=earned, why_not=None if earned else "score_below_40")


class _Filling:
    """Fills records column by column from the facts, collecting a mark for every value that was not simply taken
    over."""

    def __init__(self, known: dict[str, Any], organisation: Organisation, *, withheld: bool) -> None:
        self.facts = known
        self.marks: list[Mark] = []
        self._organisation = organisation
        self._withheld = withheld

    def saying(self, more: Mapping[str, Any]) -> "_Filling":
        """The same, with these facts instead; its marks are noted with all others."""
        other = _Filling({**self.facts, **more}, self._organisation, withheld=self._withheld)
        other.marks = self.marks
        return other

    def record(self, record: Record, key: str, *, create: bool = True, why_not: str | None = None) -> WantedRecord:
        values, stand_ins = {}, set()
        for one in COLUMNS[record]:
            source, value = self._value(record, one)
            if value is not None or self._empties(one):
                values[one.name] = value
            if source != one.fact and not self._is_withheld(one):
                stand_ins.add(one.name)
        return WantedRecord(
            record, record_id(record, key), key, values, create, why_not, stand_ins=frozenset(stand_ins)
        )

    def _empties(self, column: Column) -> bool:
        """Whether nothing is a statement about what Hunter wrote there before.

        It is when an old value beside new ones would mislead: of a person who refuses consent or gave way to another,
        and an amount that came anew in a currency which cannot be kept. A source that falls silent takes nothing back.
        """
        if column.fact.startswith("contact_"):
            return self._withheld or "contact_key" in self.facts
        return column.clears or (column.fact == "amount" and "amount_without_currency" in self.facts)

    def marks_text(self) -> str | None:
        """Every mark, as `hnt_defaulted` shows them."""
        most = self._organisation.lengths.get(("lead", "hnt_defaulted"), _LONGEST_MARKS)
        return cut("\n".join(one.text for one in self.marks), most) or None

    def _is_withheld(self, column: Column) -> bool:
        return self._withheld and column.fact.startswith("contact_")

    def _value(self, record: Record, column: Column) -> tuple[str, Any]:
        """The column's value, and the name of the fact that it comes from."""
        if column.fact in _LINKED:
            return column.fact, Link(_LINKED[column.fact])
        source, value = self._source(record, column)
        if value is None:
            self._nothing(record, column)
            return column.fact, None
        if isinstance(value, str) and not column.is_lookup:
            value = self._text(record, column, value)
        if column.kind == "choice":
            value = self._choice(record, column, value)
        if value is not None and source != column.fact:
            self._mark(record, column, "withheld" if self._is_withheld(column) else "filled", stand_in=source)
        return source, value

    def _source(self, record: Record, column: Column) -> tuple[str, Any]:
        """The first fact with content, and its name; text that cleans to nothing is none."""
        for name in (column.fact, *column.default):
            value = self.facts.get(name)
            if isinstance(value, str):
                value = clean(value, lines=column.kind == "memo") or None
            if value is not None:
                return name, value
        return column.fact, None

    def _nothing(self, record: Record, column: Column) -> None:
        if column.needs:
            raise invalid(f"{record}.{column.name}", "no_value")
        if column.kind == "money" and "amount_without_currency" in self.facts:
            if currency := self.facts["amount_without_currency"]:
                self._mark(record, column, "unknown_currency", currency=currency)
            else:
                self._mark(record, column, "no_currency")

    def _text(self, record: Record, column: Column, value: str) -> str | None:
        most = self._organisation.lengths.get((record, column.name), column.length)
        if most is None or units(value) <= most:
            return value
        if column.kind in ("text", "memo"):
            self._mark(record, column, "cut", length=units(value), most=most)
            return cut(value, most)
        if column.needs or column.name == KEY_COLUMN[record]:
            raise invalid(f"{record}.{column.name}", "too_long", most=str(most))
        self._mark(record, column, "too_long", most=most)
        return None

    def _choice(self, record: Record, column: Column, value: int) -> int | None:
        known = self._organisation.choices.get((record, column.name))
        if known is None or value in known:
            return value
        self._mark(record, column, "unknown_choice", value=value)
        return None

    def _mark(self, record: Record, column: Column, code: str, **params: Any) -> None:
        self.marks.append(Mark(code, f"{record}.{column.name}", params))
