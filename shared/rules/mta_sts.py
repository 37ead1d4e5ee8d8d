"""The text of an MTA-STS policy in, its mode and hosts out, and whether it agrees with the MX (RFC 8461)."""

from collections.abc import Iterable
from dataclasses import dataclass

_MODES = ("enforce", "testing", "none")
_LONGEST_AGE = 31_557_600
"""Seconds; RFC 8461 3.2."""


@dataclass(frozen=True, slots=True)
class MtaStsPolicy:
    """One policy, read. Any of `problems` makes it invalid."""

    mode: str | None
    hosts: tuple[str, ...]
    max_age: int | None
    problems: tuple[str, ...]


def read_policy(text: str) -> MtaStsPolicy:
    """Reads the file; never raises. Unknown keys are passed over."""
    values: dict[str, list[str]] = {}
    for line in text.splitlines()[:200]:
        name, colon, value = line.partition(":")
        if colon:
            values.setdefault(name.strip().lower(), []).append(value.strip())
    mode = next(iter(values.get("mode", [])), "").lower()
    age = next(iter(values.get("max_age", [])), "")
    max_age = int(age) if age.isascii() and age.isdigit() and len(age) < 11 else None
    hosts = tuple(host.lower().rstrip(".") for host in values.get("mx", []))
    problems = []
    if values.get("version", [""])[0] != "STSv1":
        problems.append("version is not STSv1")
    if mode not in _MODES:
        problems.append(f"mode '{mode[:40]}' is none of {', '.join(_MODES)}")
    if max_age is None or max_age > _LONGEST_AGE:
        problems.append("max_age is missing or no number of seconds up to a year")
    if not hosts and mode != "none":
        problems.append("mx is missing")
    return MtaStsPolicy(mode if mode in _MODES else None, hosts, max_age, tuple(problems))


def uncovered_hosts(policy: MtaStsPolicy, mx_hosts: Iterable[str]) -> list[str]:
    """MX hosts that the policy does not name, so that mail to them would be refused (RFC 8461 4.1)."""
    if policy.mode == "none":
        return []
    return [host for host in mx_hosts if not any(_fits(host, pattern) for pattern in policy.hosts)]


def _fits(host: str, pattern: str) -> bool:
    """A leading `*.` stands for exactly one label."""
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:]
    return host == pattern
