"""TXT records in, what they say by SPF (RFC 7208) out. Pure: which further names to ask is an answer, not a call."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_LOOKUPS = 10
"""Terms that cause DNS queries; more is a permanent error (RFC 7208 4.6.4)."""
MOST_VOID_LOOKUPS = 2
"""Queries that find nothing; more is a permanent error (RFC 7208 4.6.4)."""

_VERSION = re.compile(r"v=spf1( |$)", re.IGNORECASE)
_TERM = re.compile(r"(?P<qualifier>[+\-~?]?)(?P<name>[a-z][a-z0-9._-]*)(?P<rest>[:/=].*)?", re.IGNORECASE)
_ASKING = frozenset(("include", "a", "mx", "ptr", "exists"))
_MECHANISMS = _ASKING | {"all", "ip4", "ip6"}
_NEEDS_VALUE = frozenset(("include", "exists", "ip4", "ip6"))


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """One record, read. `problems` makes it invalid; `asking` counts its own terms that cause a query."""

    text: str
    mechanisms: tuple[str, ...]
    includes: tuple[str, ...]
    redirect: str | None
    all_qualifier: str | None
    asking: int
    problems: tuple[str, ...]


def spf_records(texts: Iterable[str]) -> list[str]:
    """The TXT records that are SPF: `v=spf1` and then a space or the end (RFC 7208 4.5)."""
    return [text for text in texts if _VERSION.match(text)]


def read_spf(text: str) -> SpfRecord:
    """Reads one record; never raises."""
    mechanisms, includes, problems = [], [], []
    redirect: str | None = None
    all_qualifier: str | None = None
    asking = 0
    for term in text.split()[1:]:
        found = _TERM.fullmatch(term)
        if found is None:
            problems.append(f"'{term[:60]}' is no term")
            continue
        name, rest = found["name"].lower(), found["rest"] or ""
        if rest.startswith("="):
            if name == "redirect":
                if redirect is not None:
                    problems.append("redirect stands twice")
                redirect = rest[1:].rstrip(".").lower()
            continue
        if name not in _MECHANISMS:
            problems.append(f"'{name[:40]}' is no mechanism")
            continue
        value = rest[1:] if rest.startswith(":") else ""
        if name in _NEEDS_VALUE and not value:
            problems.append(f"{name} has no value")
        mechanisms.append(name)
        asking += name in _ASKING
        if name == "include" and value:
            includes.append(value.rstrip(".").lower())
        if name == "all":
            all_qualifier = found["qualifier"] or "+"
    if all_qualifier is not None:
        redirect = None  # "all" always matches, so a redirect is never followed (RFC 7208 5.1)
    asking += redirect is not None
    return SpfRecord(text, tuple(mechanisms), tuple(includes), redirect, all_qualifier, asking, tuple(problems))


@dataclass(frozen=True, slots=True)
class SpfTree:
    """A record with all it includes. `lookups` and `voids` count as a receiver would; `unasked` nobody answered for."""

    lookups: int
    voids: int
    loop: bool
    unasked: tuple[str, ...] = ()

    @property
    def problems(self) -> list[str]:
        """What makes the whole a permanent error."""
        found = []
        if self.lookups > MOST_LOOKUPS:
            found.append(f"needs {self.lookups} lookups, more than {MOST_LOOKUPS}")
        if self.voids > MOST_VOID_LOOKUPS:
            found.append(f"{self.voids} lookups find nothing, more than {MOST_VOID_LOOKUPS}")
        if self.loop:
            found.append("includes itself")
        return found


def follow(record: SpfRecord) -> Sequence[str]:
    """The names whose SPF must be known next: includes, then the redirect."""
    return (*record.includes, *((record.redirect,) if record.redirect else ()))
