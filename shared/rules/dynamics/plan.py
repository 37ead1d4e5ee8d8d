"""What a referral wants, what Dynamics has and what Hunter remembers in; one plan out, which a dry run shows and a run
carries out.

Per record: create, update, match (nothing to change), skip (left alone), blocked (a person deleted it), review (a
person must choose), each with the reason as a code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from shared.rules.dynamics.columns import COLUMNS, ENTITY_SETS, KEY_COLUMN, RECORDS, Column, Record
from shared.rules.dynamics.fields import changed_fields, new_fields, says_nothing
from shared.rules.dynamics.match import Doubt, Gone, Match, key_held_elsewhere, match_account, match_contact, match_own
from shared.rules.dynamics.memory import Memory, Remembered, fingerprint, plain
from shared.rules.dynamics.records import Link, Wanted, WantedRecord
from shared.rules.dynamics.shapes import Candidate, FoundRows, Plan, RecordPlan
from shared.rules.dynamics.state import Row, etag, modified_by, row_id, state_of


def decide(wanted: Wanted, found: FoundRows, remembered: Remembered) -> Plan:
    """The one plan for this referral as things stand.

    Deciding again over the state that it leads to changes nothing.
    """
    if wanted.skip:
        return Plan(wanted.key, wanted.domain, skip=wanted.skip)
    deciding = _Deciding(wanted, found, remembered)
    lead = match_own("lead", wanted.records["lead"], found.of("lead"), remembered)
    if isinstance(lead, Gone):
        return Plan(wanted.key, wanted.domain, (_blocked("lead", remembered),), marks=wanted.marks)
    deciding.account()
    deciding.contact()
    deciding.own("lead", lead)
    deciding.opportunity(lead)
    return Plan(
        wanted.key,
        wanted.domain,
        tuple(deciding.plans[record] for record in RECORDS if record in deciding.plans),
        marks=wanted.marks,
    )


def unchanged(wanted: Wanted, remembered: Remembered) -> bool:
    """Whether everything wanted is what Hunter wrote last, so that Dynamics need not be asked at all."""
    if wanted.skip:
        return True
    ids = remembered.ids
    for record, asked in wanted.records.items():
        memory = remembered.records.get(record)
        if memory is None:
            if asked.create:
                return False
            continue
        if any(_differs(column, value, memory) for column, value in _told(asked, resolved(asked.values, ids), memory)):
            return False
    return True


def _told(asked: WantedRecord, values: Mapping[str, Any], memory: Memory) -> Iterator[tuple[Column, Any]]:
    """The columns that a record in place is told about, with their values."""
    for column in COLUMNS[asked.record]:
        if column.name not in values or column.stamp or column.create_only:
            continue
        if asked.fills_only and column.owner == "last_writer" and column.name in memory.written:
            continue  # it is filled, and another referral speaks for it
        if not says_nothing(column, values[column.name], memory.written, asked.stand_ins):
            yield column, values[column.name]


def _differs(column: Column, value: Any, memory: Memory) -> bool:
    return memory.written.get(column.name, fingerprint(None)) != fingerprint(value)


class _Deciding:
    """The plans of one referral, each decided with the ids of those before it."""

    def __init__(self, wanted: Wanted, found: FoundRows, remembered: Remembered) -> None:
        self._wanted, self._found, self._remembered = wanted, found, remembered
        self._ids: dict[Record, str] = {}
        self.plans: dict[Record, RecordPlan] = {}

    def account(self) -> None:
        asked = self._wanted.records.get("account")
        if asked is None:
            self._absent("account")
            return
        match = match_account(asked, self._found.of("account"), self._remembered)
        if isinstance(match, Doubt):
            candidates = tuple(_candidate(row) for row in match.candidates)
            self.plans["account"] = RecordPlan("account", "review", match.why, candidates=candidates)
        else:
            self.own("account", match)

    def contact(self) -> None:
        asked = self._wanted.records.get("contact")
        if asked is None:
            self._absent("contact")
            return
        self.own("contact", match_contact(asked, self._found.of("contact"), self._remembered, self._ids.get("account")))

    def opportunity(self, lead: Match | None) -> None:
        asked = self._wanted.records.get("opportunity")
        if asked is None:
            self._absent("opportunity")
            return
        match = match_own("opportunity", asked, self._found.of("opportunity"), self._remembered)
        why_not = asked.why_not or self._no_new_opportunity(lead)
        if match is None and why_not:
            self.plans["opportunity"] = RecordPlan("opportunity", "skip", why_not)
        else:
            self.own("opportunity", match)

    def own(self, record: Record, match: Match | Gone | None) -> None:
        """Creates it, brings it in step, or leaves it alone."""
        asked = self._wanted.records[record]
        if isinstance(match, Gone):
            self.plans[record] = _blocked(record, self._remembered)
            return
        plan = self._existing(asked, match) if match else self._new(asked)
        self.plans[record] = plan
        if plan.id:
            self._ids[record] = plan.id

    def _new(self, asked: WantedRecord) -> RecordPlan:
        if not asked.create:
            return RecordPlan(asked.record, "skip", asked.why_not or "not_wanted")
        fields = new_fields(asked.record, resolved(asked.values, self._ids))
        owner = plain(asked.values.get("ownerid")) or self._wanted.user_id or None
        return RecordPlan(asked.record, "create", "new", asked.id, fields=fields, owner=owner)

    def _existing(self, asked: WantedRecord, match: Match) -> RecordPlan:
        record, row = asked.record, match.row
        state = state_of(record, row)
        there = RecordPlan(
            record,
            "match",
            "equal",
            row_id(record, row),
            etag(row),
            matched_by=match.why,
            state=state,
            owner=row.get("_ownerid_value"),
            modified_by=modified_by(row),
        )
        if state != "open":
            return replace(there, action="skip", why=state)
        memory = self._remembered.records.get(record)
        known = memory if memory and memory.id == there.id else None
        values = resolved(asked.values, self._ids)
        if key_held_elsewhere(record, asked.key, row, self._found.of(record)):
            del values[KEY_COLUMN[record]]
        fields = changed_fields(record, values, row, known, fills_only=asked.fills_only, stand_ins=asked.stand_ins)
        changes = any(plan.written for plan in fields)
        return replace(
            there, action="update" if changes else "match", why="changed" if changes else "equal", fields=fields
        )

    def _absent(self, record: Record) -> None:
        self.plans[record] = RecordPlan(record, "skip", self._wanted.absent.get(record, "not_wanted"))

    def _no_new_opportunity(self, lead: Match | None) -> str | None:
        """A qualified lead has the opportunity that the seller made; a doubtful account would leave ours without a
        company."""
        if self.plans["account"].action == "review":
            return "waits_for_review"
        if self.plans["account"].action == "blocked":
            return "account_deleted"
        state = state_of("lead", lead.row) if lead else "open"
        return f"lead_{state}" if state != "open" else None


def _candidate(row: Row) -> Candidate:
    return Candidate(row_id("account", row), row.get("name"), row.get("websiteurl"), row.get("address1_country"))


def _blocked(record: Record, remembered: Remembered) -> RecordPlan:
    return RecordPlan(record, "blocked", "deleted", remembered.id_of(record), state="deleted")


def resolved(values: Mapping[str, Any], ids: Mapping[Record, str]) -> dict[str, Any]:
    """Links become references to the records of this plan; a link to a record that is not there says nothing."""
    found = {}
    for name, value in values.items():
        if not isinstance(value, Link):
            found[name] = value
        elif value.record in ids:
            found[name] = f"{ENTITY_SETS[value.record]}({ids[value.record]})"
    return found
