"""A packed card gives back the face that went in, whatever it holds, and its columns without opening it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.lead_face import LEAD_FIELDS
from shared.rules.list_card import open_face, pack_card, split_card, texts_of
from shared.rules.list_columns import LEAD_COLUMNS, REFERRAL_COLUMNS
from shared.rules.list_shape import NOTHING, Conditions, Shape
from shared.rules.list_table import ListTable

SHAPE = Shape(
    key="key",
    fields=("key", "colour", "number", "name", "more"),
    codes={"colour": ("red", "green")},
    numbers={"number": lambda row: row["number"]},
    texts=("name",),
    search=("key", "name"),
    default_sort=("name",),
)
EARLIER = replace(SHAPE, fields=SHAPE.fields[:-1], codes={}, numbers={}, texts=())
"""A release that knew less."""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def _face(**parts: Any) -> dict[str, Any]:
    return {"key": "k", "colour": "green", "number": 5, "name": "Şğ A.Ş.", "more": None, **parts}


@given(st.text(st.characters()), VALUES, st.integers())
def test_every_face_comes_back(name: str, more: Any, number: int) -> None:
    face = _face(name=name, more=more, number=number)
    assert open_face(SHAPE, split_card(pack_card(SHAPE, face)).face) == face


@pytest.mark.parametrize("name", ["", "\0", "a\0b", "\x1e{}", "a\x1fb", "\ud800", "İ" * 30_000])
def test_texts_that_could_be_mistaken_for_marks_come_back_and_can_be_listed(name: str) -> None:
    card = pack_card(SHAPE, _face(name=name))
    assert open_face(SHAPE, split_card(card).face)["name"] == name
    table = ListTable(SHAPE)
    table.apply("k", 1, card)
    page, _ = table.page(table.matching(Conditions(text="k")), ("name", "-number"), 5)
    assert [face["name"] for face in page.faces] == [name]


def test_a_number_that_does_not_fit_stands_at_the_end_of_its_side() -> None:
    table = ListTable(SHAPE)
    for key, number in (("big", 10**30), ("small", -(10**30)), ("none", None), ("one", 1)):
        table.apply(key, 1, pack_card(SHAPE, _face(key=key, number=number)))
    everything = table.matching(Conditions())
    assert table.keys_of(table.ordered(everything, ("number",))) == ["small", "one", "big", "none"]
    assert table.keys_of(table.ordered(everything, ("-number",))) == ["big", "one", "small", "none"]


def test_a_card_of_an_earlier_release_is_read_with_nothing_for_what_came_later() -> None:
    card = pack_card(EARLIER, _face())
    assert open_face(SHAPE, split_card(card).face) == _face(more=None)
    table = ListTable(SHAPE)
    table.apply("k", 1, card)
    assert table.mark(0, ("colour", "number", "name")) == [None, None, None, "k"]
    assert table.numbers(b"\1", "number") == [] and NOTHING < 0
    assert table.count(table.matching(Conditions(text="sg"))) == 1


def test_a_card_of_a_later_release_is_read_without_what_it_added() -> None:
    card = pack_card(SHAPE, _face(more="new"))
    assert open_face(EARLIER, split_card(card).face) == {
        name: value for name, value in _face().items() if name != "more"
    }
    table = ListTable(EARLIER)
    table.apply("k", 1, card)
    assert table.count(table.matching(Conditions(text="sg"))) == 1


def test_every_text_of_a_card_can_be_looked_through() -> None:
    assert "Elif Kaya" in list(texts_of(pack_card(REFERRAL_COLUMNS, _listed(notes="Elif Kaya"))))
    assert "Elif Kaya" in list(
        texts_of(pack_card(LEAD_COLUMNS, dict.fromkeys(LEAD_FIELDS) | {"contact_name": "Elif Kaya"}))
    )


def _listed(**parts: Any) -> dict[str, Any]:
    return dict.fromkeys(REFERRAL_COLUMNS.fields) | parts


def test_cards_of_one_make_are_small() -> None:
    dates = {name: "2026-11-23T12:34:56Z" for name in ("first_seen_at", "scanned_at", "updated_at", "respond_by")}
    face = dict.fromkeys(LEAD_FIELDS) | dates | {
        "domain": "firm.example", "display_domain": "firm.example", "company_name": "Firm Ltd", "segment": "Migration",
        "headline": {
            "code": "headline_greenfield",
            "params": {"provider": "Yandex", "local_provider": None, "gaps": ["no_spf"]},
            "text": "Mail on Yandex: open for Microsoft 365; no SPF",
        },
        "provider": "Yandex", "priority_label": "High Potential Greenfield", "commercial_segment": "GREENFIELD",
    }  # fmt: skip
    assert len(pack_card(LEAD_COLUMNS, face)) < 300
