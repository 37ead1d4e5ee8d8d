"""A waiting referral in, the group of the day it belongs to and its place there out.

Pure; urgency comes before score.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

GROUPS = ("within_24h", "within_72h", "new", "rest")
"""Overdue or due within a day; within three days; arrived since the last visit; the rest (contract section 4)."""


def group_of(row: Mapping[str, Any], *, now: datetime, since: datetime) -> str:
    """The group of one open referral. `since`: the reader's last visit."""
    due = _moment(row.get("respond_by"))
    if due is not None and due <= now + timedelta(hours=24):
        return "within_24h"
    if due is not None and due <= now + timedelta(hours=72):
        return "within_72h"
    arrived = _moment(row.get("first_seen_at") or row.get("created_at"))
    return "new" if arrived is not None and arrived >= since else "rest"


def order_in_group(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """By priority, then score, then the sooner answer; what has no lead comes last."""
    lead = row.get("lead") or {}
    score = lead.get("score")
    return (
        lead.get("priority") or "P9",
        -(score if score is not None else -1),
        row.get("respond_by") or "9",
        str(row.get("id")),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
