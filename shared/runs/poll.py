"""A run of kind `referrals`: Partner Center's pages in, one message per referral out, and the mark moved on.

The mark is saved only for what the queue has accepted: after each page while pages come in update order (`filter`),
at the end otherwise. Each page is fenced by the run's ETag before it is sent (design section 4).
"""

import logging
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from shared.clients.partner_center import FilterRefused, Page, StaleLink
from shared.connections import Connections
from shared.errors import PermanentError, TransientError
from shared.messages import Envelope
from shared.referral_message import referral_message
from shared.rules.referral_identity import referral_key
from shared.rules.run import Run
from shared.rules.ticks import TICKS_PER_SECOND, ticks, ticks_of

logger = logging.getLogger(__name__)

SLICE_SECONDS = 120
"""How long one slice reads before it hands over to the next message; far below the function's time limit."""
_MOST_RESTARTS = 5
"""Stale links in one run before it waits for better weather."""
_AHEAD = timedelta(minutes=10)
"""A record dated further ahead of the answer's own clock does not move the mark."""


@dataclass(slots=True)
class _Reading:
    """Where this run stands between pages."""

    mode: str
    since: int | None
    skiptoken: str | None = None
    page: int = 0
    highest: int = 0
    over: bool = False
    """Whether the last page has been sent."""
    in_order: bool = True
    """Whether everything so far came in update order, as was asked for."""
    restarts: int = 0
    """How often a stale link sent it back to the mark."""
    seen: frozenset[tuple[str, int]] = frozenset()
    """What the page before held: what moves while we read appears on two pages that follow each other."""

    def progress(self) -> dict[str, Any]:
        """What the next slice needs. What was seen is not kept: a repeat is then `unchanged`."""
        return {
            "mode": self.mode,
            "since": self.since,
            "skiptoken": self.skiptoken,
            "page": self.page,
            "highest": self.highest,
            "over": self.over,
            "in_order": self.in_order,
            "restarts": self.restarts,
        }


def poll(run: Run, to: Connections) -> Run:
    """Reads pages until the last one or the end of the slice; `finishing` when everything has been sent."""
    reading = _where_to_read(run, to)
    began = time.monotonic()
    while not reading.over:
        to.partner_center_gate.check()
        try:
            page = to.partner_center.page(reading.mode, since_ticks=reading.since, skiptoken=reading.skiptoken)
        except FilterRefused:
            reading = replace(reading, mode="scan", skiptoken=None)
            run = to.turns.renewed(run.with_note("filter_refused", at=to.now()), progress=reading.progress())
            continue
        except StaleLink:
            if reading.skiptoken is None or reading.restarts >= _MOST_RESTARTS:
                to.turns.renewed(run, progress=replace(reading, skiptoken=None, restarts=0).progress())
                raise TransientError("pc_bad_answer", why="links_stale") from None
            reading = replace(
                reading, skiptoken=None, since=_since(run, to), restarts=reading.restarts + 1, seen=frozenset()
            )
            run = to.turns.renewed(run.with_note("link_stale", at=to.now()), progress=reading.progress())
            continue
        except TransientError as error:
            raise to.partner_center_gate.closing(error) from None
        run = _take(page, reading, run, to)
        if reading.over:
            break
        if to.turns.cancel_asked(run.id):
            return replace(run, state="cancelled")
        if time.monotonic() - began > SLICE_SECONDS:
            return run
    _move_mark(reading, run, to)
    return replace(run, state="finishing")


def _where_to_read(run: Run, to: Connections) -> _Reading:
    if run.progress:
        return _Reading(**run.progress)
    mode = str(run.request.get("mode") or to.settings.partner_center_mode)
    return _Reading(mode=mode, since=_since(run, to))


def _since(run: Run, to: Connections) -> int | None:
    """Ticks from which to read: as asked, else the mark less the overlap; None means everything."""
    if asked := run.request.get("since"):
        return ticks(str(asked))
    mark = to.state.get("cursor", "referrals")
    if mark is None or run.request.get("mode") == "full":
        return None
    return int(mark["ticks"]) - to.settings.partner_center_overlap_minutes * 60 * TICKS_PER_SECOND


