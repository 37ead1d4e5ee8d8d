"""What one check of a scan found, with everything that lets a result be defended: raw record, resolver, time, TTL."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.rules.signals import State


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `outcome` says why in one word: `found`, `no_data`, `nxdomain`, `null_mx`, `timeout`, `servfail` …"""

    state: State
    outcome: str
    records: tuple[str, ...] = ()
    resolver: str = ""
    at: str = ""
    ttl: int | None = None
    """Seconds, of the shortest-lived record."""
    detail: Mapping[str, Any] = field(default_factory=dict)


def checks_to_json(checks: Mapping[str, Check]) -> dict[str, Any]:
    """JSON-ready, by name."""
    return {name: asdict(check) for name, check in checks.items()}


def checks_from_json(content: Mapping[str, Any]) -> dict[str, Check]:
    """The checks that `checks_to_json` stored; what a later release added is passed over."""
    known = Check.__slots__
    return {
        name: Check(**{**{k: v for k, v in one.items() if k in known}, "records": tuple(one.get("records", ()))})
        for name, one in content.items()
        if isinstance(one, Mapping) and "state" in one
    }
