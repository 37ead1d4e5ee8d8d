"""What `functions/failures.py` answers: the inbox."""

from typing import Any

from shared.doors.answers.parts import Answer
from shared.rules.values import FailureState


class Failure(Answer):
    """One fault, with the company and the deal that it stopped, as far as these are known."""

    id: str
    domain: str | None
    company_name: str | None
    deal: str | None
    code: str
    params: dict[str, Any]
    text: str
    who: str
    action: str
    cause: str
    queue: str
    key: str
    trace: str
    attempts: int
    replays: int
    first_at: str | None
    last_at: str | None
    state: FailureState


class FailureReplayed(Failure):
    """A fault whose message goes round again."""


class FailurePage(Answer):
    """Faults, the latest first, and how many there are of each cause."""

    items: list[Failure]
    total: int
    groups: list[dict[str, Any]]
    next_cursor: str | None
    as_of: str
