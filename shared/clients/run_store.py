"""Runs in the table `runs`, a row each: made, read, saved under the ETag that was read, listed."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from shared.clients.tables import Tables, storage_failures
from shared.rules.moments import iso
from shared.rules.run import Run

_END_OF_MILLISECONDS = 10**14


class TakenOver(Exception):
    """Somebody else saved this run meanwhile: stop working on it."""


class RunStore:
    """Keeps runs. `now` is the writer's clock."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def create(self, *, kind: str, who: str, trace: str, request: dict[str, Any]) -> Run:
        """A new run beside all others. Its id sorts newest first."""
        now = self._now()
        run_id = f"{run_id_at(now)}-{secrets.token_hex(4)}"
        run = Run(id=run_id, kind=kind, who=who, trace=trace, request=request, created_at=iso(now))
        return self._insert(run)

    def get(self, run_id: str) -> Run | None:
        """The run with this id, or None."""
        row = self._row(run_id)
        return run_of(row) if row else None

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
                found.append(run_of(row))
                if len(found) > limit:
                    break
        return found[:limit], (found[limit - 1].id if len(found) > limit else None)

    def ended_since(self, moment: datetime, *, kind: str | None = None) -> Iterator[Run]:
        """Runs that were asked for since then and have ended, newest first."""
        condition = "PartitionKey eq 'runs' and RowKey le @oldest" + (" and kind eq @kind" if kind else "")
        oldest = f"{run_id_at(moment)}-~"
        with storage_failures():
            rows = self._table.query_entities(condition, parameters={"oldest": oldest, "kind": kind or ""})
            for row in rows:
                run = run_of(row)
                if run.is_over:
                    yield run

    def busy_since(self, moment: datetime) -> Iterator[Run]:
        """Runs that were asked for since then and still have to send items, newest first."""
        condition = "PartitionKey eq 'runs' and RowKey le @oldest and (state eq 'queued' or state eq 'running')"
        with storage_failures():
            for row in self._table.query_entities(condition, parameters={"oldest": f"{run_id_at(moment)}-~"}):
                yield run_of(row)

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


def run_id_at(moment: datetime) -> str:
    """How the ids of runs of this moment begin; older ones sort behind."""
    return f"{_END_OF_MILLISECONDS - int(moment.timestamp() * 1000):014}"


def run_of(row: Any) -> Run:
    """The run that this row holds."""
    return Run(
        id=row["RowKey"], kind=row["kind"], state=row["state"], etag=row.metadata["etag"], **json.loads(row["content"])
    )
