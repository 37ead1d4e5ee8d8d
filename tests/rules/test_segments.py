"""Segment, heats and priority: every row of the reference tables e.3 and e.5 to e.8, at and beside each border."""

import pytest

from shared.rules.rule_table import PROVIDERS
from shared.rules.scoring import TABLE
from shared.rules.segments import standing

MIGRATING = ("Google", "Yandex", "Zoho", "Hosting", "Local")


@pytest.mark.parametrize(
    ("provider", "score", "segment"),
    [
        *(("M365", score, "Existing") for score in (0, 39, 40, 60, 100)),
        *((provider, score, "Migration") for provider in MIGRATING for score in (60, 80, 100)),
        *(("Local", score, "Cold") for score in (5, 39, 40, 59)),
        *(("Local", score, "Skip") for score in (0, 4)),
        *((provider, score, "Cold") for provider in PROVIDERS if provider != "M365" for score in (40, 59)),
        *((provider, 39, "Skip") for provider in PROVIDERS if provider not in ("M365", "Local")),
        *(
            (provider, score, "Cold")
            for provider in ("Amazon", "SendGrid", "Mailgun", "Unknown")
            for score in (60, 100)
        ),
    ],
)
def test_segment_by_provider_and_score(provider: str, score: int, segment: str) -> None:
    assert standing(provider, score, table=TABLE).segment == segment


@pytest.mark.parametrize(
    ("provider", "score", "heat"),
    [
        ("M365", 10, "Hot"),
        ("M365", 90, "Hot"),
        ("Google", 60, "Warm"),
        ("Zoho", 60, "Warm"),
        ("Yandex", 60, "Warm"),
        ("Local", 60, "Cold"),
        ("Hosting", 60, "Cold"),
        ("Google", 45, "Cold"),
        ("Google", 10, "Cold"),
        ("Amazon", 60, "Cold"),
    ],
)
def test_technical_heat(provider: str, score: int, heat: str) -> None:
    assert standing(provider, score, table=TABLE).technical_heat == heat


@pytest.mark.parametrize(
    ("provider", "score", "commercial", "heat", "priority"),
    [
        ("Local", 60, "GREENFIELD", "HIGH", "P1"),
        ("Hosting", 60, "GREENFIELD", "HIGH", "P1"),
        ("Local", 5, "GREENFIELD", "HIGH", "P1"),
        ("Local", 59, "GREENFIELD", "HIGH", "P1"),
        ("Google", 60, "COMPETITIVE", "HIGH", "P2"),
        ("Zoho", 70, "COMPETITIVE", "HIGH", "P2"),
        ("Yandex", 60, "COMPETITIVE", "HIGH", "P2"),
        ("M365", 69, "WEAK_PARTNER", "HIGH", "P3"),
        ("M365", 50, "WEAK_PARTNER", "HIGH", "P3"),
        ("M365", 49, "WEAK_PARTNER", "MEDIUM", "P3"),
        ("M365", 0, "WEAK_PARTNER", "MEDIUM", "P3"),
        ("M365", 70, "RENEWAL", "MEDIUM", "P4"),
        ("M365", 100, "RENEWAL", "MEDIUM", "P4"),
        ("Google", 59, "LOW_INTENT", "LOW", "P5"),
        ("Hosting", 40, "LOW_INTENT", "LOW", "P5"),
        ("Amazon", 60, "LOW_INTENT", "LOW", "P5"),
        ("Google", 39, "NO_GO", "LOW", "P6"),
        ("Local", 4, "NO_GO", "LOW", "P6"),
        ("Unknown", 0, "NO_GO", "LOW", "P6"),
    ],
)
def test_commercial_segment_heat_and_priority(
    provider: str, score: int, commercial: str, heat: str, priority: str
) -> None:
    stands = standing(provider, score, table=TABLE)
    assert (stands.commercial_segment, stands.commercial_heat, stands.priority.priority) == (commercial, heat, priority)


@pytest.mark.parametrize(
    ("segment", "score", "commercial"),
    [("Cold", 20, "LOW_INTENT"), ("Cold", 19, "NO_GO"), ("Skip", 90, "NO_GO")],
)
def test_a_segment_that_another_rule_set_is_kept(segment: str, score: int, commercial: str) -> None:
    assert standing("Google", score, table=TABLE, segment=segment).commercial_segment == commercial


@pytest.mark.parametrize(
    ("priority", "label"),
    [
        ("P1", "High Potential Greenfield"),
        ("P2", "Competitive Takeover"),
        ("P3", "Existing Microsoft but Weak Partner"),
        ("P4", "Renewal Pressure"),
        ("P5", "Low Intent / Long Nurturing"),
        ("P6", "No-Go / Archive"),
    ],
)
def test_each_priority_has_its_label_and_says_what_to_do(priority: str, label: str) -> None:
    (row,) = [row for row in TABLE.priorities if row.priority == priority]
    assert row.label == label
    assert row.handling


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_provider_falls_through_at_any_score(provider: str) -> None:
    for score in range(101):
        assert standing(provider, score, table=TABLE).priority.priority in ("P1", "P2", "P3", "P4", "P5", "P6")
