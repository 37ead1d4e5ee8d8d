"""Partner Center's date texts go in; whole numbers of 100 ns since year 1, datetimes and filter texts come out.

The API writes 0 to 7 fraction digits and drops trailing zeros, so texts do not sort and a `datetime` (microseconds)
makes two instants one. Marks and "newer" are therefore decided by ticks.
"""

import re
from datetime import UTC, datetime, timedelta

TICKS_PER_SECOND = 10_000_000
_YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)
_TEXT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,12}))?\s?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII
)


def ticks(text: object) -> int | None:
    """100 ns since 0001-01-01 UTC; no zone means UTC, a bare date its midnight. None for what is no date.

    The default date of .NET (year 1, day 1) stands for "not set" and is None too.
    """
    found = _TEXT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    day, clock, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{(zone or 'Z').upper()}")
        seconds = (moment - _YEAR_ONE) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None
    whole = seconds * TICKS_PER_SECOND + int((fraction or "").ljust(7, "0")[:7])
    return whole if seconds >= 86_400 else None


def ticks_of(moment: datetime) -> int:
    """The ticks of an aware datetime."""
    return (moment - _YEAR_ONE) // timedelta(microseconds=1) * 10


def moment_of(count: int | None) -> datetime | None:
    """The UTC datetime of some ticks, cut to microseconds; None stays None, as does what no datetime can hold."""
    try:
        return None if count is None else _YEAR_ONE + timedelta(microseconds=count // 10)
    except OverflowError:
        return None


def ticks_text(count: int) -> str:
    """The text of some ticks as an OData literal with all seven digits: `2026-02-03T08:15:42.1234567Z`."""
    seconds, fraction = divmod(count, TICKS_PER_SECOND)
    return f"{_YEAR_ONE + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.{fraction:07d}Z".rjust(28, "0")
