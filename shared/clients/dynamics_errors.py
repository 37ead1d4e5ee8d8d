"""What Dynamics answered in, our error out: try later, never will work, or look again and decide anew.

By `error.code`, not by status alone (reference/dataverse-web-api.md section 6). The code and the request id stay in the
text.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.clients.retry_after import retry_after_seconds
from shared.errors import HunterError, PermanentError, TransientError

THROTTLED = frozenset({"0x80072322", "0x80072321", "0x80072326"})
TAKEN = frozenset({"0x80040237", "0x80060892", "0x80060882", "0x80060891", "0x80040217", "0x80040353"})
"""Somebody was quicker: our id or key is taken, the version is old, the row is gone."""
CLOSED = frozenset({"0x8004022e", "0x80040519", "0x80040515", "0x8004051a", "0x80040518"})
"""The record was closed since it was read."""
FORBIDDEN = frozenset({"0x80040220", "0x80048306", "0x80040299", "0x8004f502", "0x8004f507"})
DISABLED = frozenset({"0x80040225", "0x8004d24b", "0x8004a112"})
BUSY = frozenset({"0x80044150", "0x80044151", "0x80090412"})
"""SQL deadlock, SQL timeout, another change of the customisations."""
BY_RULE = frozenset({"0x80040333"})
PLUGIN = frozenset({"0x80040265", *(f"0x80048d{number:02x}" for number in range(2, 18))})
_BEFORE_IT = frozenset({400, 404, 405, 408})
"""With these and not one word of its own it was not Dynamics that answered, but a gateway, a notice or another host."""
_SPARED = 10.0
"""Seconds to wait when a throttling answer names none."""

_MISSING = re.compile(r"(?:undeclared property|property named|property) '(hnt_\w+|_hnt_\w+)'", re.IGNORECASE)
_COLUMN = (
    re.compile(r"'(\w+)' attribute of the '(\w+)'", re.IGNORECASE),
    re.compile(r"'(\w+)' on record of type '(\w+)'", re.IGNORECASE),
    re.compile(r"\(property '(\w+)'\)|in field '(\w+)'|Attribute: (\w+)", re.IGNORECASE),
)
_PRIVILEGE = re.compile(r"\bprv\w+")
_E_MAIL = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+")


class Conflict(Exception):
    """Things changed between reading and writing: read again and decide again. `code` is Dynamics' own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


def read_error(status: int, body: bytes) -> tuple[str, str]:
    """Code in lower case and message; a gateway's HTML or an empty body gives an empty code and the status."""
    try:
        told = json.loads(body)["error"]
        code, message = str(told.get("code") or "").lower(), str(told.get("message") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        code, message = "", ""
    return code, _E_MAIL.sub("…@…", message)[:400] or _unsaid(status)


def _unsaid(status: int) -> str:
    return f"HTTP {status} without a reason"


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> HunterError | Conflict:
    """The error for an answer that is no success. 408 and 5xx carry `sent`: a write may have been done."""
    code, message = read_error(status, body)
    from_before = status in _BEFORE_IT and (code, message) == ("", _unsaid(status))
    details: dict[str, Any] = {
        "status": status, "dynamics_code": code, "request_id": request_id(headers), "said": message,
    }  # fmt: skip
    if status in (429, 503) or code in THROTTLED:
        seconds = retry_after_seconds(headers, now=now)
        return TransientError("dyn_throttled", message, retry_after=_SPARED if seconds is None else seconds, **details)
    if from_before or code in BUSY or (status >= 500 and code not in PLUGIN | BY_RULE):
        sent = status >= 500 or status == 408
        return TransientError("dyn_unavailable", f"HTTP {status} {code}: {message}", sent=sent, **details)
    if _of_owner(status, code, message):
        return PermanentError("dyn_validation", field="DYNAMICS_OWNER", why="owner_refused", **details)
    if status == 409 or (status == 412 and code not in BY_RULE) or code in TAKEN or code in CLOSED:
        return Conflict(code, message)
    return _permanent(status, code, message, details)


def request_id(headers: Mapping[str, str]) -> str | None:
    """The service's own id of a request, for support cases; of a list, the first."""
    named = {name.lower(): value for name, value in headers.items()}
    found = named.get("x-ms-service-request-id") or named.get("req_id")
    return found.partition(",")[0].strip() if found else None


def _permanent(status: int, code: str, message: str, details: Mapping[str, Any]) -> PermanentError:
    if status == 401:
        return PermanentError("dyn_signin", why="dyn_token_refused", **details)
    if code in DISABLED:
        return PermanentError("dyn_signin", why="dyn_user_disabled", **details)
    if code in FORBIDDEN or status == 403:
        found = _PRIVILEGE.search(message)
        privilege = found.group() if found else None
        why = {"why": "dyn_lacks_privilege"} if privilege else {}
        return PermanentError("dyn_forbidden", "" if why else message, privilege=privilege, **why, **details)
    if code in BY_RULE:
        return PermanentError("dyn_duplicate", message, **details)
    if code in PLUGIN:
        return PermanentError("dyn_plugin_refused", message, **details)
    if missing := _MISSING.search(message):
        return PermanentError(
            "dyn_column_missing", message, column=missing[1].removeprefix("_").removesuffix("_value"), **details
        )
    fix = "correct the value, or let the column take it in Dynamics"
    told = {"field": _column_in(message), "problem": message, "fix": fix}
    return PermanentError("dyn_validation", f"{message} Fix: {fix}.", **told, **details)


def _of_owner(status: int, code: str, message: str) -> bool:
    """Whether it is the configured owner that Dynamics dislikes; a disabled caller is a 403."""
    if code == "0x80040299":
        return True
    if code in TAKEN:
        return re.search(r"\b(systemuser|team)s? With", message, re.IGNORECASE) is not None
    return code in DISABLED and status != 403


def _column_in(message: str) -> str | None:
    """`table.column` as far as the message names them."""
    for pattern in _COLUMN:
        if found := pattern.search(message):
            named = [group for group in found.groups() if group]
            return ".".join(reversed(named))
    return None
