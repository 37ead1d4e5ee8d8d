"""Several referrals name one person: what they say together does not depend on who is asked first."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from shared.rules.one_person import Word, one_person
from shared.rules.referral_contact import Contact

ADA = Contact("Ada Lovelace", "Ada", "Lovelace", "info@a.example")


def _word(day: int | None, key: str = "r", **said: str | None) -> Word:
    contact = Contact(**{**{name: getattr(ADA, name) for name in ("name", "first_name", "last_name", "email")}, **said})
    return Word(key, datetime(2026, 11, day, tzinfo=UTC) if day else None, contact)


CASES = [
    ("the newest word counts", [_word(1, phone="1", title="CTO"), _word(2, phone="2", title="CEO")], ("2", "CEO")),
    ("what it leaves out the older one says", [_word(1, phone="1", title="CTO"), _word(2, title="CEO")], ("1", "CEO")),
    ("the next newest before the oldest", [_word(1, phone="1"), _word(2, phone="2"), _word(3)], ("2", None)),
    ("of the same age the greater key", [_word(1, "a", phone="1"), _word(1, "b", phone="2")], ("2", None)),
    ("one without a date is older", [_word(None, phone="1", title="CTO"), _word(1, phone="2")], ("2", "CTO")),
    ("letters' size makes nobody another", [_word(1, name="ADA LOVELACE", title="CTO"), _word(2)], (None, "CTO")),
]


@pytest.mark.parametrize(("words", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_newest_speaks_and_the_others_fill_in(words: list[Word], expected: tuple[str | None, str | None]) -> None:
    for order in permutations(words):
        person = one_person(order)
        assert (person.phone, person.title) == expected


def test_nothing_is_taken_from_somebody_else_under_the_same_address() -> None:
    solo = _word(2, name="Solo", first_name=None, last_name="Solo")
    for order in permutations([_word(1, phone="1", title="CTO"), solo]):
        assert one_person(order) == Contact("Solo", None, "Solo", "info@a.example")


def test_a_name_comes_from_the_newest_that_knows_one() -> None:
    nameless = _word(2, name=None, first_name=None, last_name=None, phone="2")
    for order in permutations([_word(1, phone="1", title="CTO"), nameless]):
        person = one_person(order)
        assert (person.last_name, person.phone, person.title) == ("Lovelace", "2", "CTO")
