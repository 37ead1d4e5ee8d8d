"""Provider and score in; segment, heats and priority out. The rows are data; from the top, the first match wins."""

from typing import NamedTuple

from shared.rules.rule_table import (
    CommercialHeatRule,
    CommercialSegmentRule,
    PriorityRule,
    RuleTable,
    SegmentRule,
    TechnicalHeatRule,
)

SEGMENTS = (
    SegmentRule(segment="Existing", providers=("M365",)),
    SegmentRule(segment="Migration", providers=("Google", "Yandex", "Zoho", "Hosting", "Local"), low=60),
    SegmentRule(segment="Cold", providers=("Local",), low=5, high=59),
    SegmentRule(segment="Cold", low=40, high=59),
    SegmentRule(segment="Skip", high=39),
    # Amazon, SendGrid, Mailgun and Unknown at 60 or more: well kept mail is no reason to skip (design section 6).
    SegmentRule(segment="Cold", low=60),
)

TECHNICAL_HEATS = (
    TechnicalHeatRule(heat="Hot", segment="Existing"),
    TechnicalHeatRule(heat="Warm", segment="Migration", providers=("Google", "Zoho", "Yandex")),
    TechnicalHeatRule(heat="Cold"),
)

COMMERCIAL_SEGMENTS = (
    CommercialSegmentRule(commercial_segment="GREENFIELD", segment="Migration", providers=("Local", "Hosting")),
    CommercialSegmentRule(commercial_segment="GREENFIELD", segment="Cold", providers=("Local",), low=5, high=59),
    CommercialSegmentRule(
        commercial_segment="COMPETITIVE", segment="Migration", providers=("Google", "Zoho", "Yandex")
    ),
    CommercialSegmentRule(commercial_segment="WEAK_PARTNER", segment="Existing", providers=("M365",), high=69),
    CommercialSegmentRule(commercial_segment="RENEWAL", segment="Existing", providers=("M365",), low=70),
    # Up to 100, not 59: a Cold lead at 60 or more would otherwise be archived.
    CommercialSegmentRule(commercial_segment="LOW_INTENT", segment="Cold", low=20),
    CommercialSegmentRule(commercial_segment="NO_GO"),
)

COMMERCIAL_HEATS = (
    CommercialHeatRule(heat="HIGH", commercial_segments=("GREENFIELD", "COMPETITIVE")),
    CommercialHeatRule(heat="HIGH", commercial_segments=("WEAK_PARTNER",), low=50),
    CommercialHeatRule(heat="MEDIUM", commercial_segments=("WEAK_PARTNER", "RENEWAL")),
    CommercialHeatRule(heat="LOW"),
)

PRIORITIES = (
    PriorityRule(
        priority="P1",
        label="High Potential Greenfield",
        technical_heat="Cold",
        commercial_heats=("HIGH",),
        commercial_segment="GREENFIELD",
        handling="Act within 48 hours.",
    ),
    PriorityRule(
        priority="P2",
        label="Competitive Takeover",
        technical_heat="Warm",
        commercial_heats=("HIGH",),
        commercial_segment="COMPETITIVE",
        handling="Hold the discovery call within 3 days.",
    ),
    PriorityRule(
        priority="P3",
        label="Existing Microsoft but Weak Partner",
        technical_heat="Hot",
        commercial_heats=("MEDIUM", "HIGH"),
        commercial_segment="WEAK_PARTNER",
        handling="Nurture over 5 days.",
    ),
    PriorityRule(
        priority="P4",
        label="Renewal Pressure",
        technical_heat="Hot",
        commercial_heats=("MEDIUM",),
        commercial_segment="RENEWAL",
        handling="Nurture softly until the renewal.",
    ),
    PriorityRule(
        priority="P5",
        label="Low Intent / Long Nurturing",
        technical_heat="Cold",
        commercial_heats=("LOW",),
        commercial_segment="LOW_INTENT",
        handling="Send the monthly mail.",
    ),
    PriorityRule(priority="P6", label="No-Go / Archive", handling="Make no calls."),
)


class Standing(NamedTuple):
    """Where a lead stands in the P-model."""

    segment: str
    technical_heat: str
    commercial_segment: str
    commercial_heat: str
    priority: PriorityRule


def standing(provider: str, score: int, *, table: RuleTable, segment: str | None = None) -> Standing:
    """Where a provider at a score stands. `segment` is given where another rule has decided it (`no_mx`, `tenant`)."""
    segment = segment or next(row.segment for row in table.segments if row.holds(provider, score))
    technical = next(
        row.heat for row in table.technical_heats if row.holds(provider, score) and row.segment in (None, segment)
    )
    commercial = next(
        row.commercial_segment
        for row in table.commercial_segments
        if row.holds(provider, score) and row.segment in (None, segment)
    )
    heat = next(
        row.heat
        for row in table.commercial_heats
        if row.holds(provider, score) and (not row.commercial_segments or commercial in row.commercial_segments)
    )
    priority = next(
        row
        for row in table.priorities
        if row.technical_heat in (None, technical)
        and (not row.commercial_heats or heat in row.commercial_heats)
        and row.commercial_segment in (None, commercial)
    )
    return Standing(segment, technical, commercial, heat, priority)
