"""What a pull makes of a row that a seller has changed."""

from typing import Any

import pytest

from shared.rules.dynamics.pulled import read_back
from tests.rules.dynamics.cases import first_push, memory_of, wanted


def test_reading_back_what_hunter_wrote_is_no_news() -> None:
    found, remembered = first_push()
    for record in ("lead", "opportunity", "account"):
        assert (
            read_back(record, found.of(record)[0], memory_of(remembered, record), wanted().records[record].values)
            is None
        )


@pytest.mark.parametrize(
    ("record", "changes", "outcome"),
    [
        ("opportunity", {"statecode": 1}, "won"),
        ("opportunity", {"statecode": 2}, "lost"),
        ("lead", {"statecode": 2}, "lost"),
        ("lead", {"statecode": 1}, None),
    ],
)
def test_closing_tells_the_outcome(record: Any, changes: dict[str, Any], outcome: str | None) -> None:
    found, remembered = first_push()
    row = {**found.of(record)[0], **changes}
    pulled = read_back(record, row, memory_of(remembered, record), {})
    assert pulled is not None and pulled.outcome == outcome and pulled.state is not None
    assert read_back(record, row, pulled.memory, {}) is None


def test_an_owner_is_told_when_it_changes_not_when_it_is_first_seen() -> None:
    found, remembered = first_push()
    memory = memory_of(remembered, "lead")
    first = read_back("lead", {**found.of("lead")[0], "_ownerid_value": "a"}, memory, {})
    assert first is not None and not first.is_news
    second = read_back("lead", {**found.of("lead")[0], "_ownerid_value": "b"}, first.memory, {})
    assert second is not None and second.owner == ("a", "b")
