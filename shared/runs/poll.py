"""A run of kind `referrals`: Partner Center's pages in, one message per referral out, and the mark moved on.

The mark is saved only for what the queue has accepted: after each page when pages come in update order (`filter`),
at the end otherwise. Each page is fenced by the run's ETag before it is sent (design section 4).
"""

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from shared.clients.partner_center import FilterRefused, Page, StaleLink
from shared.clients.run_store import Run
from shared.connections import Connections
from shared.errors import TransientError
from shared.referral_message import referral_message
from shared.rules.ticks import TICKS_PER_SECOND, ticks, ticks_of

logger = logging.getLogger(__name__)

SLICE_SECONDS = 120
"""How long one slice reads before it hands over to the next message; far below the function's time limit."""
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
    seen: set[tuple[str, int]] = field(default_factory=set)

    def progress(self) -> dict[str, Any]:
        """What the next slice needs; the ids seen are not kept, so that memory stays small: a repeat is then
        `unchanged`."""
        return {
            "mode": self.mode,
            "since": self.since,
            "skiptoken": self.skiptoken,
            "page": self.page,
            "highest": self.highest,
        }


def poll(run: Run, to: Connections) -> Run:
    """Reads pages until the last one or the end of the slice; `finishing` when everything has been sent."""
    reading = _where_to_read(run, to)
    began = time.monotonic()
    while True:
        to.partner_center_gate.check()
        try:
            page = to.partner_center.page(reading.mode, since_ticks=reading.since, skiptoken=reading.skiptoken)
        except FilterRefused:
            reading = replace(reading, mode="scan", skiptoken=None)
            run = to.runs.renewed(run, notes=[*run.notes, {"code": "filter_refused"}], progress=reading.progress())
            continue
        except StaleLink:
            if reading.skiptoken is None:
                raise TransientError("pc_bad_answer", "The first page was refused as a stale link.") from None
            reading = replace(reading, skiptoken=None, since=_since(run, to))
            run = to.runs.renewed(run, notes=[*run.notes, {"code": "link_stale"}], progress=reading.progress())
            continue
        except TransientError as error:
            raise to.partner_center_gate.closing(error) from None
        run, over = _take(page, reading, run, to)
        if over:
            _move_mark(reading, to)
            to.state.put("connection", "partner-center", {"state": "ok", "at": to.now().isoformat()})
            return replace(run, state="finishing")
        if to.runs.cancel_asked(run.id):
            return replace(run, state="cancelled")
        if time.monotonic() - began > SLICE_SECONDS:
            return run


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


def _take(page: Page, reading: _Reading, run: Run, to: Connections) -> tuple[Run, bool]:
    """Sends one page's referrals and saves how far it got. Returns whether that was the last page."""
    reading.page += 1
    skipped: Counter[str] = Counter()
    messages = []
    reached_known = False
    for index, record in enumerate(page.records):
        updated = _updated(record)
        if reading.mode == "scan" and reading.since is not None and updated is not None and updated < reading.since:
            reached_known = True
            continue
        if reason := _skip_reason(record, updated, reading):
            skipped[reason] += 1
            continue
        _note_mark(updated, page, reading)
        item = f"{reading.page:05}-{index:03}"
        messages.append(
            referral_message(
                record, item=item, polled_at=to.now(), trace=f"{run.trace[:24]}-{item}", run=run.id, leads=to.leads
            )
        )
    run = to.runs.renewed(run)
    to.queues.send_all(messages)
    reading.skiptoken = page.next_skiptoken
    over = reached_known or page.next_skiptoken is None
    run = to.runs.renewed(
        run,
        fetched=run.fetched + len(messages) + sum(skipped.values()),
        enqueued=run.enqueued + len(messages),
        skipped=run.skipped + sum(skipped.values()),
        skip_reasons=dict(Counter(run.skip_reasons) + skipped),
        progress=reading.progress(),
    )
    if reading.mode == "filter" and not run.request.get("since"):
        _move_mark(reading, to)
    logger.info(
        "sync.page run=%s page=%d enqueued=%d skipped=%d", run.id, reading.page, len(messages), sum(skipped.values())
    )
    return run, over


def _skip_reason(record: Any, updated: int | None, reading: _Reading) -> str | None:
    """Why a record is not sent: what we sent ourselves, or what this slice has sent already."""
    if not isinstance(record, Mapping):
        return None
    if str(record.get("direction") or "").lower() == "outgoing":
        return "direction_outgoing"
    identity = (str(record.get("id")), updated or 0)
    if record.get("id") and identity in reading.seen:
        return "duplicate"
    reading.seen.add(identity)
    return None


def _updated(record: Any) -> int | None:
    return ticks(record.get("updatedDateTime")) if isinstance(record, Mapping) else None


def _note_mark(updated: int | None, page: Page, reading: _Reading) -> None:
    if updated is None:
        return
    if page.server_date is not None and updated > ticks_of(page.server_date + _AHEAD):
        return
    reading.highest = max(reading.highest, updated)


def _move_mark(reading: _Reading, to: Connections) -> None:
    """Forward only: a run that started from an earlier moment does not pull the mark back."""
    mark = to.state.get("cursor", "referrals")
    if reading.highest and (mark is None or int(mark["ticks"]) < reading.highest):
        to.state.put("cursor", "referrals", {"ticks": reading.highest})
