"""What came of a push in; how the referral stands in Dynamics now, and when it is pushed again, out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.causes import particulars_of
from shared.rules.dynamics.shapes import Done, Plan
from shared.rules.lead import DynamicsState

_LONGEST_PAUSE = timedelta(days=2)
_LONGEST_RUN = timedelta(hours=1)
"""A push takes seconds; one that has been under way for so long has lost its worker and its message."""
_LONGEST_WAIT = timedelta(hours=12)
"""More than all planned attempts and the longest wait at the gate take together."""

NOTES: dict[str, str] = {
    "outgoing": "Not brought to Dynamics: an outgoing referral.",
    "first_seen_closed": "Not brought to Dynamics: it was closed when Hunter first saw it.",
    "no_consent": "The contact is withheld: no consent.",
    "qualified": "The {record} is qualified in Dynamics and was left alone.",
    "disqualified": "The {record} is disqualified in Dynamics and was left alone.",
    "won": "The {record} is won in Dynamics and was left alone.",
    "lost": "The {record} is lost in Dynamics and was left alone.",
    "inactive": "The {record} is inactive in Dynamics and was left alone.",
    "merged": "The {record} was merged in Dynamics and was left alone.",
    "deleted": "The {record} was deleted in Dynamics and is not created again.",
    "same_name_and_country": "An account of the same name and country exists; a person must decide.",
    "several": "Several accounts match; a person must decide.",
    "score_no_right": "The score is not on Dynamics' own form: Hunter lacks {privilege}.",
    "score_refused": "The score is not on Dynamics' own form: Dynamics refused it there.",
}
"""What a person reads about a record that was left alone, by the plan's reason, and about a score that was refused."""
_OF_SCORE = ("score_no_right", "score_refused")
_PARTICULARS = ("field", "column", "privilege", "fault", "why", "said")


def state_after(before: DynamicsState, done: Done, *, token: str, home: str, url: str | None) -> DynamicsState:
    """How the referral stands now. `handled` is the token that was carried out."""
    plan, lead = done.plan, done.plan.of("lead")
    blocked = next((one for one in plan.records if one.action == "blocked"), None)
    review = next((one for one in plan.records if one.action == "review"), None)
    in_place = lead is not None and lead.action in ("create", "update", "match", "skip")
    stuck = blocked or review
    stuck_by = {"why": stuck.why, "record": stuck.record} if stuck else {}
    noted = _noted(plan) or _of_score(before, done)
    return replace(
        before,
        status=plan.status,
        handled=token,
        lead_id=lead.id if lead and lead.id else before.lead_id,
        url=url or before.url,
        synced_at=done.at if in_place else before.synced_at,
        tried_at=done.at,
        attempts=0,
        error_code="dyn_deleted" if blocked else "dyn_duplicate" if review else None,
        error=_said(stuck_by),
        error_params=stuck_by,
        note=_said(noted),
        note_params=noted,
        home=home,
        owner=(lead.owner if lead else None) or before.owner,
        running=False,
    )


def state_failed(
    before: DynamicsState,
    *,
    code: str,
    cause: str,
    at: datetime,
    token: str | None,
    params: Mapping[str, Any] | None = None,
) -> DynamicsState:
    """How the referral stands after a fault. With a token it was dealt with, badly; without, it will be tried again.

    `params`: the fault's; what a person needs of them is kept.
    """
    return replace(
        before,
        status="failed" if token else "pending",
        handled=token or before.handled,
        attempts=before.attempts + 1,
        tried_at=at,
        error_code=code,
        error=cause,
        error_params=particulars(params or {}),
        running=False,
        since=at,
    )


def particulars(params: Mapping[str, Any]) -> dict[str, str]:
    """What a person needs of a fault's params."""
    wanted = (*_PARTICULARS, *sorted(particulars_of(params.get("why"))))
    return {name: str(params[name]) for name in wanted if params.get(name) not in (None, "")}


def state_stopped(before: DynamicsState, *, at: datetime, waits: bool) -> DynamicsState:
    """How the referral stands when its push did not come to its end.

    One that `waits` is pending from now on, unless something is amiss: that stays to be seen.
    """
    if waits and before.status in ("none", "synced"):
        return replace(before, status="pending", running=False, since=at)
    return replace(before, running=False)


def due_again(state: DynamicsState, now: datetime, *, is_undecided: bool = False) -> bool:
    """Whether the sweep pushes it again: it failed and has rested, or the message of its push must have got lost.

    `is_undecided`: a person has yet to decide about its account; once that is done, its message is under way.
    """
    if state.status == "review" and not state.running:
        return not is_undecided and state.tried_at is not None and now - state.tried_at >= _LONGEST_RUN
    if state.running or state.status == "pending":
        return state.since is not None and now - state.since >= (_LONGEST_RUN if state.running else _LONGEST_WAIT)
    return state.status == "failed" and state.tried_at is not None and now - state.tried_at >= pause_after(state)


def pause_after(state: DynamicsState) -> timedelta:
    """How long a failed push rests: one hour after the first failure, doubled with each, two days at most."""
    doublings = min(max(state.attempts - 1, 0), 10)
    return min(timedelta(hours=2**doublings), _LONGEST_PAUSE)


def note_of(plan: Plan) -> str | None:
    """The one thing worth saying about a plan that works."""
    return _said(_noted(plan))


def _noted(plan: Plan) -> dict[str, str]:
    """Why something was left alone, and which record."""
    if plan.skip:
        return {"why": plan.skip, "record": "lead"}
    for record in ("lead", "opportunity", "account", "contact"):
        found = plan.of(record)
        if found and found.action == "skip" and found.why in NOTES:
            return {"why": found.why, "record": record}
    return {}


def _of_score(before: DynamicsState, done: Done) -> dict[str, str]:
    """Why the score is not on Dynamics' own form; said until it stands there."""
    if done.score is None:
        return dict(before.note_params) if before.note_params.get("why") in _OF_SCORE else {}
    if done.score.refused is None:
        return {}
    if done.score.refused:
        return {"why": "score_no_right", "record": "lead", "privilege": done.score.refused}
    return {"why": "score_refused", "record": "lead"}


def _said(note: Mapping[str, str]) -> str | None:
    """The English sentence; the page says the same in the reader's language."""
    return NOTES.get(note["why"], note["why"]).format(**note) if note else None
