"""A plan that was carried out in; the referral's state, the events of its timeline and its line of history out.

Events name columns with old and new value; personal values are left out of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shared.rules.dynamics_columns import Record, find_column
from shared.rules.dynamics_created import created_by, mark, still_to_tell
from shared.rules.dynamics_facts import moment_text
from shared.rules.dynamics_fields import FieldPlan
from shared.rules.dynamics_memory import Remembered, fingerprint, told_of
from shared.rules.dynamics_shapes import Plan, RecordPlan
from shared.rules.events import Event
from shared.rules.lead import DynamicsState

_WRITTEN = ("dynamics.created", "dynamics.updated")
_LONGEST_VALUE = 200
_WITHHELD = "…"
_OURS = ("our_id", "our_key")
"""How a record is matched that Hunter itself has written."""
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
}
"""What a person reads about a record that was left alone, by the plan's reason."""
_PARTICULARS = ("field", "column", "privilege", "fault", "why", "most")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of carrying out a plan: when, for whom, under which ids of ours and Dynamics'."""

    plan: Plan
    at: datetime
    who: str = "hunter"
    trace: str = ""
    request_ids: tuple[str, ...] = ()


def state_after(before: DynamicsState, done: Done, *, token: str, home: str, url: str | None) -> DynamicsState:
    """How the referral stands now. `handled` is the token that was carried out."""
    plan, lead = done.plan, done.plan.of("lead")
    blocked = next((one for one in plan.records if one.action == "blocked"), None)
    review = next((one for one in plan.records if one.action == "review"), None)
    in_place = lead is not None and lead.action in ("create", "update", "match", "skip")
    stuck = blocked or review
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
        error=_sentence(stuck.why, stuck.record) if stuck else None,
        error_params=_particulars(stuck.why, stuck.record) if stuck else {},
        note=note_of(plan),
        note_params=_particulars(*noted) if (noted := _noted(plan)) else {},
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
    return {name: str(params[name]) for name in _PARTICULARS if params.get(name)}


def state_stopped(before: DynamicsState, *, at: datetime, waits: bool) -> DynamicsState:
    """How the referral stands when its push did not come to its end.

    One that `waits` is pending from now on, unless something is amiss: that stays to be seen.
    """
    if waits and before.status in ("none", "synced"):
        return replace(before, status="pending", running=False, since=at)
    return replace(before, running=False)


def due_again(state: DynamicsState, now: datetime) -> bool:
    """Whether the sweep pushes it again: it failed and has rested, or the message of its push must have got lost."""
    if state.running or state.status == "pending":
        return state.since is not None and now - state.since >= (_LONGEST_RUN if state.running else _LONGEST_WAIT)
    return state.status == "failed" and state.tried_at is not None and now - state.tried_at >= pause_after(state)


def pause_after(state: DynamicsState) -> timedelta:
    """How long a failed push rests: one hour after the first failure, doubled with each, two days at most."""
    doublings = min(max(state.attempts - 1, 0), 10)
    return min(timedelta(hours=2**doublings), _LONGEST_PAUSE)


def note_of(plan: Plan) -> str | None:
    """The one thing worth saying about a push that worked."""
    noted = _noted(plan)
    return _sentence(*noted) if noted else None


def _noted(plan: Plan) -> tuple[str, str] | None:
    """Why something was left alone, and which record."""
    if plan.skip:
        return plan.skip, "lead"
    for record in ("lead", "opportunity", "account", "contact"):
        found = plan.of(record)
        if found and found.action == "skip" and found.why in NOTES:
            return found.why, record
    return None


def _sentence(why: str, record: str) -> str:
    return NOTES.get(why, why).format(record=record)


def _particulars(why: str, record: str) -> dict[str, str]:
    """What the page needs to say the same in the reader's language."""
    return {"why": why, "record": record}


def events_of(
    done: Done,
    remembered: Remembered,
    *,
    before: DynamicsState,
    history: Iterable[Mapping[str, Any]] = (),
    told: Collection[str] = (),
) -> list[Event]:
    """The events of one push, in the order in which a person would tell them.

    A push that changed nothing tells nothing, unless one before it wrote, noted that in its `history`, and was stopped
    before it could tell. `told`: the marks of the created records that the lead tells of already.
    """
    marks, events = set(told), []
    for line in history:
        if params := _untold(line, before, marks):
            marks |= {mark(one) for one in params.get("ids", {}).values()}
            events.append(Event(line["code"], who=line["who"], params=params, trace=line["trace"]))
    return events + [
        Event(code, who=done.who, params=params, trace=done.trace)
        for code, params in _told(done, remembered, before, marks)
    ]


def history_line(done: Done, remembered: Remembered) -> dict[str, Any]:
    """One line of the referral's history in Dynamics, shaped as an event. It names columns, never values."""
    code, params = _summary(done.plan, remembered)
    params = {**params, "request_ids": list(done.request_ids)}
    return {"at": moment_text(done.at), "code": code, "who": done.who, "params": params, "trace": done.trace}


