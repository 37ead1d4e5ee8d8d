"""What one check of a scan found, with everything that lets a result be defended: raw record, resolver, time, TTL."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.rules.dns_answers import DnsAnswer
from shared.rules.signals import State

_MOST_RECORDS = 20
_LONGEST_RECORD = 4096
"""Characters. What is longer is cut in the evidence, after it was judged as a whole."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `outcome` says why in one word: `found`, `no_data`, `nxdomain`, `null_mx`, `timeout`, `servfail` …"""

    state: State
    outcome: str
    records: tuple[str, ...] = ()
    resolver: str = ""
    at: str = ""
    ttl: int | None = None
    """Seconds."""
    detail: Mapping[str, Any] = field(default_factory=dict)


def judged(answer: DnsAnswer, state: State, outcome: str, records: Iterable[str] = (), **detail: Any) -> Check:
    """A check that rests on one answer; `records` are those that were judged, not all that stood at the name."""
    kept = tuple(record[:_LONGEST_RECORD] for record in records)[:_MOST_RECORDS]
    return Check(state, outcome, kept, answer.resolver, answer.at, answer.ttl, detail)


def nothing(answer: DnsAnswer, **detail: Any) -> Check:
    """Nothing to judge: absent when somebody said so, unknown when nobody could say."""
    if not answer.known:
        return judged(answer, "unknown", answer.outcome, **detail)
    return judged(answer, "absent", "nxdomain" if answer.outcome == "nxdomain" else "no_data", **detail)


def checks_to_json(checks: Mapping[str, Check]) -> dict[str, Any]:
    """JSON-ready, by name."""
    return {name: asdict(check) for name, check in checks.items()}


def checks_from_json(content: Mapping[str, Any]) -> dict[str, Check]:
    """The checks that `checks_to_json` stored; what a later release added is passed over."""
    known = Check.__slots__
    return {
        name: Check(**{**{k: v for k, v in one.items() if k in known}, "records": tuple(one.get("records", ()))})
        for name, one in content.items()
        if isinstance(one, Mapping) and "state" in one and "outcome" in one
    }
