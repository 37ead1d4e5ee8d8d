"""Dynamics 365 (Dataverse Web API v9.2): questions and plans in, rows and outcomes out; at most one round trip for
each.

Reads are one `$batch` of filters, a write is one `$batch` with one change set. A 401 renews the token once; throttling
closes the gate; whatever else is refused becomes one of our errors (`dynamics_errors`).
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from shared.clients.dynamics_batch import (
    API,
    BadBatch,
    BatchPart,
    BatchRequest,
    read_batch,
    write_change_set,
    write_reads,
)
from shared.clients.dynamics_errors import Conflict, refusal, request_id
from shared.clients.dynamics_metadata import metadata_paths, organisation_of
from shared.clients.dynamics_requests import headers_for, read_path, write_request
from shared.clients.http_session import Answer, HttpSession
from shared.errors import PermanentError, TransientError
from shared.rules.dynamics.columns import RECORDS, Record
from shared.rules.dynamics.input import Organisation
from shared.rules.dynamics.reads import Read, master_reads
from shared.rules.dynamics.score_row import ScoreRow
from shared.rules.dynamics.shapes import FoundRows, Plan
from shared.rules.dynamics.state import Row, row_id, state_of

logger = logging.getLogger(__name__)

_TIMEOUT = (5.0, 120.0)
"""Seconds to connect and to answer; two minutes for a write is what Microsoft's own client allows."""
_METADATA_LIVES = timedelta(hours=1)
_PROBLEMS_LIVE = timedelta(minutes=1)
_LONGEST_CHAIN = 5
"""Merges of merges that are followed."""


class Token(Protocol):
    """Gives a bearer token, a fresh one when the last was refused."""

    def __call__(self, force_refresh: bool = False) -> str: ...


class Gate(Protocol):
    """Shared by all instances: nobody calls while it is closed."""

    def check(self) -> None: ...

    def closing(self, error: TransientError) -> TransientError: ...


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a write came to. `request_ids` are Dynamics' own, for support cases."""

    request_ids: tuple[str, ...] = ()


