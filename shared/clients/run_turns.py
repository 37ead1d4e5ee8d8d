"""Whose turn it is: one busy run per kind, one worker per run, and the word that asks it to stop.

A pointer row per kind, guarded by its ETag, names the run that may work; the lease on the run's own row names the
message that works on it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.clients.run_store import RunStore, TakenOver
from shared.clients.tables import Tables, storage_failures
from shared.errors import TransientError
from shared.rules.moments import iso
from shared.rules.run import Run

_LEASE = timedelta(minutes=1)


class RunTurns:
    """Starts runs, hands them to workers and takes them back. `now` is the writer's clock."""

    def __init__(self, tables: Tables, runs: RunStore, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._runs = runs
        self._now = now

    def start(self, *, kind: str, who: str, trace: str, request: dict[str, Any]) -> tuple[Run, bool]:
        """The new run, or the one of this kind that has not ended, and whether it is the new one.

        A pointer row guarded by its ETag keeps two starters from both succeeding.
        """
        for _ in range(5):
            pointer = self._pointer(kind)
            running = self._runs.get(pointer["run"]) if pointer else None
            if running and running.is_busy:
                return running, False
            run = self._runs.create(kind=kind, who=who, trace=trace, request=request)
            if self._pointed(run, pointer):
                return run, True
            with storage_failures():
                self._table.delete_entity("runs", run.id)
        raise TransientError("storage_unavailable", why="others_kept_starting", kind=kind)

    def start_after(self, busy: Run, *, who: str, trace: str, request: dict[str, Any]) -> tuple[Run, bool]:
        """A run that waits until the busy one of its kind has sent everything: it asks for more than that one
        covers. Joins one that waits for the same already; the flag tells whether it is new.
        """
        waiting = {**request, "after": busy.id}
        for run in self._runs.newest(kind=busy.kind, limit=20)[0]:
            if run.state == "queued" and run.request == waiting:
                return run, False
        return self._runs.create(kind=busy.kind, who=who, trace=trace, request=waiting), True

    def is_next(self, run: Run) -> bool:
        """Whether nobody of its kind is before it."""
        return self._is_free(run, self._pointer(run.kind))

    def take(self, run: Run, *, by: str) -> Run | None:
        """Takes the lease for a slice, or None while another message's worker holds it."""
        now = self._now()
        held = run.lease_until is not None and datetime.fromisoformat(run.lease_until) > now
        if (held and run.lease_by != by) or not self._is_its_turn(run):
            return None
        started = replace(
            run, started_at=run.started_at or iso(now), slices=run.slices + 1, lease_by=by, resumes_at=None
        )
        try:
            return self.renewed(started, state="running" if run.state == "queued" else run.state)
        except TakenOver:
            return None

    def renewed(self, run: Run, **changes: Any) -> Run:
        """Saves progress and prolongs the lease. Raises `TakenOver`."""
        return self._runs.save(replace(run, lease_until=(self._now() + _LEASE).isoformat(), **changes))

    def released(self, run: Run, **changes: Any) -> Run:
        """Saves progress and gives the lease back. Raises `TakenOver`."""
        return self._runs.save(replace(run, lease_until=None, lease_by=None, **changes))

    def ended(self, run: Run, state: str, **changes: Any) -> Run:
        """Saves the run's end."""
        return self._runs.save(
            replace(run, state=state, ended_at=iso(self._now()), lease_until=None, lease_by=None, **changes)
        )

    def reopened(self, run: Run) -> Run:
        """A cancelled or failed run that waits for its turn again, to go on where it stopped. Raises `TakenOver`."""
        self.withdraw_cancel(run.id)
        return self._runs.save(replace(run, state="queued", ended_at=None, resumes_at=iso(self._now())))

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

    def _is_its_turn(self, run: Run) -> bool:
        """One busy run per kind: the pointer row says which. A run that had to wait moves the pointer to itself."""
        pointer = self._pointer(run.kind)
        if pointer and pointer["run"] == run.id:
            return True
        return self._is_free(run, pointer) and self._pointed(run, pointer)

    def _is_free(self, run: Run, pointer: Any) -> bool:
        other = self._runs.get(pointer["run"]) if pointer and pointer["run"] != run.id else None
        return other is None or not other.is_busy

    def _pointer(self, kind: str) -> Any:
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                return self._table.get_entity("current", kind)
            except ResourceNotFoundError:
                return None

    def _pointed(self, run: Run, before: Any) -> bool:
        """Points to this run; false when somebody else has moved the pointer since it was read."""
        from azure.core import MatchConditions
        from azure.core.exceptions import HttpResponseError

        entity = {"PartitionKey": "current", "RowKey": run.kind, "run": run.id}
        with storage_failures():
            try:
                if before is None:
                    self._table.create_entity(entity)
                else:
                    etag = before.metadata["etag"]
                    guard = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
                    self._table.update_entity(entity, mode="replace", **guard)
            except HttpResponseError as error:
                if error.status_code not in (404, 409, 412):
                    raise
                return False
        return True

    @property
    def _table(self) -> Any:
        return self._tables.table("runs")
