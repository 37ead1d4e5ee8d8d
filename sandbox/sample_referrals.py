"""A JSON list of referrals goes in; the same list with its offsets turned into dates of today comes out.

A text such as `@-2d3h`, `@+45m` or `@-1d.1234567` stands for now plus that offset, with those fraction digits; so the
samples never grow old. Everything else is left as it stands, malformed records too.
"""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent / "samples" / "referrals.json"
_OFFSET = re.compile(r"@([+-])(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(\.\d{1,7})?")


def load_referrals(path: Path = SAMPLES, *, now: datetime) -> list[Any]:
    """The referrals of a file. Raises `ValueError` with the file's name when it holds no JSON list."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    if not isinstance(content, list):
        raise ValueError(f"{path} must hold a JSON list of referrals, not {type(content).__name__}")
    resolved: list[Any] = resolve_offsets(content, now=now)
    return resolved


def resolve_offsets(value: Any, *, now: datetime) -> Any:
    """The same JSON value with each offset replaced by its date; `now` is cut to whole seconds."""
    if isinstance(value, dict):
        return {name: resolve_offsets(item, now=now) for name, item in value.items()}
    if isinstance(value, list):
        return [resolve_offsets(item, now=now) for item in value]
    found = _OFFSET.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    sign, *parts, fraction = found.groups()
    days, hours, minutes, seconds = (int(part or 0) for part in parts)
    offset = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return f"{now + offset if sign == '+' else now - offset:%Y-%m-%dT%H:%M:%S}{fraction or ''}Z"
