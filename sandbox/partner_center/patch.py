"""A JSON Patch for a referral goes in; the top-level fields that it changes come out, or why it is refused.

The API takes `add` and `replace` only (RFC 6902), and status changes along New → Active → Closed (section 5.3).
"""

import copy
import json
from typing import Any

from shared.rules.referral_status import UNKNOWN, referral_status

_FOLLOWS = {"New": {"New", "Active", "Closed"}, "Active": {"Active", "Closed"}, "Closed": {"Closed"}}


class PatchError(Exception):
    """The patch is not valid, in words."""


def patched_fields(document: dict[str, Any], text: str) -> dict[str, Any]:
    """The changed top-level fields of `document`, which itself stays as it is. Raises `PatchError`."""
    try:
        steps = json.loads(text)
    except ValueError:
        raise PatchError("The body is not JSON.") from None
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        raise PatchError("The body must be a list of operations.")
    patched = copy.deepcopy(document)
    for step in steps:
        _apply(patched, step)
    changed = {name: value for name, value in patched.items() if document.get(name) != value or name not in document}
    _check_status(document, patched, changed)
    return changed


def _apply(patched: dict[str, Any], step: dict[str, Any]) -> None:
    path = step.get("path")
    if step.get("op") not in ("add", "replace") or "value" not in step:
        raise PatchError("Each operation is add or replace, with a value.")
    if not isinstance(path, str) or not path.startswith("/") or path in ("/", "/id", "/eTag"):
        raise PatchError("The path is not one that can be changed.")
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]
    target: Any = patched
    for name in way:
        target = target.setdefault(name, {}) if isinstance(target, dict) else None
    if not isinstance(target, dict):
        raise PatchError("The path leads nowhere.")
    target[last] = step["value"]


def _check_status(document: dict[str, Any], patched: dict[str, Any], changed: dict[str, Any]) -> None:
    if not {"status", "substatus"} & set(changed):
        return
    if patched.get("status") not in _FOLLOWS.get(document.get("status", ""), {patched.get("status")}):
        raise PatchError("The status cannot follow the present one.")
    if referral_status(patched.get("status"), patched.get("substatus")) == UNKNOWN:
        raise PatchError("The substatus does not belong to the status.")