def _summary(plan: Plan, remembered: Remembered) -> tuple[str, dict[str, Any]]:
    stuck = next((one for one in plan.records if one.action in ("blocked", "review")), None)
    changed = [change["field"] for one in plan.writes for change in _changes(one)]
    if created := created_by(plan, remembered):
        return "dynamics.created", _naming(created)
    if changed:
        return "dynamics.updated", {"fields": changed}
    if stuck:
        return "dynamics.blocked" if stuck.action == "blocked" else "dynamics.review", {
            "reason": stuck.why,
            "record": stuck.record,
        }
    return "dynamics.skipped", {"reason": plan.skip or "equal"}


def _told(
    done: Done, remembered: Remembered, before: DynamicsState, marks: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    plan, ids = done.plan, {"request_ids": list(done.request_ids)}
    if plan.skip and before.note != note_of(plan):
        yield "dynamics.skipped", {"reason": plan.skip}
    if created := still_to_tell(_naming(created_by(plan, remembered)), marks):
        yield "dynamics.created", {**created, **ids}
    for one in plan.records:
        if one.matched_by not in (None, *_OURS) and one.record not in remembered.records:
            yield "dynamics.linked", {"record": one.record, "id": one.id, "by": one.matched_by}
    changes = [change for one in plan.writes if one.action == "update" for change in _changes(one)]
    if changes := changes + [change for one in plan.records for change in _changed_before(one, remembered)]:
        yield "dynamics.updated", {"fields": [change["field"] for change in changes], "changes": changes, **ids}
    for one in plan.records:
        yield from _conflicts(one, remembered)
        if one.action == "review" and before.status != "review":
            yield "dynamics.review", {"reason": one.why, "candidates": [found.id for found in one.candidates]}
        if one.action == "blocked" and before.status != "blocked":
            yield "dynamics.blocked", {"reason": "deleted", "record": one.record}


def _untold(line: Mapping[str, Any], before: DynamicsState, marks: Collection[str]) -> Mapping[str, Any] | None:
    """What of a line of history was written since and never told. Lines of an older release name no ids."""
    named = line["code"] == "dynamics.created" and "ids" in line["params"]
    since = before.synced_at if named else before.tried_at
    if line["code"] not in _WRITTEN or (since and line["at"] <= moment_text(since)):
        return None
    return still_to_tell(line["params"], marks) if named else line["params"]


def _naming(created: Iterable[RecordPlan]) -> dict[str, Any]:
    ids = {one.record: one.id for one in created}
    return {"records": list(ids), "ids": ids}


def _changes(plan: RecordPlan) -> Iterator[dict[str, Any]]:
    for field in plan.fields:
        column = find_column(plan.record, field.column)
        if field.written and column and not column.stamp:
            yield {
                "field": f"{plan.record}.{field.column}",
                "old": shown(plan.record, field.column, field.old),
                "new": shown(plan.record, field.column, field.new),
            }


def _changed_before(plan: RecordPlan, remembered: Remembered) -> Iterator[dict[str, Any]]:
    """What an earlier try changed whose answer was lost: it stands there as wanted, and Hunter remembers otherwise.

    Only of records that no other referral's push writes. What stood there before is not known any more.
    """
    memory = remembered.records.get(plan.record)
    if memory is None or memory.id != plan.id or plan.record not in ("lead", "opportunity"):
        return
    for field in plan.fields:
        last = memory.written.get(field.column)
        if field.why == "equal" and last is not None and last != fingerprint(field.new):
            yield {
                "field": f"{plan.record}.{field.column}",
                "old": None,
                "new": shown(plan.record, field.column, field.new),
            }


def _conflicts(plan: RecordPlan, remembered: Remembered) -> Iterator[tuple[str, dict[str, Any]]]:
    """Columns that Hunter and a person both changed; each disagreement is told once."""
    memory = remembered.records.get(plan.record)
    for field in plan.fields:
        if field.conflict and _is_news(field, memory.written if memory else {}, memory.told if memory else {}):
            yield (
                "dynamics.conflict",
                {
                    "field": f"{plan.record}.{field.column}",
                    "ours": shown(plan.record, field.column, field.new),
                    "theirs": shown(plan.record, field.column, field.old),
                    "kept": "ours" if field.written else "theirs",
                },
            )


def _is_news(field: FieldPlan, written: Mapping[str, str], told: Mapping[str, str]) -> bool:
    if told.get(field.column) == told_of(field.new, field.old):
        return False
    return field.written or written.get(field.column) != told_of(field.new)


def shown(record: Record, column: str, value: Any) -> Any:
    """A value as a timeline may show it: personal ones withheld, long ones cut."""
    known = find_column(record, column)
    if value is None:
        return None
    if known is None or known.personal:
        return _WITHHELD
    return value[:_LONGEST_VALUE] if isinstance(value, str) else value
