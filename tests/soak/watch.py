"""A running sandbox in, samples out: memory of its processes, messages that wait, and the lag to Dynamics."""

import resource
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from tests.sandbox_process import SandboxProcess


@dataclass(slots=True)
class Watch:
    """What was seen so far: (second, bytes) per process, (second, messages) per queue."""

    sandbox: SandboxProcess
    memory: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    depth: dict[str, list[tuple[float, int]]] = field(default_factory=dict)

    def look(self, second: float) -> None:
        """One sample of everything."""
        children = _children()
        services: dict[int, list[str]] = {}
        for service, pids in self.sandbox.pids().items():
            for pid in pids:
                services.setdefault(pid, []).append(service)
        for pid, names in services.items():  # most stand-ins share one process
            own = self.sandbox.process.pid == pid  # the others are its children
            self.memory.setdefault(", ".join(names), []).append((second, _resident(pid, {} if own else children)))
        for queue, depth in waiting(self.sandbox).items():
            self.depth.setdefault(queue, []).append((second, depth))


NOW = ("active", "locked", "dead_letter")
"""The states of what is not waiting for a later hour."""


def waiting(sandbox: SandboxProcess, states: Sequence[str] = (*NOW, "scheduled")) -> dict[str, int]:
    """Messages per queue that are not done with, dead letters too."""
    return {name: sum(one[state] for state in states) for name, one in sandbox.queue_counts().items()}


def lags(sandbox: SandboxProcess, told_at: Mapping[str, float]) -> tuple[list[float], int]:
    """Seconds from each company's last news to its last sync, to the second; and how many are not synced."""
    leads = {lead["domain"]: lead for lead in _leads(sandbox)}
    found = []
    for domain, told in told_at.items():
        lead = leads.get(domain)
        if lead and lead["dynamics_status"] == "synced" and lead["dynamics_synced_at"]:
            found.append(max(datetime.fromisoformat(lead["dynamics_synced_at"]).timestamp() - int(told), 0.0))
    return found, len(told_at) - len(found)


def between(samples: list[tuple[float, int]], first: float, last: float) -> float:
    """The median of the samples from one second to another."""
    return statistics.median(value for second, value in samples if first <= second <= last)


def _leads(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = requests.get(f"{sandbox.url('front')}/api/leads?limit=100{cursor}", timeout=30)
        answer.raise_for_status()
        page = answer.json()
        found += page["items"]
        if not page["next_cursor"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def _resident(pid: int, children: Mapping[int, list[int]]) -> int:
    """Bytes of a process and of those that it started: Azurite runs below a guard."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:  # it has just ended
        return 0
    return own + sum(_resident(child, children) for child in children.get(pid, ()))


def _children() -> Mapping[int, list[int]]:
    """Which processes each process has started."""
    found: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found.setdefault(int(after_name[1]), []).append(int(status.parent.name))
    return found
