"""Leads, referrals and their timelines in Table Storage: read one, change one, all rows of a change in one
transaction."""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.clients.lead_rows import (
    PARTITION,
    event_entity,
    event_of,
    feed_entity,
    lead_entity,
    lead_of,
    moment,
    referral_entity,
    referral_of,
    text_entity,
    text_key,
)
from shared.clients.ledger_rows import page_operations, read_page
from shared.clients.packing import PIECE, pack, unpack
from shared.clients.tables import Tables, storage_failures
from shared.errors import TransientError
from shared.rules.change import BigText, Change, Found
from shared.rules.events import Event
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import Lead
from shared.rules.road import owed

if TYPE_CHECKING:
    from azure.data.tables import TableClient

logger = logging.getLogger(__name__)

_ATTEMPTS = 8
"""How often a change is decided again when somebody else saved in between."""


class SweepRow(NamedTuple):
    """A lead or referral that a step still owes something."""

    kind: str
    key: str
    owed: str
    since: datetime


class LeadStore:
    """The table `leads` (and `raw`, `evidence` for what is big). `now` is the writer's clock."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def lead(self, domain: str) -> Lead | None:
        """The lead of this domain, or None."""
        entity = self._get(f"lead:{domain}")
        return lead_of(entity) if entity else None

    def referral(self, key: str) -> KeptReferral | None:
        """The referral with this key, or None."""
        entity = self._get(f"ref:{key}")
        return referral_of(entity) if entity else None

    def find(
        self, *, domain: str | None = None, referral_key: str | None = None, other_domain: str | None = None
    ) -> Found:
        """Reads what is named, and remembers under which ETags."""
        rows: dict[str, Any] = {
            "lead": self._get(f"lead:{domain}") if domain else None,
            "referral": self._get(f"ref:{referral_key}") if referral_key else None,
            "other_lead": self._get(f"lead:{other_domain}") if other_domain else None,
            "names": (domain, referral_key, other_domain),
        }
        return Found(
            lead=lead_of(rows["lead"]) if rows["lead"] else None,
            referral=referral_of(rows["referral"]) if rows["referral"] else None,
            other_lead=lead_of(rows["other_lead"]) if rows["other_lead"] else None,
            rows=rows,
        )

    def find_listed(self, *, domain: str | None, referral_key: str) -> Found:
        """Reads the lead, and the referral only where the lead lists it.

        One that it does not list counts as new. Saving it proves that: its row is created, and when it is there after
        all, `change` reads everything and decides again.
        """
        found = self.find(domain=domain)
        may_be_known = domain is None or (found.lead is not None and referral_key in found.lead.referrals)
        row = self._get(f"ref:{referral_key}") if may_be_known else None
        rows = {**found.rows, "referral": row, "names": (domain, referral_key, None)}
        return replace(found, referral=referral_of(row) if row else None, rows=rows)

    def change(self, decide: Callable[[Found], Change | None], found: Found) -> Change | None:
        """Saves what `decide` makes of what was found, all of it or nothing.

        When somebody saved in between, everything is read and decided again; so `decide` must be pure.
        Returns what was saved, with its new versions, or None when there was nothing to do.
        """
        for _ in range(_ATTEMPTS):
            change = decide(found)
            if change is None:
                return None
            beside = self._kept_beside(change.big_text)
            saved, mark = self._stamped(change), secrets.token_hex(8)
            if found.page and saved.page:
                beside += page_operations(found.page, saved.page)
            if self._save(saved, found.rows, mark, beside):
                return saved
            found = self._find_again(found)
            if any(row and row.get("saved_as") == mark for row in _rows_of(found)):
                return saved  # it was us: the SDK tried again after the answer to the first try had been lost
        raise TransientError("storage_unavailable", why="others_kept_saving", times=_ATTEMPTS)

    def _find_again(self, found: Found) -> Found:
        domain, referral_key, other_domain = found.rows["names"]
        again = self.find(domain=domain, referral_key=referral_key, other_domain=other_domain)
        if found.page is None:
            return again
        with storage_failures():
            return replace(again, page=read_page(self._leads, found.page.home))

    def events(self, subject: str, *, limit: int, after: str | None = None) -> tuple[list[dict[str, Any]], str | None]:
        """A page of a timeline, newest first, and the mark of the next page."""
        start = after or f"event:{subject}:"
        operator = "gt" if after else "ge"
        with storage_failures():
            pages = self._leads.query_entities(
                f"PartitionKey eq @pk and RowKey {operator} @start and RowKey lt @end",
                parameters={"pk": PARTITION, "start": start, "end": f"event:{subject};"},
                results_per_page=limit + 1,
            ).by_page()
            rows = list(next(pages, iter(())))
        shown = [event_of(row) for row in rows[:limit]]
        return shown, (rows[limit - 1]["RowKey"] if len(rows) > limit else None)

    def add_events(self, subject: str, events: Sequence[Event]) -> None:
        """Puts events on a timeline by themselves: what changed no lead, such as an export."""
        at = self._now()
        with storage_failures():
            for number, event in enumerate(events):
                chance = secrets.randbelow(10**6)
                self._leads.upsert_entity(event_entity(subject, event, at=at, version=chance, number=number))

    def all_leads(self) -> Iterator[Lead]:
        """Every lead in full, by domain, 1,000 to a request: for a person's commands; a door reads the list."""
        with storage_failures():
            for row in self._leads.query_entities(
                "PartitionKey eq @pk and RowKey ge 'lead:' and RowKey lt 'lead;'",
                parameters={"pk": PARTITION},
                select=["RowKey", "version", "identity", "referrals", "scan", "judgement", "dynamics", "updated_at"],
            ):
                yield lead_of(row)

    def owed_rows(self) -> Iterator[SweepRow]:
        """Every lead and referral that a step still owes something, oldest rows of the table first."""
        with storage_failures():
            for row in self._leads.query_entities(
                "PartitionKey eq @pk and RowKey ge 'lead:' and RowKey lt 'ref;' and owed ne ''",
                parameters={"pk": PARTITION},
                select=["RowKey", "owed", "owed_since"],
            ):
                kind, _, key = row["RowKey"].partition(":")
                yield SweepRow(kind, key, row["owed"], moment(row["owed_since"]) or self._now())

    def big_text(self, table: str, partition: str, row_key: str) -> str | None:
        """A referral's JSON as it came (`raw`) or a scan's evidence (`evidence`), or None when retention has pruned
        it."""
        from azure.core.exceptions import ResourceNotFoundError

        if beside := self._get(text_key(table, partition, row_key)):
            return unpack(beside)
        with storage_failures():
            try:
                return unpack(self._tables.table(table).get_entity(partition, row_key))
            except ResourceNotFoundError:
                return None

    def keep_big_text(self, table: str, partition: str, row_key: str, text: str) -> None:
        """Keeps a text in its own table: one too large for its message, or for a lead's transaction."""
        from azure.data.tables import UpdateMode

        entity = {"PartitionKey": partition, "RowKey": row_key, "at": self._now().isoformat(), **pack(text)}
        with storage_failures():
            self._tables.table(table).upsert_entity(entity, mode=UpdateMode.REPLACE)

    @property
    def _leads(self) -> "TableClient":
        return self._tables.table("leads")

    def _get(self, row_key: str) -> Any:
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                return self._leads.get_entity(PARTITION, row_key)
            except ResourceNotFoundError:
                return None

    def _stamped(self, change: Change) -> Change:
        now = self._now()

        def next_version(lead: Lead | None) -> Lead | None:
            return replace(lead, version=lead.version + 1, updated_at=now) if lead else None

        row = change.referral
        referral = replace(row, updated_at=now, revision=row.revision + 1) if row else None
        return replace(
            change, lead=next_version(change.lead), other_lead=next_version(change.other_lead), referral=referral
        )

    def _kept_beside(self, text: BigText | None) -> list[Any]:
        """What keeps this text in the transaction; a long one is written first, elsewhere."""
        if text is None:
            return []
        entity = text_entity(text, at=self._now())
        if len(entity["p00"]) < PIECE:
            return [_upsert(entity)]
        self.keep_big_text(text.table, text.partition, text.row_key, text.text)
        return []

    def _save(self, change: Change, entities: Mapping[str, Any], mark: str, beside: Sequence[Any]) -> bool:
        """One transaction; false when a row changed since it was read. Its rows carry the mark."""
        from azure.core.exceptions import HttpResponseError
        from azure.data.tables import TableTransactionError

        now = self._now()
        operations: list[Any] = list(beside)
        for name, lead in (("lead", change.lead), ("other_lead", change.other_lead)):
            if lead:
                entity = lead_entity(lead, owed_since=_owed_since(lead, entities[name], now))
                operations.append(_guarded({**entity, "saved_as": mark}, entities[name]))
                operations.append(
                    _upsert(feed_entity("lead", lead.domain, at=now, version=lead.version, card=entity["card"]))
                )
        if row := change.referral:
            entity = referral_entity(row)
            operations.append(_guarded({**entity, "saved_as": mark}, entities["referral"]))
            operations.append(_upsert(feed_entity("ref", row.key, at=now, version=row.revision, card=entity["card"])))
        subject = change.lead.domain if change.lead else f"ref.{change.referral.key}" if change.referral else "hunter"
        version = change.lead.version if change.lead else change.referral.revision if change.referral else 0
        for number, event in enumerate(change.events):
            operations.append(_upsert(event_entity(subject, event, at=now, version=version, number=number)))
        with storage_failures():
            try:
                self._leads.submit_transaction(operations)
            except TableTransactionError as error:
                if error.status_code in (404, 409, 412) or _is_conflict(error):
                    return False
                raise
            except HttpResponseError as error:
                if error.status_code in (409, 412):
                    return False
                raise
        return True


def _owed_since(lead: Lead, before: Any, now: datetime) -> datetime:
    """When the present debt began: it goes on while the same step stays owed."""
    due = owed(lead)
    if before and due and before["owed"] == due.step:
        return moment(before["owed_since"]) or now
    return now


def _guarded(entity: dict[str, Any], before: Any) -> Any:
    """Create when there was nothing, else replace what was read and nothing newer."""
    from azure.core import MatchConditions

    if before is None:
        return ("create", entity)
    return (
        "update",
        entity,
        {"mode": "replace", "etag": before.metadata["etag"], "match_condition": MatchConditions.IfNotModified},
    )


def _rows_of(found: Found) -> list[Any]:
    return [found.rows[name] for name in ("lead", "other_lead", "referral")]


def _upsert(entity: dict[str, Any]) -> Any:
    return ("upsert", entity, {"mode": "replace"})


def _is_conflict(error: Any) -> bool:
    code = str(getattr(error, "error_code", "") or "")
    return "EntityAlreadyExists" in code or "UpdateConditionNotSatisfied" in code or "ConditionNotMet" in code
