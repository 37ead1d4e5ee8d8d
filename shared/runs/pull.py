"""A run of kind `pull`: what sellers changed in Dynamics since the last time in; timelines, owner and outcome on our
side out.

Polls `modifiedon` with an overlap and compares with the ledger, so that echoes of our own writes and rows seen twice
say nothing. It never causes a push by itself.
"""

import logging
import time
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from shared.clients.ledger_pages import Page
from shared.connections import Connections
from shared.errors import PermanentError
from shared.pushing.target import BY_HAND, Target, prepare, target_in, target_of
from shared.rules.change import Change, Found
from shared.rules.dynamics.columns import ENTITY_SETS, KEY_COLUMN, Record
from shared.rules.dynamics.ids import by_hand_key
from shared.rules.dynamics.memory import Memory
from shared.rules.dynamics.plan import resolved
from shared.rules.dynamics.pulled import Pulled, read_back
from shared.rules.dynamics.reads import Read, selected
from shared.rules.dynamics.state import Row, row_id
from shared.rules.events import Event
from shared.rules.moments import iso
from shared.rules.run import Run

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=5)
"""Rows that were being written while we read carry an earlier time than our mark."""
PAGE_SIZE = 500
SLICE_SECONDS = 120
_RENEWED_EVERY = 100
"""Rows; they take seconds, the lease lasts a minute."""
_PULLED: tuple[Record, ...] = ("opportunity", "lead", "account")
"""Contacts are people: their changes stay in Dynamics."""


def pull(run: Run, to: Connections) -> Run:
    """Reads what changed, page by page, and tells it; the mark moves when all of it has been read."""
    began = time.monotonic()
    at = run.progress or _beginning(to)
    while at["table"] < len(_PULLED):
        record = _PULLED[at["table"]]
        page = to.dynamics.get(
            at["link"] or _first_page(record, at["since"]),
            headers={"Prefer": f"odata.maxpagesize={PAGE_SIZE}"},
            correlation=run.trace,
        )
        rows, news = page.get("value", []), 0
        for number, row in enumerate(rows, start=1):
            news += take_back(record, row, trace=run.trace, to=to)
            if number % _RENEWED_EVERY == 0:
                run = to.turns.renewed(run)
        link = page.get("@odata.nextLink")
        at = {**at, "link": link, "table": at["table"] + (link is None), "news": at["news"] + news}
        fetched = run.fetched + len(rows)
        run = to.turns.renewed(run, progress=at, fetched=fetched, skipped=fetched, skip_reasons={"read": fetched})
        if to.turns.cancel_asked(run.id):
            return replace(run, state="cancelled")
        if time.monotonic() - began > SLICE_SECONDS and at["table"] < len(_PULLED):
            return run
    to.state.put("dynamics", "pull", {"since": at["began"]})
    logger.info("pull.done fetched=%d news=%d trace=%s", run.fetched, at["news"], run.trace)
    return replace(run, state="succeeded", notes=[*run.notes, {"code": "news", "count": at["news"]}])


def _beginning(to: Connections) -> dict[str, Any]:
    """The mark that this run will leave, and from when on it reads: the last one's, a little earlier."""
    mark = to.state.get("dynamics", "pull") or {}
    since = datetime.fromisoformat(mark["since"]) - OVERLAP if mark.get("since") else None
    began = to.now().isoformat()
    return {"began": began, "since": since and iso(since), "table": 0, "link": None, "news": 0}


def take_back(record: Record, row: Row, *, trace: str, to: Connections) -> bool:
    """Tells what a seller did to one row. False when there is nothing new in it."""
    target = _target(record, row, to)
    if target is None:
        return False
    page = to.ledger.page(_written_at(target, record))
    pulled = _read_back(record, row, page, target, {}, to)
    if pulled and pulled.is_news:
        # A push may have come between the row and the page; a row read after the page is not older than it.
        found = to.dynamics.read([Read(record, f"{record}id eq {pulled.id}")], correlation=trace).of(record)
        same_row = next((one for one in found if row_id(record, one) == pulled.id), None)
        pulled = _read_back(record, same_row, page, target, _wanted(target, record, to), to) if same_row else None
    if pulled is None:
        return False
    if pulled.is_news:
        return _tell(target, page, pulled, trace, to)
    to.ledger.save(page, lambda now: _remembering(now, target, pulled))
    return False


def _first_page(record: Record, since: str | None) -> str:
    """Our rows of one table that changed, oldest change first."""
    condition = f"{KEY_COLUMN[record]} ne null" + (f" and modifiedon ge {since}" if since else "")
    order = f"modifiedon%20asc,{record}id%20asc"
    return f"{ENTITY_SETS[record]}?$select={','.join(selected(record))}&$filter={quote(condition)}&$orderby={order}"


def _target(record: Record, row: Row, to: Connections) -> Target | None:
    """The lead or referral that a row belongs to."""
    if record == "account":
        return target_of(f"{BY_HAND}{row['hnt_domain']}", domain=None, to=to)
    key = str(row["hnt_referralid"])
    domain = row.get("hnt_domain")
    if domain and key == by_hand_key(domain):
        return target_of(f"{BY_HAND}{domain}", domain=None, to=to)
    return target_of(key, domain=domain, to=to)


def _written_at(target: Target, record: Record) -> str:
    """The page on which the push noted it: a referral that has moved since takes it along with its next push."""
    return target.home if record == "account" else target.state.home or target.home


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


def _tell(target: Target, page: Page, pulled: Pulled, trace: str, to: Connections) -> bool:
    """Events on the timeline, owner and outcome on the lead, and what is remembered of the row, all at once.

    False when somebody has told it meanwhile.
    """
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
        now, remembered = target_in(target.key, found), _remembering(found.page, target, pulled)
        if now is None or remembered == found.page:
            return None
        if pulled.record == "account":
            return Change(lead=now.lead, events=[event], page=remembered) if now.lead else None
        outcome = pulled.outcome or (None if pulled.state else now.state.outcome)
        state = replace(now.state, outcome=outcome, owner=pulled.memory.owner or now.state.owner)
        return now.change(state, [event], remembered)

    if to.leads.change(decide, replace(target.found, page=page)) is None:
        return False
    logger.info(
        "dynamics.pulled record=%s fields=%d state=%s trace=%s",
        pulled.record,
        len(pulled.fields),
        pulled.memory.state,
        trace,
    )
    return True
