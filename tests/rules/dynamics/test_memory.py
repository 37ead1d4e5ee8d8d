"""What counts as the same value as the one that was written last."""

from typing import Any

import pytest

from shared.rules.dynamics.memory import fingerprint, same


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("a", "a ", True),
        ("", None, True),
        ("a\r\nb", "a\nb", True),
        (12000.5, 12000.50, True),
        (12000.0, 12000, True),
        ("accounts(11111111-0000-0000-0000-0000000000AA)", "11111111-0000-0000-0000-0000000000aa", True),
        ("a", "A", False),
        (0, None, False),
        (False, None, False),
    ],
)
def test_values_are_compared_by_what_they_say(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) == equal
    assert (fingerprint(one) == fingerprint(other)) == equal
