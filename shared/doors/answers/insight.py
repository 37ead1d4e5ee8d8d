"""What `functions/insight.py` answers: the day, and numbers over the list."""

from typing import Any, Literal

from shared.doors.answers.parts import Answer
from shared.doors.answers.referrals import Referral


class TodaySummary(Answer):
    """How many wait in each group."""

    within_24h: int
    within_72h: int
    new: int
    rest: int
    not_in_dynamics: int
    total: int
    last_check: str | None


class TodayItem(Referral):
    """A waiting deal with the lead's score."""

    lead: dict[str, Any] | None


class TodayGroup(Answer):
    """One group of the day; at most 200 items are listed."""

    code: Literal["within_24h", "within_72h", "new", "rest"]
    total: int
    items: list[TodayItem]


class Today(Answer):
    """Open referrals that want an answer."""

    summary: TodaySummary
    groups: list[TodayGroup]
    as_of: str


class Share(Answer):
    """Rows with one value."""

    code: str
    total: int


class Dashboard(Answer):
    """Numbers over the list's filter."""

    total: int
    scored: int
    avg_score: float | None
    max_score: int | None
    hot: int
    in_dynamics: int
    funnel: list[Share]
    segment: list[Share]
    provider: list[Share]
    referral_type: list[Share]
    referral_status: list[Share]
    dynamics_status: list[Share]
    priority: list[Share]
    technical_heat: list[Share]
    histogram: list[dict[str, int]]
    as_of: str
