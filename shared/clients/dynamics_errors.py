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
    return code, _E_MAIL.sub("…@…", message)[:400] or f"HTTP {status} without a reason"


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> HunterError | Conflict:
    """The error for an answer that is no success. A status of 5xx carries `sent`: a write may have been done."""
    code, message = read_error(status, body)
    details: dict[str, Any] = {"status": status, "dynamics_code": code, "request_id": request_id(headers)}
    if status in (429, 503) or code in THROTTLED:
        seconds = retry_after_seconds(headers, now=now)
        return TransientError("dyn_throttled", message, retry_after=_SPARED if seconds is None else seconds, **details)
    if code in BUSY or (status >= 500 and code not in PLUGIN | BY_RULE):
        return TransientError("dyn_unavailable", f"HTTP {status} {code}: {message}", sent=status >= 500, **details)
    if _of_owner(status, code, message):
        return _wrong(details, "DYNAMICS_OWNER", message, "name an active user or team that may own records")
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
        return PermanentError("dyn_signin", f"Dynamics refused the token: {message}", **details)
    if code in DISABLED:
        return PermanentError("dyn_signin", f"Hunter's application user is disabled: {message}", **details)
    if code in FORBIDDEN or status == 403:
        privilege = found.group() if (found := _PRIVILEGE.search(message)) else None
        text = f"Hunter's application user lacks {privilege or 'a privilege'}; give it to its role. Dynamics: {message}"
        return PermanentError("dyn_forbidden", text, privilege=privilege, **details)
    if code in BY_RULE:
        return PermanentError("dyn_duplicate", message, **details)
    if code in PLUGIN:
        return PermanentError("dyn_plugin_refused", message, **details)
    if missing := _MISSING.search(message):
        return PermanentError(
            "dyn_column_missing", message, column=missing[1].removeprefix("_").removesuffix("_value"), **details
        )
    return _wrong(details, _column_in(message), message, "correct the value, or let the column take it in Dynamics")


def _wrong(details: Mapping[str, Any], field: str | None, message: str, fix: str) -> PermanentError:
    return PermanentError("dyn_validation", f"{message} Fix: {fix}.", field=field, problem=message, fix=fix, **details)


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
