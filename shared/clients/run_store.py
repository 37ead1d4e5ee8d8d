"""Runs in the table `runs`: one row per run, one row per item of it, and who may run now.

Item rows are upserted under an id that the sender chose, so a redelivered message counts once.
"""

import json
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from shared.clients.tables import Tables, storage_failures
from shared.errors import TransientError

logger = logging.getLogger(__name__)

OVER = frozenset({"succeeded", "partial", "failed", "cancelled", "skipped"})
"""States in which a run has ended."""
_MOST_NOTES = 20
_END_OF_MILLISECONDS = 10**14
_LEASE = timedelta(minutes=1)
_REVIVE_AFTER = timedelta(minutes=2)
_BEGINS_WITHIN = timedelta(seconds=30)
"""A message that waits longer to be begun with is likelier lost than late; one too many does no harm."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was asked, how far it is, what came of it. Counts are of items; `outcomes` sums the item rows."""

    id: str
    kind: str
    state: str = "queued"
    who: str = "timer"
    trace: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    """Where the next slice goes on."""
    fetched: int = 0
    enqueued: int = 0
    skipped: int = 0
    skip_reasons: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    created_at: str = ""
    started_at: str | None = None
    ended_at: str | None = None
    slices: int = 0
    lease_until: str | None = None
    lease_by: str | None = None
    """The message that works on it; the same message delivered again may go on at once."""
    resumes_at: str | None = None
    """When its message comes back after a fault or a closed gate."""
    etag: str | None = None

    def with_note(self, code: str, *, at: datetime, cause: str = "") -> "Run":
        """The run with a reason more; the same reason again counts up instead of filling the record."""
        last = self.notes[-1] if self.notes else {}
        times = int(last.get("times", 1)) + 1 if last.get("code") == code else 1
        note = {"code": code, "cause": cause, "at": _iso(at), "times": times}
        return replace(self, notes=[*(self.notes[:-1] if times > 1 else self.notes), note][-_MOST_NOTES:])

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self.state in OVER

    @property
    def is_busy(self) -> bool:
        """Whether it still has to send items; while it only waits for answers, the next one of its kind may start."""
        return self.state in ("queued", "running")

    @property
    def pending(self) -> int:
        """Items that were sent and have not been answered."""
        return max(self.enqueued - sum(self.outcomes.values()), 0)


class TakenOver(Exception):
    """Somebody else saved this run meanwhile: stop working on it."""


