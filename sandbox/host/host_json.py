"""host.json and its `AzureFunctionsJobHost__` overrides → the few settings that the stand-in host obeys."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OVERRIDE = "AzureFunctionsJobHost__"
DEFAULT_TIMEOUT_SECONDS = 30 * 60.0


class HostJsonError(Exception):
    """host.json is missing or says something that the host does not understand."""


@dataclass(frozen=True, slots=True)
class HostJson:
    """What counts of host.json. Times are seconds; `function_timeout` None means no limit."""

    route_prefix: str
    function_timeout: float | None
    max_concurrent_calls: int
    prefetch_count: int
    auto_complete: bool
    max_lock_renewal: float


def _seconds(text: str, *, key: str) -> float:
    found = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)", text)
    if not found:
        raise HostJsonError(f"host.json: {key} is {text!r}: write a time as hh:mm:ss.")
    days, hours, minutes, seconds = found.groups()
    return int(days or 0) * 86400 + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _override(document: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        document = document.setdefault(name, {})
    try:
        document[path[-1]] = json.loads(value)
    except ValueError:
        document[path[-1]] = value


def read_host_json(folder: Path, environment: Mapping[str, str] = os.environ) -> HostJson:
    """The app's host.json as the host sees it. Service Bus settings are those of extension 5.x, which are flat."""
    try:
        document: dict[str, Any] = json.loads((folder / "host.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise HostJsonError("host.json is missing: the folder is no function app.") from None
    except ValueError as error:
        raise HostJsonError(f"host.json is not JSON: {error}.") from None
    if document.get("version") != "2.0":
        raise HostJsonError('host.json: version must be "2.0".')
    for name, value in environment.items():
        if name.startswith(OVERRIDE):
            _override(document, name.removeprefix(OVERRIDE).split("__"), value)
    extensions = document.get("extensions", {})
    bus = extensions.get("serviceBus", {})
    timeout = document.get("functionTimeout")
    if timeout is None:
        limit: float | None = DEFAULT_TIMEOUT_SECONDS
    else:
        limit = None if timeout == "-1" else _seconds(timeout, key="functionTimeout")
    renewal = bus.get("maxAutoLockRenewalDuration", "00:05:00")
    return HostJson(
        route_prefix=str(extensions.get("http", {}).get("routePrefix", "api")).strip("/"),
        function_timeout=limit,
        max_concurrent_calls=int(bus.get("maxConcurrentCalls", 16 * (os.cpu_count() or 1))),
        prefetch_count=int(bus.get("prefetchCount", 0)),
        auto_complete=bool(bus.get("autoCompleteMessages", True)),
        max_lock_renewal=_seconds(renewal, key="maxAutoLockRenewalDuration"),
    )
