"""The failure inbox in the table `failures`: one row per fault, not per attempt, with the message so that it can be
replayed."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.clients.packing import pack, unpack
from shared.clients.tables import Tables, storage_failures

PARTITION = "failures"
_MOST_PARAMS = 30_000
"""Characters; two bytes each."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One fault: its code and particulars, whose message it stopped, how often, and whether it still stands."""

    id: str
    code: str
    queue: str
    key: str
    trace: str
    params: dict[str, Any] = field(default_factory=dict)
    cause: str = ""
    attempts: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    state: str = "open"
    body: bytes = b""
    replays: int = 0
    etag: str | None = None


class FailureStore:
    """Keeps, lists and closes faults. `now` is the writer's clock."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def record(
        self,
        *,
        code: str,
        queue: str,
        key: str,
        trace: str,
        params: dict[str, Any],
        cause: str,
        attempts: int,
        body: bytes,
    ) -> str:
        """Opens the fault, or opens it again with a later time.

        Returns its id, which is the same for the same fault.
        """
        failure_id = fault_id(queue, key, code)
        known = self.get(failure_id)
        now = self._now()
        failure = Failure(
            id=failure_id,
            code=code,
            queue=queue,
            key=key,
            trace=trace,
            params=params,
            cause=cause,
            attempts=(known.attempts if known else 0) + attempts,
            first_at=known.first_at if known else now,
            last_at=now,
            body=body,
            replays=known.replays if known else 0,
        )
        self._put(failure)
        return failure_id

    def get(self, failure_id: str) -> Failure | None:
        """The fault with this id, or None."""
        from azure.core.exceptions import ResourceNotFoundError

        with storage_failures():
            try:
                return _failure_of(self._table.get_entity(PARTITION, failure_id))
            except ResourceNotFoundError:
                return None

    def all(self, *, state: str | None = None) -> list[Failure]:
        """Every fault, the latest first; of one state when asked so."""
        condition = "PartitionKey eq @pk" + (" and state eq @state" if state else "")
        with storage_failures():
            rows = self._table.query_entities(condition, parameters={"pk": PARTITION, "state": state or ""})
            failures = [_failure_of(row) for row in rows]
        return sorted(failures, key=lambda one: (one.last_at.timestamp() if one.last_at else 0, one.id), reverse=True)

    def unsettled_traces(self) -> set[str]:
        """The traces of the messages whose fault is open, or whose replay has not come to its end."""
        with storage_failures():
            rows = self._table.query_entities(
                "PartitionKey eq @pk and state ne 'closed'", parameters={"pk": PARTITION}, select=["trace"]
            )
            return {row["trace"] for row in rows}

    def mark_replayed(self, failure: Failure) -> Failure:
        """Notes that the message goes round again; the fault opens anew if it fails again."""
        replayed = replace(failure, state="replayed", replays=failure.replays + 1)
        self._put(replayed)
        return replayed

    def not_replayed(self, failure: Failure) -> None:
        """Notes that the message could not be sent: the fault stands as it stood before."""
        self._put(failure)

    def close(self, failure_id: str) -> None:
        """Notes that the replayed message went through. What opened anew meanwhile stays open."""
        failure = self.get(failure_id)
        if failure and failure.state == "replayed":
            self._put(replace(failure, state="closed"))

    def overcome(self, failure: Failure) -> None:
        """Notes that its cause has gone without a replay."""
        self._put(replace(failure, state="closed"))

    @property
    def _table(self) -> Any:
        return self._tables.table("failures")

    def _put(self, failure: Failure) -> None:
        with storage_failures():
            self._table.upsert_entity(_entity(failure), mode="replace")


def fault_id(queue: str, key: str, code: str) -> str:
    """The same fault has the same id: 20 hex digits over queue, key and code."""
    return hashlib.sha256(f"{queue}\n{key}\n{code}".encode()).hexdigest()[:20]


def _entity(failure: Failure) -> dict[str, Any]:
    return {
        "PartitionKey": PARTITION,
        "RowKey": failure.id,
        "schema": 1,
        "code": failure.code,
        "queue": failure.queue,
        "key": failure.key,
        "trace": failure.trace,
        "params": _text_of(failure.params),
        "cause": failure.cause[:1_000],
        "attempts": failure.attempts,
        "first_at": failure.first_at.isoformat() if failure.first_at else "",
        "last_at": failure.last_at.isoformat() if failure.last_at else "",
        "state": failure.state,
        "replays": failure.replays,
        **pack(failure.body.decode("utf-8", "replace")),
    }


def _text_of(params: dict[str, Any]) -> str:
    """A property holds 64 KiB; a value that is too long for it is cut, so that the row can still be read."""
    text = json.dumps(params, ensure_ascii=False, default=str)
    if len(text) <= _MOST_PARAMS:
        return text
    shortened = {name[:100]: str(value)[:200] for name, value in list(params.items())[:50]}
    return json.dumps(shortened, ensure_ascii=False)


def _failure_of(row: Any) -> Failure:
    return Failure(
        id=row["RowKey"],
        code=row["code"],
        queue=row["queue"],
        key=row["key"],
        trace=row["trace"],
        params=json.loads(row["params"]),
        cause=row["cause"],
        attempts=int(row["attempts"]),
        first_at=datetime.fromisoformat(row["first_at"]) if row["first_at"] else None,
        last_at=datetime.fromisoformat(row["last_at"]) if row["last_at"] else None,
        state=row["state"],
        body=unpack(row).encode(),
        replays=int(row["replays"]),
        etag=row.metadata["etag"],
    )
