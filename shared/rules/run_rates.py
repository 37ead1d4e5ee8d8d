"""Outcomes of runs in; the columns that add up, and how many items went well per day and kind, out. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.rules.run import Run

BAD_OUTCOMES = ("failed", "quarantined")
COLUMNS = ("new", "changed", "unchanged", "stale", "quarantined", "failed")
MOST_DAYS = 90
"""As far back as rates are told; runs are kept so long at least."""


def success_rate(outcomes: Mapping[str, int]) -> float | None:
    """The share of answered items that did not fail, 0..1; None when none was answered."""
    answered = sum(outcomes.values())
    bad = sum(outcomes.get(name, 0) for name in BAD_OUTCOMES)
    return round((answered - bad) / answered, 4) if answered else None


def columns(outcomes: Mapping[str, int]) -> dict[str, int]:
    """The outcomes in the columns that every run has, which add up to all of them (contract section 4).

    What goes by a name of its own (left alone, in review, sent again, found missing …) has changed nothing, and counts
    as that.
    """
    counted = {name: outcomes.get(name, 0) for name in COLUMNS}
    counted["unchanged"] += sum(outcomes.values()) - sum(counted.values())
    return counted


def rates_per_day(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """One entry per UTC day and kind, the newest day first: runs by how they ended, items by outcome, the rate."""
    states: dict[tuple[str, str], dict[str, int]] = {}
    outcomes: dict[tuple[str, str], dict[str, int]] = {}
    for run in runs:
        place = (run.created_at[:10], run.kind)
        _add(states.setdefault(place, {}), {run.state: 1})
        _add(outcomes.setdefault(place, {}), run.outcomes)
    return [
        {
            "day": day,
            "kind": kind,
            "runs": sum(states[day, kind].values()),
            "states": states[day, kind],
            "items": sum(outcomes[day, kind].values()),
            "outcomes": outcomes[day, kind],
            "success_rate": success_rate(outcomes[day, kind]),
        }
        for day, kind in sorted(sorted(states, key=lambda place: place[1]), key=lambda place: place[0], reverse=True)
    ]


def _add(sums: dict[str, int], more: Mapping[str, int]) -> None:
    for name, count in more.items():
        sums[name] = sums.get(name, 0) + count