class RunStore:
    """Keeps runs and their items. `now` is the writer's clock."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def start(self, *, kind: str, who: str, trace: str, request: dict[str, Any]) -> tuple[Run, bool]:
        """The new run, or the one of this kind that has not ended, and whether it is the new one.

        A pointer row guarded by its ETag keeps two starters from both succeeding.
        """
        from azure.core import MatchConditions
        from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

        for _ in range(5):
            with storage_failures():
                try:
                    pointer = self._table.get_entity("current", kind)
                except ResourceNotFoundError:
                    pointer = None
            running = self.get(pointer["run"]) if pointer else None
            if running and running.is_busy:
                return running, False
            run = self.create(kind=kind, who=who, trace=trace, request=request)
            entity = {"PartitionKey": "current", "RowKey": kind, "run": run.id}
            with storage_failures():
                try:
                    if pointer is None:
                        self._table.create_entity(entity)
                    else:
                        self._table.update_entity(
                            entity,
                            mode="replace",
                            etag=pointer.metadata["etag"],
                            match_condition=MatchConditions.IfNotModified,
                        )
                    return run, True
                except HttpResponseError as error:
                    if error.status_code not in (404, 409, 412):
                        raise
                self._table.delete_entity("runs", run.id)
        raise TransientError("storage_unavailable", f"Others kept starting a run of kind {kind}.")

    def create(self, *, kind: str, who: str, trace: str, request: dict[str, Any]) -> Run:
        """A new run beside all others. Its id sorts newest first."""
        now = self._now()
        run_id = f"{_END_OF_MILLISECONDS - int(now.timestamp() * 1000):014}-{secrets.token_hex(4)}"
        run = Run(id=run_id, kind=kind, who=who, trace=trace, request=request, created_at=_iso(now))
        return self._insert(run)

    def get(self, run_id: str) -> Run | None:
        """The run with this id, or None."""
        row = self._row(run_id)
        return _run_of(row) if row else None

    def save(self, run: Run) -> Run:
        """Saves under the ETag that was read. Raises `TakenOver` when somebody saved in between.

        The row carries a mark, since the SDK tries again when an answer was lost: what it then meets may be our own
        save, and taking that for somebody else's would leave the run to nobody.
        """
        from azure.core import MatchConditions
        from azure.core.exceptions import HttpResponseError

        mark = secrets.token_hex(8)
        with storage_failures():
            try:
                answer = self._table.update_entity(
                    {**_entity(run), "saved_as": mark},
                    mode="replace",
                    etag=run.etag,
                    match_condition=MatchConditions.IfNotModified,
                )
            except HttpResponseError as error:
                if error.status_code not in (404, 409, 412):
                    raise
                stands = self._row(run.id)
                if stands is None or stands.get("saved_as") != mark:
                    raise TakenOver(run.id) from None
                return replace(run, etag=stands.metadata["etag"])
        return replace(run, etag=answer["etag"])

    def take(self, run: Run, *, by: str) -> Run | None:
        """Takes the lease for a slice, or None while another message's worker holds it."""
        now = self._now()
        held = run.lease_until is not None and datetime.fromisoformat(run.lease_until) > now
        if (held and run.lease_by != by) or not self._is_its_turn(run):
            return None
        started = replace(
            run, started_at=run.started_at or _iso(now), slices=run.slices + 1, lease_by=by, resumes_at=None
        )
        try:
            return self.renewed(started, state="running" if run.state == "queued" else run.state)
        except TakenOver:
            return None

    def start_after(self, busy: Run, *, who: str, trace: str, request: dict[str, Any]) -> tuple[Run, bool]:
        """A run that waits until the busy one of its kind has sent everything: it asks for more than that one
        covers. Joins one that waits for the same already; the flag tells whether it is new.
        """
        waiting = {**request, "after": busy.id}
        for run in self.newest(kind=busy.kind, limit=20)[0]:
            if run.state == "queued" and run.request == waiting:
                return run, False
        return self.create(kind=busy.kind, who=who, trace=trace, request=waiting), True

    def _is_its_turn(self, run: Run) -> bool:
        """One busy run per kind: the pointer row says which. A run that had to wait moves the pointer to itself."""
        from azure.core import MatchConditions
        from azure.core.exceptions import HttpResponseError

        with storage_failures():
            pointer = self._table.get_entity("current", run.kind)
            if pointer["run"] == run.id:
                return True
            other = self.get(pointer["run"])
            if other and other.is_busy:
                return False
            try:
                self._table.update_entity(
                    {"PartitionKey": "current", "RowKey": run.kind, "run": run.id},
                    mode="replace",
                    etag=pointer.metadata["etag"],
                    match_condition=MatchConditions.IfNotModified,
                )
            except HttpResponseError as error:
                if error.status_code in (404, 409, 412):
                    return False
                raise
        return True

    def lease_left(self, run: Run) -> float:
        """Seconds until another worker may take the run."""
        return (
            max((datetime.fromisoformat(run.lease_until) - self._now()).total_seconds(), 0.0)
            if run.lease_until
            else 0.0
        )

    def looks_dead(self, run: Run) -> bool:
        """Whether nobody has worked on a busy run for so long that its message must have got lost."""
        moments = (run.created_at, run.started_at, run.lease_until, run.resumes_at)
        last = max(datetime.fromisoformat(moment) for moment in moments if moment)
        patience = _REVIVE_AFTER if run.started_at else _BEGINS_WITHIN
        return run.is_busy and self._now() - last > patience

    def ask_to_cancel(self, run_id: str) -> None:
        """Leaves word for the worker; a row of its own, so that the worker's lease stays valid."""
        with storage_failures():
            self._table.upsert_entity({"PartitionKey": "cancel", "RowKey": run_id})

    def withdraw_cancel(self, run_id: str) -> None:
        """Takes the word back, before a cancelled run is resumed."""
        with storage_failures():
            self._table.delete_entity("cancel", run_id)

    def cancel_asked(self, run_id: str) -> bool:
        """Whether somebody asked to cancel."""
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                self._table.get_entity("cancel", run_id)
            except ResourceNotFoundError:
                return False
        return True

    def renewed(self, run: Run, **changes: Any) -> Run:
        """Saves progress and prolongs the lease. Raises `TakenOver`."""
        return self.save(replace(run, lease_until=(self._now() + _LEASE).isoformat(), **changes))

    def released(self, run: Run, **changes: Any) -> Run:
        """Saves progress and gives the lease back. Raises `TakenOver`."""
        return self.save(replace(run, lease_until=None, lease_by=None, **changes))

    def ended(self, run: Run, state: str, **changes: Any) -> Run:
        """Saves the run's end."""
        return self.save(
            replace(run, state=state, ended_at=_iso(self._now()), lease_until=None, lease_by=None, **changes)
        )

    def reopened(self, run: Run) -> Run:
        """A cancelled or failed run that waits for its turn again, to go on where it stopped. Raises `TakenOver`."""
        self.withdraw_cancel(run.id)
        return self.save(replace(run, state="queued", ended_at=None, resumes_at=_iso(self._now())))

    def newest(
        self, *, kind: str | None = None, limit: int = 50, after: str | None = None
    ) -> tuple[list[Run], str | None]:
        """Runs, newest first, and the mark of the next page."""
        condition = "PartitionKey eq 'runs' and RowKey gt @after" + (" and kind eq @kind" if kind else "")
        found: list[Run] = []
        with storage_failures():
            for row in self._table.query_entities(
                condition, parameters={"after": after or "", "kind": kind or ""}, results_per_page=limit + 1
            ):
                found.append(_run_of(row))
                if len(found) > limit:
                    break
        return found[:limit], (found[limit - 1].id if len(found) > limit else None)

    def ended_since(self, moment: datetime, *, kind: str | None = None) -> Iterator[Run]:
        """Runs that were asked for since then and have ended, newest first."""
        condition = "PartitionKey eq 'runs' and RowKey le @oldest" + (" and kind eq @kind" if kind else "")
        oldest = f"{_END_OF_MILLISECONDS - int(moment.timestamp() * 1000):014}-~"
        with storage_failures():
            rows = self._table.query_entities(condition, parameters={"oldest": oldest, "kind": kind or ""})
            for row in rows:
                run = _run_of(row)
                if run.is_over:
                    yield run

    def put_item(self, run_id: str, item: str, *, outcome: str, key: str, **particulars: Any) -> None:
        """Notes what came of one item; the same item again only replaces its row."""
        with storage_failures():
            self._table.upsert_entity(
                {
                    "PartitionKey": f"items:{run_id}",
                    "RowKey": item,
                    "outcome": outcome,
                    "key": key,
                    "at": _iso(self._now()),
                    "more": json.dumps(particulars, ensure_ascii=False, default=str),
                },
                mode="replace",
            )

    def outcomes(self, run_id: str) -> dict[str, int]:
        """How many items ended how, counted from their rows."""
        with storage_failures():
            rows = self._table.query_entities(
                "PartitionKey eq @pk", parameters={"pk": f"items:{run_id}"}, select=["outcome"]
            )
            return dict(Counter(row["outcome"] for row in rows))

    def items(
        self, run_id: str, *, limit: int = 100, after: str | None = None, outcome: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """A page of a run's items with what came of each, and the mark of the next page."""
        condition = "PartitionKey eq @pk and RowKey gt @after" + (" and outcome eq @outcome" if outcome else "")
        found = []
        with storage_failures():
            parameters = {"pk": f"items:{run_id}", "after": after or "", "outcome": outcome or ""}
            for row in self._table.query_entities(condition, parameters=parameters, results_per_page=limit + 1):
                found.append(
                    {
                        "item": row["RowKey"],
                        "key": row["key"],
                        "outcome": row["outcome"],
                        "at": row["at"],
                        **json.loads(row["more"]),
                    }
                )
                if len(found) > limit:
                    break
        return found[:limit], (found[limit - 1]["item"] if len(found) > limit else None)

    @property
    def _table(self) -> Any:
        return self._tables.table("runs")

    def _row(self, run_id: str) -> Any:
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                return self._table.get_entity("runs", run_id)
            except ResourceNotFoundError:
                return None

    def _insert(self, run: Run) -> Run:
        """Writes the row of a run whose id nobody else can have: one that stands there already is our own."""
        with storage_failures():
            answer = self._table.upsert_entity(_entity(run), mode="replace")
        return replace(run, etag=answer["etag"])


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _entity(run: Run) -> dict[str, Any]:
    content = {name: value for name, value in asdict(run).items() if name not in ("id", "kind", "state", "etag")}
    return {
        "PartitionKey": "runs",
        "RowKey": run.id,
        "schema": 1,
        "kind": run.kind,
        "state": run.state,
        "content": json.dumps(content, ensure_ascii=False),
    }


def _run_of(row: Any) -> Run:
    return Run(
        id=row["RowKey"], kind=row["kind"], state=row["state"], etag=row.metadata["etag"], **json.loads(row["content"])
    )
