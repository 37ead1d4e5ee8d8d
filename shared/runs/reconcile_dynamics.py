"""The second half of a reconcile: every Lead of ours in Dynamics beside what the store holds; then what Dynamics
lacks."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from shared.connections import Connections
from shared.errors import PermanentError
from shared.rules.dynamics.columns import ENTITY_SETS
from shared.rules.dynamics.reads import Read, literal
from shared.rules.dynamics.state import Row, row_id, state_of
from shared.rules.list_shape import Conditions
from shared.rules.reconciled import COMPARED, EXPECTED, Fields, is_by_hand, key_of, stale_fields
from shared.rules.run import Run

PAGE_SIZE = 500
ASKED_AT_ONCE = 25
"""Within the rows that one read brings, and an address's length."""
_READING = "leads"
_EXPECTED = Conditions(any_of={"dynamics_status": EXPECTED})
_SELECTED = ",".join(("leadid", *COMPARED, "statecode", "merged"))
_FIRST = f"{ENTITY_SETS['lead']}?$select={_SELECTED}&$filter={quote('hnt_referralid ne null')}&$orderby=leadid"


def compare_leads(run: Run, to: Connections) -> Run:
    """Compares the next page; notes it where Dynamics would not be compared.

    Raises `TransientError` when Dynamics is away.
    """
    at = {"link": _FIRST, "page": 0, **run.progress}
    if not to.settings.dynamics_enabled:
        return _done(run)
    try:
        page = to.dynamics.get(at["link"], headers={"Prefer": f"odata.maxpagesize={PAGE_SIZE}"}, correlation=run.trace)
    except PermanentError as fault:
        return _done(_refused(run, fault, to))
    rows, link = page.get("value", []), page.get("@odata.nextLink")
    held = _held(rows, to)
    at["in_step"] += sum(
        _is_in_step(row, referral, lead, run, to) for row, (referral, lead) in zip(rows, held, strict=True)
    )
    to.seen.put(run.id, _READING, at["page"], (key_of(row) for row in rows))
    if link is None:
        return replace(run, progress={"step": "missing", "in_step": at["in_step"]})
    return replace(run, progress={**at, "link": link, "page": at["page"] + 1})


def look_for_missing(run: Run, to: Connections) -> Run:
    """Referrals that Dynamics should hold and does not, some of them: never arrived, or deleted there. Each is asked
    for once more, since a push may have come after its page."""
    after, seen = str(run.progress.get("after", "")), to.seen.all(run.id, _READING)
    with to.referral_list.read() as table:
        slots = table.ordered(table.matching(_EXPECTED), ())
        keys = {key: slot for key, slot in zip(table.keys_of(slots), slots, strict=True) if key > after}
        unseen = sorted(keys.keys() - seen)[:ASKED_AT_ONCE]
        statuses = [face["dynamics_status"] for face in table.faces_of([keys[key] for key in unseen])]
    if not unseen:
        return _done(run)
    condition = " or ".join(f"hnt_referralid eq {literal(key)}" for key in unseen)
    try:
        rows = to.dynamics.read([Read("lead", condition)], correlation=run.trace).of("lead")
    except PermanentError as fault:
        return _done(_refused(run, fault, to))
    there = {key_of(row) for row in rows}
    for key, status in zip(unseen, statuses, strict=True):
        if key not in there:
            _tell(run, key, "missing", to, status=status)
    return replace(run, progress={**run.progress, "after": unseen[-1]})


def _refused(run: Run, fault: PermanentError, to: Connections) -> Run:
    cause = f"Dynamics was not compared. {fault.cause}"
    return run.with_note(fault.code, at=to.now(), cause=cause, params=fault.particulars)


def _done(run: Run) -> Run:
    return replace(run, progress={"step": "done", "in_step": run.progress["in_step"]})


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


def _tell(run: Run, key: str, outcome: str, to: Connections, **particulars: Any) -> None:
    to.run_items.put(run.id, f"d-{key}", outcome=outcome, key=key, where="dynamics", **particulars)
