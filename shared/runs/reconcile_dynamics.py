"""The second half of a reconcile: every Lead of ours in Dynamics beside what the store holds; the differences as
items."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from shared.connections import Connections
from shared.errors import PermanentError
from shared.rules.dynamics_columns import ENTITY_SETS
from shared.rules.dynamics_state import Row, row_id, state_of
from shared.rules.list_shape import Conditions
from shared.rules.reconciled import COMPARED, Fields, is_by_hand, key_of, should_be_there, stale_fields
from shared.rules.run import Run

_PAGE_SIZE = 500
_SELECTED = ",".join(("leadid", *COMPARED, "statecode", "merged"))


def compare_with_dynamics(run: Run, to: Connections) -> tuple[Run, int]:
    """The run, with a note where Dynamics would not be compared, and how many Leads say what the store says.

    Raises `TransientError` when Dynamics is away; the first half is not done again then.
    """
    if not to.settings.dynamics_enabled:
        return run, 0
    seen, in_step = set[str](), 0
    try:
        for rows in _pages(run, to):
            run = to.turns.renewed(run)
            held = _held(rows, to)
            for row, (referral, lead) in zip(rows, held, strict=True):
                seen.add(key_of(row))
                in_step += _is_in_step(row, referral, lead, run, to)
    except PermanentError as fault:
        return run.with_note(fault.code, at=to.now(), cause=f"Dynamics was not compared. {fault.cause}"), in_step
    _look_for_missing(seen, run, to)
    return run, in_step


def _pages(run: Run, to: Connections) -> Iterator[list[Row]]:
    path = f"{ENTITY_SETS['lead']}?$select={_SELECTED}&$filter={quote('hnt_referralid ne null')}&$orderby=leadid"
    while path:
        page = to.dynamics.get(path, headers={"Prefer": f"odata.maxpagesize={_PAGE_SIZE}"}, correlation=run.trace)
        yield page.get("value", [])
        path = page.get("@odata.nextLink", "")


def _held(rows: list[Row], to: Connections) -> list[tuple[Fields | None, Fields | None]]:
    """Per Lead its referral, and the company: the referral's, else the one that the Lead names."""
    held: list[tuple[Fields | None, Fields | None]] = []
    with to.referral_list.read() as referrals, to.lead_list.read() as leads:
        for row in rows:
            referral = referrals.face(key_of(row))
            domain = referral["domain"] if referral else row.get("hnt_domain")
            held.append((referral, leads.face(domain) if domain else None))
    return held


def _is_in_step(row: Row, referral: Fields | None, lead: Fields | None, run: Run, to: Connections) -> bool:
    """Whether there is nothing to tell of this Lead; else it is told."""
    if state_of("lead", row) == "merged" or (referral is None and lead is not None and is_by_hand(row)):
        return True
    if referral is None:
        _tell(run, key_of(row), "extra", to, lead_id=row_id("lead", row))
    elif fields := stale_fields(row, referral, lead):
        _tell(run, key_of(row), "stale", to, fields=list(fields), status=referral["dynamics_status"])
    else:
        return True
    return False


def _look_for_missing(seen: set[str], run: Run, to: Connections) -> None:
    """Referrals that Dynamics should hold and does not: never arrived, or deleted there."""
    with to.referral_list.read() as table:
        slots = table.ordered(table.matching(Conditions()), ("-created_at",))
        unseen = [(key, slot) for key, slot in zip(table.keys_of(slots), slots, strict=True) if key not in seen]
        referrals = table.faces_of([slot for _, slot in unseen])
    for (key, _), referral in zip(unseen, referrals, strict=True):
        if should_be_there(referral):
            _tell(run, key, "missing", to, status=referral["dynamics_status"])


def _tell(run: Run, key: str, outcome: str, to: Connections, **particulars: Any) -> None:
    to.run_items.put(run.id, f"d-{key}", outcome=outcome, key=key, where="dynamics", **particulars)
