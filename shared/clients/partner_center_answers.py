"""An answer of Partner Center goes in; its JSON, or what its status means in our two kinds of failure, comes out.

Source: `reference/partner-center-referrals-api.md` section 9. The status decides; bodies are read only for the code.
"""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from shared.clients.http_session import Answer
from shared.clients.retry_after import retry_after_seconds
from shared.errors import PermanentError, TransientError

ROLE = "Referrals Admin"
_MOST_DIGITS = 400
_SAFE_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def refuse(answer: Answer, *, now: datetime) -> NoReturn:
    """Raises what any status but success means; `now` only reads a `Retry-After` date that comes without a `Date`."""
    status, told = answer.status, trace(answer)
    if status in (429, 503):
        wait = retry_after_seconds(answer.headers, now=now)
        raise TransientError("pc_throttled", f"Partner Center answered {status}.", retry_after=wait, **told)
    if status == 403 and "insufficient" in str(told.get("service_code", "")).lower():
        step = "Conditional Access wants more of the signed-in user. Sign in again: python -m operate sign-in"
        raise PermanentError("signin_needed", step, reason="conditional_access", **told)
    if status == 403:
        cause = f"The signed-in user lacks the role {ROLE} in Partner Center."
        raise PermanentError("pc_forbidden", cause, role=ROLE, **told)
    if 300 <= status < 400:
        cause = f"A redirect ({status}) was not followed."
        raise PermanentError("pc_link_refused", cause, problem="redirect", **told)
    if status >= 500 and status not in (501, 507):
        raise TransientError("pc_bad_answer", f"Partner Center answered {status}.", **told)
    raise PermanentError("pc_bad_answer", f"Partner Center answered {status}.", **told)


def json_of(answer: Answer) -> Any:
    """The body's JSON. Raises `TransientError` `pc_bad_answer` for a torn body or a web page."""
    try:
        return json.loads(answer.body, parse_int=_whole)
    except (ValueError, RecursionError):
        kind = "a web page" if answer.body.lstrip()[:1] == b"<" else "torn"
        raise bad_answer(answer, f"it is {kind}, not JSON") from None


def _whole(digits: str) -> int | float:
    """Python refuses to read thousands of digits; one such number must not cost a page of referrals."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def bad_answer(answer: Answer, problem: str) -> TransientError:
    """The error for a success that cannot be used."""
    return TransientError("pc_bad_answer", f"The answer cannot be read: {problem}.", **trace(answer))


def trace(answer: Answer) -> dict[str, Any]:
    """What Microsoft's support asks for. The service's message stays out: it may hold data."""
    told: dict[str, Any] = {"status": answer.status, "request_id": request_id(answer)}
    try:
        code = json.loads(answer.body)["error"]["code"] if answer.status >= 400 else None
    except (ValueError, TypeError, KeyError, RecursionError):
        code = None
    if isinstance(code, str) and _SAFE_CODE.fullmatch(code):
        told["service_code"] = code
    return told


def request_id(answer: Answer) -> str | None:
    """The service's own id of the call."""
    for name in ("request-id", "x-ms-request-id", "x-request-id"):
        if value := answer.headers.get(name):
            return str(value)[:80]
    return None


def server_date(answer: Answer) -> datetime | None:
    """The service's clock."""
    try:
        moment = parsedate_to_datetime(answer.headers.get("Date") or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