class Dynamics:
    """One organisation. `correlation` names the work in Dynamics' own logs."""

    def __init__(
        self,
        url: str,
        *,
        session: HttpSession,
        token: Token,
        gate: Gate | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._url = url.rstrip("/")
        self._session = session
        self._token = token
        self._gate = gate
        self._now = now
        self._organisation: Organisation | None = None
        self._asked_at: datetime | None = None
        self._asking = threading.Lock()

    def read(self, reads: Sequence[Read], *, correlation: str = "") -> FoundRows:
        """The rows for these questions in one round trip; one more only when a record was merged into another.

        Raises `Conflict`, `TransientError` or `PermanentError`.
        """
        found = self._rows(reads, correlation)
        for _ in range(_LONGEST_CHAIN):
            unread = {record: _unread_masters(record, found.get(record, [])) for record in RECORDS}
            missing = [master_reads(record, ids) for record, ids in unread.items() if ids]
            if not missing:
                break
            more = self._rows(missing, correlation)
            if not any(more.values()):
                break
            for record, rows in more.items():
                found[record] = found.get(record, []) + rows
        return FoundRows({record: tuple(_once(record, rows)) for record, rows in found.items()})

    def write(self, plan: Plan, score: ScoreRow | None = None, *, correlation: str = "") -> WriteResult:
        """Carries out a plan, and puts the score where the sales form shows it: all of it, or nothing.

        Raises `Conflict` when things changed since the plan was made; `TransientError` with `sent` true when nobody
        knows whether it was done; `PermanentError` for what Dynamics will not take.
        """
        requests = [write_request(record) for record in plan.writes]
        if score:
            requests.append(BatchRequest("PATCH", score.path, {}, score.content))
        content_type, body = write_change_set(requests)
        answer = self._call("POST", "$batch", correlation, headers={"Content-Type": content_type}, data=body)
        parts = self._parts(answer, sent=True)
        self._refuse_errors(parts)
        if len(parts) != len(requests):
            raise TransientError("dyn_unavailable", **_incomplete(parts, requests), sent=True)
        named = (request_id(headers) for headers in (answer.headers, *(part.headers for part in parts)))
        ids = dict.fromkeys(one for one in named if one)
        logger.info("dynamics.written records=%d request_ids=%s trace=%s", len(requests), ",".join(ids), correlation)
        return WriteResult(tuple(ids))

    def organisation(self, *, fresh: bool = False) -> Organisation:
        """What this organisation can take: asked once an hour, each minute while a column or key is missing."""
        with self._asking:
            age = self._now() - self._asked_at if self._asked_at else None
            known = self._organisation
            usable = known is not None and not (known.missing_columns or known.inactive_keys)
            if known is None or age is None or fresh or age >= (_METADATA_LIVES if usable else _PROBLEMS_LIVE):
                known = organisation_of(self._metadata())
                self._organisation, self._asked_at = known, self._now()
            return known

    def note_refused_scores(self, privilege: str) -> None:
        """Remembers that scores are not taken, until this organisation is asked about itself again."""
        with self._asking:
            if self._organisation:
                self._organisation = replace(self._organisation, scores_refused=privilege)

    def _metadata(self) -> list[dict[str, Any]]:
        try:
            return self.get_all(metadata_paths())
        except Conflict as missing:
            raise PermanentError("dyn_column_missing", why="dyn_no_sales", said=missing.message) from None

    def get_all(self, paths: Sequence[str], *, correlation: str = "") -> list[dict[str, Any]]:
        """The JSON at each of these paths, in one round trip."""
        parts = self._batch([BatchRequest("GET", path, {"Accept": "application/json"}) for path in paths], correlation)
        return [_content(part) for part in parts]

    def get(self, path: str, *, headers: Mapping[str, str] | None = None, correlation: str = "") -> dict[str, Any]:
        """The JSON at a path relative to the API, or at a next link of ours."""
        return _content(self._call("GET", self._relative(path), correlation, headers=headers))

    def post(
        self, path: str, content: Mapping[str, Any], *, headers: Mapping[str, str] | None = None, correlation: str = ""
    ) -> Answer:
        """An action or a new row at a path relative to the API."""
        return self._call("POST", path, correlation, headers=headers, content=content)

    def url_of(self, record: str, record_id: str) -> str:
        """Where a person opens the record."""
        return f"{self._url}/main.aspx?pagetype=entityrecord&etn={record}&id={record_id}"

    def _rows(self, reads: Sequence[Read], correlation: str) -> dict[Record, list[Row]]:
        answers = self.get_all([read_path(read) for read in reads], correlation=correlation)
        found: dict[Record, list[Row]] = {}
        for read, answer in zip(reads, answers, strict=True):
            found.setdefault(read.record, []).extend(answer.get("value", ()))
        return found

    def _batch(self, requests: Sequence[BatchRequest], correlation: str) -> list[BatchPart]:
        content_type, body = write_reads(requests)
        answer = self._call("POST", "$batch", correlation, headers={"Content-Type": content_type}, data=body)
        parts = self._parts(answer, sent=False)
        self._refuse_errors(parts)
        if len(parts) != len(requests):
            raise TransientError("dyn_unavailable", **_incomplete(parts, requests))
        return parts

    def _call(
        self,
        method: str,
        path: str,
        correlation: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: Any = None,
        data: bytes | None = None,
    ) -> Answer:
        """One request, and a second with a fresh token when the first was answered 401 (it was not carried out)."""
        refreshed = False
        while True:
            if self._gate:
                self._gate.check()
            answer = self._session.request(
                method,
                f"{self._url}{API}{path}",
                headers={**headers_for(self._token(force_refresh=refreshed), correlation), **(headers or {})},
                json=content,
                data=data,
                timeout=_TIMEOUT,
            )
            if answer.status == 401 and not refreshed:
                refreshed = True
                continue
            if answer.status < 400 or answer.headers.get("Content-Type", "").lower().startswith("multipart/"):
                return answer
            raise self._error(answer.status, answer.headers, answer.body)

    def _parts(self, answer: Answer, *, sent: bool) -> list[BatchPart]:
        try:
            return read_batch(answer.headers.get("Content-Type", ""), answer.body)
        except BadBatch as error:
            raise TransientError(
                "dyn_unavailable", f"The answer is no batch: {error}.", why="dyn_no_batch", sent=sent
            ) from None

    def _refuse_errors(self, parts: Sequence[BatchPart]) -> None:
        for part in parts:
            if part.status >= 400:
                raise self._error(part.status, part.headers, part.body)

    def _error(self, status: int, headers: Mapping[str, str], body: bytes) -> Exception:
        error = refusal(status, headers, body, now=self._now())
        logger.warning(
            "dynamics.refused status=%d error=%s request_id=%s", status, _code_of(error), request_id(headers)
        )
        if isinstance(error, TransientError) and self._gate:
            return self._gate.closing(error)
        return error

    def _relative(self, path: str) -> str:
        """A next link is cut to what follows the API's path: the host stays the configured one."""
        if "://" not in path:
            return path
        parts = urlsplit(path)
        _, found, relative = parts.path.partition(API)
        if not found or parts.netloc != urlsplit(self._url).netloc:
            raise PermanentError("dyn_validation", field="nextLink", why="dyn_link_elsewhere")
        return f"{relative}?{parts.query}"


def _content(answer: Answer | BatchPart) -> dict[str, Any]:
    try:
        content = json.loads(answer.body or b"{}")
    except ValueError:
        raise TransientError("dyn_unavailable", why="dyn_not_json") from None
    return content if isinstance(content, dict) else {"value": content}


def _incomplete(parts: Sequence[BatchPart], requests: Sequence[BatchRequest]) -> dict[str, Any]:
    return {"why": "dyn_answer_incomplete", "found": len(parts), "asked": len(requests)}


def _unread_masters(record: Record, rows: Sequence[Row]) -> tuple[str, ...]:
    if record == "opportunity":
        return ()
    known = {row_id(record, row) for row in rows}
    masters = [str(row.get("_masterid_value") or "").lower() for row in rows if state_of(record, row) == "merged"]
    return tuple(dict.fromkeys(master for master in masters if master and master not in known))


def _once(record: Record, rows: Sequence[Row]) -> list[Row]:
    return list({row_id(record, row): row for row in rows}.values())


def _code_of(error: Exception) -> str:
    return str(getattr(error, "code", type(error).__name__))
