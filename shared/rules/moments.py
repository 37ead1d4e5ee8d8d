"""A moment in, its text as the contract writes it out: UTC, ISO 8601 with `Z`, whole seconds."""

from datetime import UTC, datetime
from typing import overload


@overload
def iso(moment: datetime) -> str: ...


@overload
def iso(moment: None) -> None: ...


def iso(moment: datetime | None) -> str | None:
    """Raises OverflowError where a moment of another zone leaves the calendar in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
