"""Texts as Dynamics takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.dynamics.text import clean, cut, units


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("abcdef", 4, "abc…"),
        ("😀😀😀", 6, "😀😀😀"),
        ("😀😀😀", 5, "😀😀…"),
        ("😀😀😀", 4, "😀…"),
        ("ae\u0301x", 3, "a…"),
        ("x👩\u200d👩\u200d👧y", 6, "x…"),
        ("one two", 5, "one…"),
    ],
)
def test_cutting_ends_on_a_character_border(text: str, most: int, expected: str) -> None:
    assert cut(text, most) == expected


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_cut_text_never_exceeds_its_room_nor_splits_a_surrogate_pair(text: str, most: int) -> None:
    shortened = cut(clean(text), most)
    assert units(shortened) <= most
    assert len(shortened.encode("utf-16-le")) == 2 * units(shortened)


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        (" a\tb\r\nc ", False, "a b c"),
        (" a\r\nb\rc ", True, "a\nb\nc"),
        ("a\x00b\ud800\ufffe", False, "ab"),
        ("\u202eabc", False, "abc"),
        ("\x00 ", False, ""),
    ],
)
def test_what_dynamics_refuses_is_taken_out(text: str, lines: bool, expected: str) -> None:
    assert clean(text, lines=lines) == expected
