"""Templates and host.json in, findings out: queues, tables and their timing against the code."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from infra.tools.bicep import Template
from infra.tools.finding import Finding
from infra.tools.sources import Sources
from shared.clients.tables import TABLES
from shared.messages import QUEUES

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_DURATIONS = ("autoDeleteOnIdle", "defaultMessageTimeToLive", "duplicateDetectionHistoryTimeWindow", "lockDuration")
_WANTED = {
    "deadLetteringOnMessageExpiration": True,
    "defaultMessageTimeToLive": "P14D",
    "duplicateDetectionHistoryTimeWindow": "PT10M",
    "lockDuration": "PT1M",
    "maxDeliveryCount": 10,
    "requiresDuplicateDetection": True,
    "requiresSession": False,
    "enablePartitioning": False,
}
"""The project's contract, section 6; duplicate detection, sessions and partitioning can never be changed later."""


def check_queues(templates: list[Template], sources: Sources) -> Iterator[Finding]:
    """Names on both sides, properties as agreed, durations that parse and suit the host."""
    host = json.loads(sources.texts["host.json"])
    yield from _host(host)
    for template in templates:
        for name, wanted in (("queueNames", QUEUES), ("tableNames", TABLES)):
            if (declared := template.named(name)) and set(declared.value) != set(wanted):
                difference = ", ".join(sorted(set(declared.value) ^ set(wanted)))
                yield Finding(template.path, declared.line, name, f"Differs from the code: {difference}.")
        for resource in template.of("resource"):
            if resource.target.startswith("Microsoft.ServiceBus/namespaces/queues@"):
                yield from _queue(template.path, resource.line, resource.value.get("properties", {}), host)


def _queue(path: str, line: int, properties: dict[str, Any], host: dict[str, Any]) -> Iterator[Finding]:
    for name, value in _WANTED.items():
        if properties.get(name) != value:
            yield Finding(path, line, "queue-property", f"{name} must be {value!r}, not {properties.get(name)!r}.")
    read = {name: duration(str(properties.get(name, ""))) for name in _DURATIONS}
    for name, length in read.items():
        if length is None:
            yield Finding(path, line, "duration", f"{name} is no ISO 8601 duration: {properties.get(name)!r}.")
    lock, window = read["lockDuration"], read["duplicateDetectionHistoryTimeWindow"]
    if lock and lock > timedelta(minutes=5):
        yield Finding(path, line, "duration", "lockDuration is at most PT5M.")
    if window and not timedelta(seconds=20) <= window <= timedelta(days=7):
        yield Finding(path, line, "duration", "duplicateDetectionHistoryTimeWindow is 20 s to 7 days.")


def _host(host: dict[str, Any]) -> Iterator[Finding]:
    bus = host["extensions"]["serviceBus"]
    renewed, limit = _clock(bus["maxAutoLockRenewalDuration"]), _clock(host["functionTimeout"])
    if renewed < limit:
        yield Finding("host.json", 1, "lock-renewal", "maxAutoLockRenewalDuration is shorter than functionTimeout.")
    if host.get("extensions", {}).get("http", {}).get("routePrefix", "api") != "api":
        yield Finding("host.json", 1, "route-prefix", "The page reaches the functions under /api only.")
    sampling = host["logging"]["applicationInsights"]["samplingSettings"]
    kept = set(sampling.get("excludedTypes", "").split(";"))
    if sampling.get("isEnabled") and not {"Request", "Exception", "Trace"} <= kept:
        yield Finding(
            "host.json", 1, "sampling", "Alerts count log lines: Request, Exception and Trace must all arrive."
        )


def duration(text: str) -> timedelta | None:
    """The length of an ISO 8601 duration of days and smaller, or None."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _clock(text: str) -> timedelta:
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
