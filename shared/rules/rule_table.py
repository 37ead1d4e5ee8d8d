"""The shape of a rule table: prices, segments and the P-model as data, and what makes a table whole."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cached_property
from typing import Literal, get_args

Provider = Literal["M365", "Google", "Yandex", "Zoho", "Amazon", "SendGrid", "Mailgun", "Hosting", "Local", "Unknown"]
Segment = Literal["Migration", "Existing", "Cold", "Skip"]
TechnicalHeat = Literal["Hot", "Warm", "Cold"]
CommercialHeat = Literal["HIGH", "MEDIUM", "LOW"]
CommercialSegment = Literal["GREENFIELD", "COMPETITIVE", "WEAK_PARTNER", "RENEWAL", "LOW_INTENT", "NO_GO"]
Priority = Literal["P1", "P2", "P3", "P4", "P5", "P6"]

PROVIDERS: tuple[str, ...] = get_args(Provider)

_KNOWN_FIELDS_ONLY = {"extra": "forbid"}
"""For pydantic, which reads a table from a file: a misspelt field is an error, not a field left as shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What each fact about a domain is worth. One line of the breakdown each."""

    __pydantic_config__ = _KNOWN_FIELDS_ONLY

    spf: int
    no_spf: int
    dkim: int
    no_dkim: int
    dmarc_reject: int
    dmarc_quarantine: int
    dmarc_none: int
    no_dmarc: int
    spf_multiple_includes: int
    hosting_mx_weak: int
    no_mx: int
    tenant: int
    co_sell: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Whom a row is about: these providers (none named: any) with a score from `low` to `high`."""

    __pydantic_config__ = _KNOWN_FIELDS_ONLY

    providers: tuple[Provider, ...] = ()
    low: int = 0
    high: int = 100

    def holds(self, provider: str, score: int) -> bool:
        """Whether the row is about this provider at this score."""
        return self.low <= score <= self.high and (not self.providers or provider in self.providers)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRule(Band):
    """A segment and whom it is for."""

    segment: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalHeatRule(Band):
    """A technical heat; `segment` None: any."""

    heat: TechnicalHeat
    segment: Segment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommercialSegmentRule(Band):
    """A commercial segment; `segment` None: any."""

    commercial_segment: CommercialSegment
    segment: Segment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommercialHeatRule(Band):
    """A commercial heat; no commercial segments named: any."""

    heat: CommercialHeat
    commercial_segments: tuple[CommercialSegment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityRule:
    """A row of the P-model. No heats or segment named: any."""

    __pydantic_config__ = _KNOWN_FIELDS_ONLY

    priority: Priority
    label: str
    handling: str
    technical_heat: TechnicalHeat | None = None
    commercial_heats: tuple[CommercialHeat, ...] = ()
    commercial_segment: CommercialSegment | None = None


@dataclass(frozen=True, kw_only=True)
class RuleTable:
    """Everything that a judgement depends on beside the facts. In each list the first row that fits counts."""

    __pydantic_config__ = _KNOWN_FIELDS_ONLY

    name: str
    provider: dict[str, int]
    """Points per provider; one that is not listed earns 0."""
    prices: Prices
    many_includes: int
    """More SPF includes than this cost `spf_multiple_includes`."""
    segments: tuple[SegmentRule, ...]
    technical_heats: tuple[TechnicalHeatRule, ...]
    commercial_segments: tuple[CommercialSegmentRule, ...]
    commercial_heats: tuple[CommercialHeatRule, ...]
    priorities: tuple[PriorityRule, ...]

    @cached_property
    def version(self) -> str:
        """The table's name and a short hash of its content, so that two tables of one name can be told apart."""
        content = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return f"{self.name}+{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def flaws(table: RuleTable) -> list[str]:
    """What keeps a table from judging every lead: each names the field, the problem and the fix. Empty: it is whole."""
    return [*_out_of_range(table), *_fall_through(table)]


def _out_of_range(table: RuleTable) -> Iterator[str]:
    if not table.name.strip() or len(table.name) > 40:
        yield "name: must have 1 to 40 characters; give the table a short name such as 2026.2"
    if missing := [name for name in PROVIDERS if name not in table.provider]:
        yield f"provider: no points for {', '.join(missing)}; add them, 0 if they earn nothing"
    for name in table.provider.keys() - set(PROVIDERS):
        yield f"provider.{name}: is no provider; use one of {', '.join(PROVIDERS)}"
    points = {f"provider.{name}": value for name, value in table.provider.items()}
    points |= {f"prices.{name}": value for name, value in asdict(table.prices).items()}
    for name, value in points.items():
        if not -100 <= value <= 100:
            yield f"{name}: {value} is out of range; give points from -100 to 100"
    for name in ("no_mx", "tenant"):
        if points[f"prices.{name}"] < 0:
            yield f"prices.{name}: is a whole score; give 0 to 100"
    if table.many_includes < 0:
        yield "many_includes: must not be negative; give how many includes are still fine, such as 3"


def _fall_through(table: RuleTable) -> Iterator[str]:
    leads = ((provider, score) for provider in PROVIDERS for score in range(101))
    for provider, score in leads:
        if not any(row.holds(provider, score) for row in table.segments):
            yield f"segments: no row fits {provider} at {score}; end the list with a row for any provider and score"
            break
    for name in ("technical_heats", "commercial_segments", "commercial_heats", "priorities"):
        rows = getattr(table, name)
        if not rows or not _holds_for_all(rows[-1]):
            yield f"{name}: the last row must hold for every lead; end the list with a row without conditions"


def _holds_for_all(row: Band | PriorityRule) -> bool:
    """Whether every condition of the row stands at its default, which is "any"."""
    return all(field.default in (MISSING, getattr(row, field.name)) for field in fields(row))
