"""The header `Retry-After` in, seconds to wait out: a number, or an HTTP date (RFC 9110 section 10.2.3)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds until the other side wants to be asked again, never negative; None when it did not say.

    A date is read against the answer's own `Date`, so that a wrong clock here does not matter.
    """
    told = _value(headers, "retry-after")
    if told is None:
        return None
    try:
        seconds = float(told)
    except ValueError:
        until = _moment(told)
    else:
        return max(seconds, 0.0) if isfinite(seconds) else None
    if until is None:
        return None
    return max((until - (_moment(_value(headers, "date") or "") or now)).total_seconds(), 0.0)


def _value(headers: Mapping[str, str], name: str) -> str | None:
    return next((value.strip() for key, value in headers.items() if key.lower() == name), None)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
