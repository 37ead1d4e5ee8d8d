"""A run of kind `reconcile`: Partner Center, the store and Dynamics compared; what is missing, extra or stale listed
as items.

It changes nothing: a missing or stale referral is mended by the nightly full sync, a missing record by a replay or a
sync.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from shared.clients.run_store import Run
from shared.connections import Connections
from shared.errors import TransientError
from shared.rules.list_table import Conditions
from shared.rules.referral_face import unpack_referral
from shared.rules.referral_identity import content_hash, referral_key

_SLICE_SECONDS = 120
_MOST_LOOKED_UP = 200
"""Open referrals that the list did not hold are asked for one by one; more than these wait for the next night."""


def reconcile(run: Run, to: Connections) -> Run:
    """Compares page by page; then looks for what only the store has, and for what should be in Dynamics and is not."""
    skiptoken, number = run.progress.get("skiptoken"), int(run.progress.get("page", 0))
    began, seen = time.monotonic(), set[str]()
    while number == 0 or skiptoken:
        to.partner_center_gate.check()
        try:
            page = to.partner_center.page("full", since_ticks=None, skiptoken=skiptoken)
        except TransientError as error:
            raise to.partner_center_gate.closing(error) from None
        number += 1
        for record in page.records:
            seen.add(_compare(record, run, to))
        skiptoken = page.next_skiptoken
        progress = {"skiptoken": skiptoken, "page": number}
        run = to.runs.renewed(run, fetched=run.fetched + len(page.records), progress=progress)
        if to.runs.cancel_asked(run.id):
            return replace(run, state="cancelled")
        if skiptoken and time.monotonic() - began > _SLICE_SECONDS:
            return run
    run = _look_for_extra(seen, run, to)
    _look_at_dynamics(run, to)
    outcomes = to.runs.outcomes(run.id)
    return replace(to.runs.renewed(run, enqueued=sum(outcomes.values()), outcomes=outcomes), state="finishing")


def _compare(record: Any, run: Run, to: Connections) -> str:
    """Notes what the store does not have, or has in another version; returns the record's key."""
    named = record.get("id") if isinstance(record, Mapping) else None
    if not isinstance(named, str) or not named:
        return ""
    key = referral_key(named)
    if str(record.get("direction") or "").lower() == "outgoing":
        return key
    kept = to.leads.referral(key)
    if kept is None:
        to.runs.put_item(run.id, key, outcome="missing", key=key, where="store")
    elif kept.referral.content_hash != content_hash(record):
        to.runs.put_item(run.id, key, outcome="stale", key=key, where="store")
    return key


def _look_for_extra(seen: set[str], run: Run, to: Connections) -> Run:
    """Open referrals that the store has and Partner Center does not show any more, each asked for to be sure."""
    with to.referral_list.read() as table:
        mask = table.matching(Conditions(any_of={"status": frozenset({"new", "active", "unknown"})}))
        slots = table.ordered(mask, ())
        cards = zip(table.keys_of(slots), table.cards_of(slots), strict=True)
        rows = [unpack_referral(card) for key, card in cards if key not in seen]
    for row in rows[:_MOST_LOOKED_UP]:
        if to.partner_center.get(row["id"]) is None:
            key = referral_key(row["id"])
            to.runs.put_item(run.id, key, outcome="extra", key=key, where="store")
    if len(rows) > _MOST_LOOKED_UP:
        return run.with_note(
            "not_all_looked_up", at=to.now(), cause=f"{len(rows) - _MOST_LOOKED_UP} wait for next time."
        )
    return run


def _look_at_dynamics(run: Run, to: Connections) -> None:
    """Referrals that were tried and did not reach Dynamics."""
    with to.referral_list.read() as table:
        mask = table.matching(Conditions(any_of={"dynamics_status": frozenset({"failed", "pending"})}))
        cards = table.cards_of(table.ordered(mask, ("-created_at",)))
    for card in cards:
        row = unpack_referral(card)
        key = referral_key(row["id"])
        to.runs.put_item(
            run.id, f"d-{key}", outcome="missing", key=key, where="dynamics", status=row["dynamics_status"]
        )
