"""A run of kind `reconcile`: Partner Center, the store and Dynamics compared; what is missing, extra or stale listed
as items, each with `where`: `store` or `dynamics`.

It changes nothing: a missing or stale referral is mended by the nightly full sync, a missing record by a replay or a
sync.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from shared.clients.partner_center import Page, StaleLink
from shared.connections import Connections
from shared.errors import TransientError
from shared.rules.list_shape import Conditions
from shared.rules.referral_identity import content_hash, referral_key
from shared.rules.run import Run
from shared.runs.reconcile_dynamics import compare_with_dynamics

_SLICE_SECONDS = 120
_MOST_LOOKED_UP = 200
"""Open referrals that the list did not hold are asked for one by one; more than these wait for the next night."""
_MOST_RESTARTS = 5
_BEGINNING: dict[str, Any] = {"skiptoken": None, "page": 0, "in_step": 0}


def reconcile(run: Run, to: Connections) -> Run:
    """Compares page by page; then looks for what only the store has, and compares the store with Dynamics."""
    progress = {**_BEGINNING, "restarts": 0, "compared": False, **run.progress}
    began, seen = time.monotonic(), set[str]()
    while not progress["compared"]:
        try:
            page = _page(progress["skiptoken"], to)
        except StaleLink:
            run, seen = _begun_anew(run, progress, to), set()
            progress = dict(run.progress)
            continue
        in_step = 0
        for record in page.records:
            key, is_in_step = _compare(record, run, to)
            seen.add(key)
            in_step += is_in_step
        if page.next_skiptoken is None:
            run = _look_for_extra(seen, run, to)
        progress |= {"skiptoken": page.next_skiptoken, "page": progress["page"] + 1}
        progress |= {"in_step": progress["in_step"] + in_step, "compared": page.next_skiptoken is None}
        run = to.turns.renewed(run, progress=dict(progress), **_counts(progress["in_step"], run, to))
        if to.turns.cancel_asked(run.id):
            return replace(run, state="cancelled")
        if time.monotonic() - began > _SLICE_SECONDS:
            return run
    run, in_step = compare_with_dynamics(run, to)
    return replace(run, state="finishing", **_counts(progress["in_step"] + in_step, run, to))


def _page(skiptoken: str | None, to: Connections) -> Page:
    with _gated(to):
        return to.partner_center.page("full", since_ticks=None, skiptoken=skiptoken)


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


def _begun_anew(run: Run, progress: Mapping[str, Any], to: Connections) -> Run:
    """A stale link leads back to the first page, a few times in a row."""
    restarts = int(progress["restarts"]) + 1
    anew = {**progress, **_BEGINNING, "restarts": restarts % (_MOST_RESTARTS + 1)}
    run = to.turns.renewed(run.with_note("link_stale", at=to.now()), progress=anew)
    if restarts > _MOST_RESTARTS:
        raise TransientError("pc_bad_answer", "The links went stale before the list was read.")
    return run


def _counts(in_step: int, run: Run, to: Connections) -> dict[str, Any]:
    """What was compared: each finding is an item, the rest was skipped since there is nothing to tell."""
    found = sum(to.run_items.outcomes(run.id).values())
    return {
        "fetched": in_step + found,
        "enqueued": found,
        "skipped": in_step,
        "skip_reasons": {"in_step": in_step} if in_step else {},
    }


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


def _look_for_extra(seen: set[str], run: Run, to: Connections) -> Run:
    """Open referrals that the store has and Partner Center does not show any more, each asked for to be sure."""
    with to.referral_list.read() as table:
        mask = table.matching(Conditions(any_of={"status": frozenset({"new", "active", "unknown"})}))
        slots = table.ordered(mask, ())
        rows = table.faces_of([slot for slot, key in zip(slots, table.keys_of(slots), strict=True) if key not in seen])
    for row in rows[:_MOST_LOOKED_UP]:
        with _gated(to):
            is_gone = to.partner_center.get(row["id"]) is None
        if is_gone:
            key = referral_key(row["id"])
            to.run_items.put(run.id, key, outcome="extra", key=key, where="store")
    if len(rows) > _MOST_LOOKED_UP:
        return run.with_note(
            "not_all_looked_up", at=to.now(), cause=f"{len(rows) - _MOST_LOOKED_UP} wait for next time."
        )
    return run