def _take(page: Page, reading: _Reading, run: Run, to: Connections) -> Run:
    """Sends one page's referrals and saves how far it got."""
    reading.page += 1
    skipped: Counter[str] = Counter()
    here: set[tuple[str, int]] = set()
    messages: list[Envelope] = []
    quarantined, reached_known = 0, False
    for index, record in enumerate(page.records):
        updated = _updated(record)
        if reading.mode == "scan" and reading.since is not None and updated is not None and updated < reading.since:
            reached_known = True
            continue
        key = _key(record)
        identity = (key, updated or 0) if key else None
        if reason := _skip_reason(record, identity, reading.seen | here):
            skipped[reason] += 1
            continue
        if identity:
            here.add(identity)
        _note_mark(updated, page, reading)
        try:
            messages.append(_message(record, f"{reading.page:05}-{index:03}", run, to))
        except PermanentError as fault:
            quarantined += 1
            _quarantine(record, f"{reading.page:05}-{index:03}", fault, run, to)
    run = to.turns.renewed(run)
    to.queues.send_all(messages)
    reading.skiptoken, reading.seen = page.next_skiptoken, frozenset(here)
    reading.over = reached_known or page.next_skiptoken is None
    enqueued = len(messages) + quarantined
    run = to.turns.renewed(
        run,
        fetched=run.fetched + enqueued + skipped.total(),
        enqueued=run.enqueued + enqueued,
        skipped=run.skipped + skipped.total(),
        skip_reasons=dict(Counter(run.skip_reasons) + skipped),
        progress=reading.progress(),
    )
    if reading.mode == "filter" and reading.in_order and not reading.over:
        _move_mark(reading, run, to)
    logger.info(
        "sync.page run=%s page=%d enqueued=%d skipped=%d trace=%s",
        run.id, reading.page, enqueued, skipped.total(), run.trace,
    )  # fmt: skip
    return run


def _message(record: Any, item: str, run: Run, to: Connections) -> Envelope:
    trace = f"{run.trace}-{item}"  # the run's own id stays whole in it: one search finds the poll and all it brought
    return referral_message(record, item=item, polled_at=to.now(), trace=trace, run=run.id, leads=to.leads)


def _quarantine(record: Any, item: str, fault: PermanentError, run: Run, to: Connections) -> None:
    """A record that fits no message stops nobody but itself."""
    key = _key(record) or f"unnamed-{run.id}-{item}"
    to.failures.record(
        code=fault.code, queue="referrals", key=key, trace=run.trace, params=fault.params, cause=fault.cause,
        attempts=1, body=b"",
    )  # fmt: skip
    to.run_items.put(run.id, item, outcome="quarantined", key=key, code=fault.code)
    logger.error("inbox.opened code=%s queue=referrals key=%s trace=%s", fault.code, key, run.trace)


def _key(record: Any) -> str | None:
    """The key of the row that this record belongs to; None when it names no id."""
    return referral_key(str(record["id"])) if isinstance(record, Mapping) and record.get("id") else None


def _skip_reason(record: Any, identity: tuple[str, int] | None, seen: Collection[tuple[str, int]]) -> str | None:
    """Why a record is not sent: what we sent ourselves, or what has been sent already from this page or the last."""
    if isinstance(record, Mapping) and str(record.get("direction") or "").lower() == "outgoing":
        return "direction_outgoing"
    return "duplicate" if identity in seen else None


def _updated(record: Any) -> int | None:
    return ticks(record.get("updatedDateTime")) if isinstance(record, Mapping) else None


def _note_mark(updated: int | None, page: Page, reading: _Reading) -> None:
    if updated is None:
        return
    if page.server_date is not None and updated > ticks_of(page.server_date + _AHEAD):
        return
    reading.in_order = reading.in_order and updated >= reading.highest
    reading.highest = max(reading.highest, updated)


def _move_mark(reading: _Reading, run: Run, to: Connections) -> None:
    """Forward only, and only by a run that left no gap between the mark and where it began."""
    mark = to.state.get("cursor", "referrals")
    known = int(mark["ticks"]) if mark else None
    asked = ticks(str(run.request["since"])) if run.request.get("since") else None
    if asked is not None and (known is None or asked > known):
        return
    if reading.highest > (known or 0):
        to.state.put("cursor", "referrals", {"ticks": reading.highest})
