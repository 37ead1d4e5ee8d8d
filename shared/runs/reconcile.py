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


def reconcile(run: Run, to: Connections) -> Run:
    """Compares page by page; then looks for what only the store has, and for what should be in Dynamics and is not."""
    skiptoken, number = run.progress.get("skiptoken"), int(run.progress.get("page", 0))
    began = time.monotonic()
    while number == 0 or skiptoken:
        to.partner_center_gate.check()
        try:
            page = to.partner_center.page("full", since_ticks=None, skiptoken=skiptoken)
        except TransientError as error:
            raise to.partner_center_gate.closing(error) from None
        number += 1
        for record in page.records:
            _compare(record, run, to)
        skiptoken = page.next_skiptoken
        progress = {"skiptoken": skiptoken, "page": number}
        run = to.runs.renewed(run, fetched=run.fetched + len(page.records), progress=progress)
        if to.runs.cancel_asked(run.id):
            return replace(run, state="cancelled")
        if skiptoken and time.monotonic() - began > _SLICE_SECONDS:
            return run
    _look_at_dynamics(run, to)
    outcomes = to.runs.outcomes(run.id)
    return replace(to.runs.renewed(run, enqueued=sum(outcomes.values()), outcomes=outcomes), state="finishing")


def _compare(record: Any, run: Run, to: Connections) -> None:
    if not isinstance(record, Mapping) or str(record.get("direction") or "").lower() == "outgoing":
        return
    named = record.get("id")
    if not isinstance(named, str) or not named:
        return
    key = referral_key(named)
    kept = to.leads.referral(key)
    if kept is None:
        to.runs.put_item(run.id, key, outcome="missing", key=key, where="store")
    elif kept.referral.content_hash != content_hash(record):
        to.runs.put_item(run.id, key, outcome="stale", key=key, where="store")


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
