"""A run of kind `pull`: what sellers changed in Dynamics since the last time in; timelines, owner and outcome on our
side out.

Polls `modifiedon` with an overlap and compares with the ledger, so that echoes of our own writes and rows seen twice
say nothing. It never causes a push by itself.
"""

import logging
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from shared.clients.ledger_pages import Page
from shared.connections import Connections
from shared.errors import PermanentError
from shared.pushing import BY_HAND, Target, prepare, target_in, target_of
from shared.rules.change import Change, Found
from shared.rules.dynamics.columns import ENTITY_SETS, KEY_COLUMN, Record
from shared.rules.dynamics.facts import moment_text
from shared.rules.dynamics.ids import by_hand_key
from shared.rules.dynamics.memory import Memory
from shared.rules.dynamics.plan import resolved
from shared.rules.dynamics.pulled import Pulled, read_back
from shared.rules.dynamics.reads import Read, selected
from shared.rules.dynamics.state import Row, row_id
from shared.rules.events import Event
from shared.rules.run import Run

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=5)
"""Rows that were being written while we read carry an earlier time than our mark."""
_PAGE_SIZE = 500
_PULLED: tuple[Record, ...] = ("opportunity", "lead", "account")
"""Contacts are people: their changes stay in Dynamics."""


def pull(run: Run, to: Connections) -> Run:
    """Reads everything that changed and tells it. The mark moves when all of it has been read."""
    started, mark = to.now(), to.state.get("dynamics", "pull") or {}
    since = datetime.fromisoformat(mark["since"]) - OVERLAP if mark.get("since") else None
    fetched = news = 0
    for record in _PULLED:
        for row in _changed(record, since, run, to):
            fetched += 1
            news += take_back(record, row, trace=run.trace, to=to)
            if fetched % 100 == 0:
                if to.turns.cancel_asked(run.id):
                    return replace(run, state="cancelled")
                run = to.turns.renewed(run, fetched=fetched, skipped=fetched)
    to.state.put("dynamics", "pull", {"since": started.isoformat()})
    logger.info("pull.done fetched=%d news=%d trace=%s", fetched, news, run.trace)
    return replace(
        run,
        state="succeeded",
        fetched=fetched,
        skipped=fetched,
        skip_reasons={"read": fetched},
        notes=[{"code": "news", "count": news}],
    )


def take_back(record: Record, row: Row, *, trace: str, to: Connections) -> bool:
    """Tells what a seller did to one row. False when there is nothing new in it."""
    target = _target(record, row, to)
    if target is None:
        return False
    page = to.ledger.page(target.home)
    pulled = _read_back(record, row, page, target, {}, to)
    if pulled and pulled.is_news:
        # A push may have come between the row and the page; a row read after the page is not older than it.
        found = to.dynamics.read([Read(record, f"{record}id eq {pulled.id}")], correlation=trace).of(record)
        same_row = next((one for one in found if row_id(record, one) == pulled.id), None)
        pulled = _read_back(record, same_row, page, target, _wanted(target, record, to), to) if same_row else None
    if pulled is None:
        return False
    to.ledger.save(page, lambda now: _remembering(now, target, pulled))
    if pulled.is_news:
        _tell(target, pulled, trace, to)
    return pulled.is_news


def _changed(record: Record, since: datetime | None, run: Run, to: Connections) -> Iterator[Row]:
    """Our rows of one table that changed, oldest change first, page by page."""
    condition = f"{KEY_COLUMN[record]} ne null" + (f" and modifiedon ge {moment_text(since)}" if since else "")
    order = f"modifiedon%20asc,{record}id%20asc"
    path = f"{ENTITY_SETS[record]}?$select={','.join(selected(record))}&$filter={quote(condition)}&$orderby={order}"
    while path:
        page = to.dynamics.get(path, headers={"Prefer": f"odata.maxpagesize={_PAGE_SIZE}"}, correlation=run.trace)
        yield from page.get("value", ())
        path = page.get("@odata.nextLink", "")


def _target(record: Record, row: Row, to: Connections) -> Target | None:
    """The lead or referral that a row belongs to."""
    if record == "account":
        return target_of(f"{BY_HAND}{row['hnt_domain']}", domain=None, to=to)
    key = str(row["hnt_referralid"])
    domain = row.get("hnt_domain")
    if domain and key == by_hand_key(domain):
        return target_of(f"{BY_HAND}{domain}", domain=None, to=to)
    return target_of(key, domain=domain, to=to)


def _read_back(
    record: Record, row: Row, page: Page, target: Target, wanted: dict[str, Any], to: Connections
) -> Pulled | None:
    """What is new in the row; nothing when the page is about another row, as after a merge."""
    memory = _memory(page, target, record)
    if memory is None or memory.id != row_id(record, row):
        return None
    return read_back(record, row, memory, wanted, user_id=to.dynamics.organisation().user_id)


def _memory(page: Page, target: Target, record: Record) -> Memory | None:
    if record == "account":
        return page.account
    entry = page.referral(target.ledger_key)
    return entry.lead if record == "lead" else entry.opportunity


def _wanted(target: Target, record: Record, to: Connections) -> dict[str, Any]:
    """What Hunter would say now, to show both values. What it cannot say does not stop the seller's side."""
    try:
        prepared = prepare(target, to=to)
    except PermanentError:
        return {}
    asked = prepared.wanted.records.get(record)
    return resolved(asked.values, prepared.remembered.ids) if asked else {}


def _remembering(page: Page, target: Target, pulled: Pulled) -> Page:
    """The page with what was pulled; what a push has noted meanwhile stays."""
    memory = _memory(page, target, pulled.record)
    if memory is None or memory.id != pulled.id:
        return page
    memory = pulled.onto(memory)
    if pulled.record == "account":
        return replace(page, account=memory)
    entry = page.referral(target.ledger_key)
    entry = replace(entry, lead=memory) if pulled.record == "lead" else replace(entry, opportunity=memory)
    return replace(page, referrals={**page.referrals, target.ledger_key: entry})


def _tell(target: Target, pulled: Pulled, trace: str, to: Connections) -> None:
    """Events on the timeline; owner and outcome on the lead."""
    params: dict[str, Any] = {
        "record": pulled.record,
        "id": pulled.id,
        "fields": [one.field for one in pulled.fields] + [name for name in ("state", "owner") if getattr(pulled, name)],
        "changes": [asdict(one) for one in pulled.fields],
        "state": list(pulled.state) if pulled.state else None,
        "owner": list(pulled.owner) if pulled.owner else None,
    }
    event = Event("dynamics.pulled", who="dynamics", params=params, trace=trace)

    def decide(found: Found) -> Change | None:
        now = target_in(target.key, found)
        if now is None:
            return None
        if pulled.record == "account":
            return Change(lead=now.lead, events=[event]) if now.lead else None
        outcome = pulled.outcome or (None if pulled.state else now.state.outcome)
        state = replace(now.state, outcome=outcome, owner=pulled.memory.owner or now.state.owner)
        return now.change(state, [event])

    to.leads.change(decide, target.found)
    logger.info(
        "dynamics.pulled record=%s fields=%d state=%s trace=%s",
        pulled.record,
        len(pulled.fields),
        pulled.memory.state,
        trace,
    )
