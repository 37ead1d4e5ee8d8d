"""The first half of a reconcile: every referral of Partner Center beside what the store holds; then what only the
store has."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from shared.clients.partner_center import StaleLink
from shared.connections import Connections
from shared.errors import TransientError
from shared.rules.list_shape import Conditions
from shared.rules.referral_identity import content_hash, referral_key
from shared.rules.run import Run

LOOKED_UP_AT_ONCE = 50
MOST_LOOKED_UP = 200
"""Open referrals that the list did not hold are asked for one by one; more than these wait for the next night."""
_MOST_RESTARTS = 5
_OPEN = Conditions(any_of={"status": frozenset({"new", "active", "unknown"})})


def compare_referrals(run: Run, to: Connections) -> Run:
    """Compares the next page."""
    at = {"skiptoken": None, "page": 0, "restarts": 0, **run.progress}
    try:
        with _gated(to):
            page = to.partner_center.page("full", since_ticks=None, skiptoken=at["skiptoken"])
    except StaleLink:
        return _begun_anew(run, at, to)
    compared = [_compare(record, run, to) for record in page.records]
    to.seen.put(run.id, _reading(at), at["page"], (key for key, _ in compared))
    at |= {"skiptoken": page.next_skiptoken, "page": at["page"] + 1}
    at["in_step"] += sum(is_in_step for _, is_in_step in compared)
    return replace(run, progress={**at, "step": "referrals" if page.next_skiptoken else "extra"})


def look_for_extra(run: Run, to: Connections) -> Run:
    """Open referrals that the store has and Partner Center does not show any more, some of them each asked for to be
    sure."""
    at = {"looked_up": 0, "after": "", **run.progress}
    seen = to.seen.all(run.id, _reading(at))
    with to.referral_list.read() as table:
        slots = table.ordered(table.matching(_OPEN), ())
        keys = {key: slot for key, slot in zip(table.keys_of(slots), slots, strict=True) if key > at["after"]}
        unseen = sorted(keys.keys() - seen)
        rows = table.faces_of([keys[key] for key in unseen[:LOOKED_UP_AT_ONCE]])
    for row in rows:
        with _gated(to):
            is_gone = to.partner_center.get(row["id"]) is None
        if is_gone:
            key = referral_key(row["id"])
            to.run_items.put(run.id, key, outcome="extra", key=key, where="store")
    left, looked_up = len(unseen) - len(rows), at["looked_up"] + len(rows)
    if left and looked_up < MOST_LOOKED_UP:
        return replace(run, progress={**at, "looked_up": looked_up, "after": unseen[len(rows) - 1]})
    if left:
        run = run.with_note("not_all_looked_up", at=to.now(), cause=f"{left} wait for next time.")
    return replace(run, progress={"step": "leads", "in_step": at["in_step"]})


def _reading(at: Mapping[str, Any]) -> str:
    """A list that was begun anew is another reading: what has gone meanwhile does not count as seen."""
    return f"referrals-{at.get('times', 0)}"


@contextmanager
def _gated(to: Connections) -> Iterator[None]:
    """One question to Partner Center: not while its gate is closed, and closing it when we are throttled."""
    to.partner_center_gate.check()
    try:
        yield
    except StaleLink:
        raise
    except TransientError as error:
        raise to.partner_center_gate.closing(error) from None


def _begun_anew(run: Run, at: Mapping[str, Any], to: Connections) -> Run:
    """A stale link leads back to the first page, a few times in a row."""
    restarts, times = int(at["restarts"]) + 1, int(at.get("times", 0)) + 1
    anew = {"step": "referrals", "in_step": 0, "times": times, "restarts": restarts % (_MOST_RESTARTS + 1)}
    run = replace(run.with_note("link_stale", at=to.now()), progress=anew)
    if restarts > _MOST_RESTARTS:
        to.turns.renewed(run)
        raise TransientError("pc_bad_answer", why="links_stale")
    return run


def _compare(record: Any, run: Run, to: Connections) -> tuple[str, bool]:
    """The record's key, and whether nothing is to be told of it."""
    if not isinstance(record, Mapping) or not record.get("id"):
        return "", True
    key = referral_key(str(record["id"]))
    if str(record.get("direction") or "").lower() == "outgoing":
        return key, True
    kept = to.leads.referral(key)
    if kept is None:
        to.run_items.put(run.id, key, outcome="missing", key=key, where="store")
    elif kept.referral.content_hash != content_hash(record):
        to.run_items.put(run.id, key, outcome="stale", key=key, where="store")
    else:
        return key, True
    return key, False
