"""An answer of Partner Center goes in; its JSON, or what its status means in our two kinds of failure, comes out.

Source: `reference/partner-center-referrals-api.md` section 9. The status decides; bodies are read only for the code.
"""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from shared.clients.http_session import Answer
from shared.clients.partner_center_token import sign_in_needed
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
        raise TransientError("pc_throttled", why="pc_answered", retry_after=wait, **told)
    if status == 403 and "insufficient" in str(told.get("service_code", "")).lower():
        raise sign_in_needed("signin_conditional_access", reason="conditional_access", **told)
    if status == 403:
        raise PermanentError("pc_forbidden", why="pc_role_missing", role=ROLE, **told)
    if 300 <= status < 400:
        raise PermanentError("pc_link_refused", why="redirected", **told)
    if status >= 500 and status not in (501, 507):
        raise TransientError("pc_bad_answer", why="pc_answered", **told)
    raise PermanentError("pc_bad_answer", why="pc_answered", **told)


def json_of(answer: Answer) -> Any:
    """The body's JSON. Raises `TransientError` `pc_bad_answer` for a torn body or a web page."""
    try:
        return json.loads(answer.body, parse_int=_whole)
    except (ValueError, RecursionError):
        is_page = answer.body.lstrip()[:1] == b"<"
        raise bad_answer(answer, "answer_web_page" if is_page else "answer_torn") from None


def _whole(digits: str) -> int | float:
    """Python refuses to read thousands of digits; one such number must not cost a page of referrals."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def bad_answer(answer: Answer, why: str) -> TransientError:
    """The error for a success that cannot be used."""
    return TransientError("pc_bad_answer", why=why, **trace(answer))


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
