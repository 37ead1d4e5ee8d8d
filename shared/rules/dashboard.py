"""The counts of a list in, the dashboard's figures out; each equals the `total` of the list with that filter."""

from collections.abc import Mapping, Sequence
from typing import Any

COUNTED = (
    "segment", "provider", "referral_type", "referral_status", "dynamics_status", "priority", "technical_heat", "stage",
)  # fmt: skip
"""The closed fields whose values are counted."""


def figures(*, total: int, scores: Sequence[int], counted: Mapping[str, Mapping[str | None, int]]) -> dict[str, Any]:
    """Totals, the funnel by stage, a share per value of each counted field, and the histogram of the known scores."""
    shares = {name: _shares(counts) for name, counts in counted.items()}
    return {
        "total": total,
        "scored": len(scores),
        "avg_score": round(sum(scores) / len(scores), 1) if scores else None,
        "max_score": max(scores, default=None),
        "hot": counted["technical_heat"]["Hot"],
        "in_dynamics": counted["dynamics_status"]["synced"],
        "funnel": shares.pop("stage"),
        **shares,
        "histogram": [_bar(low, 100 if low == 90 else low + 9, scores) for low in range(0, 100, 10)],
    }


def _shares(counts: Mapping[str | None, int]) -> list[dict[str, Any]]:
    return [{"code": code, "total": count} for code, count in counts.items() if code is not None]


def _bar(low: int, high: int, scores: Sequence[int]) -> dict[str, int]:
    return {"from": low, "to": high, "total": sum(low <= score <= high for score in scores)}
