"""The columns of a run add up to its answered items, whatever its kind calls them."""

import pytest

from shared.rules.run_rates import COLUMNS, columns


@pytest.mark.parametrize(
    ("outcomes", "unchanged"),
    [
        ({}, 0),
        ({"new": 2, "changed": 1, "unchanged": 4, "stale": 1, "quarantined": 1, "failed": 3}, 4),
        ({"changed": 3, "unchanged": 47, "skipped": 7}, 54),
        ({"new": 1, "review": 2, "blocked": 1}, 3),
        ({"replayed": 3}, 3),
        ({"missing": 1, "extra": 2, "stale": 1}, 3),
    ],
)
def test_every_answered_item_stands_in_one_column(outcomes: dict[str, int], unchanged: int) -> None:
    told = columns(outcomes)
    assert tuple(told) == COLUMNS
    assert (sum(told.values()), told["unchanged"]) == (sum(outcomes.values()), unchanged)
