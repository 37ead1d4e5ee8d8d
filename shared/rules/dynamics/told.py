"""A plan that was carried out in; the events of the timeline and the referral's line of history out.

Events name columns with old and new value; personal values are left out of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from shared.rules.dynamics.columns import Record, find_column
from shared.rules.dynamics.created import created_by, mark, still_to_tell
from shared.rules.dynamics.fields import FieldPlan
from shared.rules.dynamics.memory import Remembered, fingerprint, told_of
from shared.rules.dynamics.shapes import Done, Plan, RecordPlan
from shared.rules.dynamics.standing import note_of
from shared.rules.events import Event
from shared.rules.lead import DynamicsState
from shared.rules.moments import iso

_WRITTEN = ("dynamics.created", "dynamics.updated")
_LONGEST_VALUE = 200
_WITHHELD = "…"
_OURS = ("our_id", "our_key")
"""How a record is matched that Hunter itself has written."""


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
    return {"at": iso(done.at), "code": code, "who": done.who, "params": params, "trace": done.trace}


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
    if line["code"] not in _WRITTEN or (since and line["at"] <= iso(since)):
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
