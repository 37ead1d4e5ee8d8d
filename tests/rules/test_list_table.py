"""The list's table against a naive list: filters, Turkish search, sorts, counts, and pages while rows change."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.list_card import pack_card
from shared.rules.list_shape import Conditions, Shape
from shared.rules.list_table import ListTable
from shared.rules.turkish import search_key, sort_key

COLOURS = ("red", "green", "blue")
SHAPE = Shape(
    key="key",
    fields=("key", "colour", "number", "name"),
    codes={"colour": COLOURS},
    numbers={"number": lambda row: row["number"]},
    texts=("name",),
    search=("key", "name"),
    default_sort=("name",),
)
KEYS = st.integers(0, 25).map(lambda number: f"k{number:02}")
ROWS = st.tuples(
    KEYS,
    st.sampled_from([*COLOURS, None, "unheard"]),
    st.one_of(st.none(), st.integers(-5, 5)),
    st.sampled_from(["", "Çağ", "çağ", "Cag", "IŞIK", "ışık", "İzmir", "izmir", "Zeki", "Éva", "Юг", "[x]"]),
)
DEEDS = st.lists(st.one_of(ROWS, KEYS), max_size=60)
"""A row is saved, a key is removed."""
SORTS = st.lists(
    st.sampled_from(["colour", "number", "name", "key", "-colour", "-number", "-name", "-key"]),
    max_size=3,
    unique_by=lambda one: one.lstrip("-"),
).map(tuple)
CONDITIONS = st.builds(
    Conditions,
    any_of=st.one_of(
        st.just({}), st.frozensets(st.sampled_from([*COLOURS, "mauve"])).map(lambda chosen: {"colour": chosen})
    ),
    between=st.one_of(
        st.just({}),
        st.tuples(st.one_of(st.none(), st.integers(-6, 6)), st.one_of(st.none(), st.integers(-6, 6))).map(
            lambda ends: {"number": ends}
        ),
    ),
    text=st.sampled_from(["", "ca", "IZ", "izmir", "ışı", "k1", "zeki k", "eva", "k1 k2"]),
)


def _filled(
    deeds: list[Any], table: ListTable | None = None, model: dict[str, Any] | None = None
) -> tuple[ListTable, dict[str, Any]]:
    table, model = table or ListTable(SHAPE), {} if model is None else model
    for version, deed in enumerate(deeds, start=1 + 1000 * len(model)):
        if isinstance(deed, str):
            table.apply(deed, 10**9, b"")
            model.pop(deed, None)
        else:
            table.apply(deed[0], version, _card(*deed))
            model[deed[0]] = deed
    return table, model


def _fits(row: Any, asked: Conditions) -> bool:
    _, colour, number, name = row
    if asked.any_of and colour not in asked.any_of["colour"]:
        return False
    if asked.between:
        low, high = asked.between["number"]
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            return False
    text = search_key(f"{row[0]} {name}".strip())
    return all(word in text for word in search_key(asked.text).split())


def _place(row: Any, sorts: tuple[str, ...]) -> list[Any]:
    """Every column as (missing last, value), descending ones negated by rank."""
    found: list[Any] = []
    for sort in sorts:
        name, down = sort.lstrip("-"), sort.startswith("-")
        value = {
            "colour": COLOURS.index(row[1]) if row[1] in COLOURS else None,
            "number": row[2],
            "name": sort_key(row[3]) or None,
            "key": row[0],
        }[name]
        if value is None:
            found.append((1, 0))
        elif isinstance(value, str):
            found.append((0, [-ord(letter) for letter in value] + [1] if down else [ord(letter) for letter in value]))
        else:
            found.append((0, -value if down else value))
    return [*found, row[0]]


def _card(*values: Any) -> bytes:
    return pack_card(SHAPE, dict(zip(SHAPE.fields, values, strict=True)))


def _keys(faces: list[Any]) -> list[str]:
    return [face["key"] for face in faces]


@settings(max_examples=150)
@given(DEEDS, CONDITIONS, SORTS)
def test_filter_and_order_are_those_of_a_plain_list(
    deeds: list[Any], asked: Conditions, sorts: tuple[str, ...]
) -> None:
    table, model = _filled(deeds)
    mask = table.matching(asked)
    wanted = sorted((row for row in model.values() if _fits(row, asked)), key=lambda row: _place(row, sorts))
    assert table.keys_of(table.ordered(mask, sorts)) == [row[0] for row in wanted]
    assert table.count(mask) == len(wanted)
    assert sum(table.counts(mask, "colour").values()) == len(wanted)
    assert sorted(table.numbers(mask, "number")) == sorted(row[2] for row in wanted if row[2] is not None)


@settings(max_examples=100)
@given(DEEDS, SORTS, st.integers(1, 7))
def test_pages_forth_and_back_hold_every_row_once(deeds: list[Any], sorts: tuple[str, ...], limit: int) -> None:
    table, _ = _filled(deeds)
    mask = table.matching(Conditions())
    whole = table.keys_of(table.ordered(mask, sorts))
    seen: list[str] = []
    page, slots = table.page(mask, sorts, limit)
    seen += _keys(page.faces)
    while page.has_next:
        page, slots = table.page(mask, sorts, limit, after=table.mark(slots[-1], sorts))
        seen += _keys(page.faces)
    assert seen == whole
    back: list[str] = _keys(page.faces)
    while page.has_previous:
        page, slots = table.page(mask, sorts, limit, before=table.mark(slots[0], sorts))
        back = _keys(page.faces) + back
    assert len(back) >= len(whole) and back[-len(whole) :] == whole if whole else back == []


@settings(max_examples=100)
@given(DEEDS, DEEDS, st.integers(1, 5))
def test_what_does_not_change_is_neither_lost_nor_doubled_while_others_do(
    first: list[Any], second: list[Any], limit: int
) -> None:
    table, model = _filled(first)
    sorts, seen = ("number", "name"), []
    before = dict(model)
    page, slots = table.page(table.matching(Conditions()), sorts, limit)
    seen += _keys(page.faces)
    place = table.mark(slots[-1], sorts) if slots else None
    touched = {deed if isinstance(deed, str) else deed[0] for deed in second}
    _filled(second, table, model)
    while page.has_next or place is not None:
        page, slots = table.page(table.matching(Conditions()), sorts, limit, after=place)
        seen += _keys(page.faces)
        place = table.mark(slots[-1], sorts) if page.has_next else None
        if not page.has_next:
            break
    still = set(before) - touched
    assert still <= set(seen)
    assert len([key for key in seen if key in still]) == len(still)


def test_many_changed_rows_are_sorted_as_few_are() -> None:
    table = ListTable(SHAPE)
    for number in range(2_500):
        table.apply(f"k{number}", 1, _card(f"k{number}", "red", number, "x"))
    assert table.ordered(table.matching(Conditions()), ("-number",))[0] == 2_499
    for number in range(2_500):
        table.apply(f"k{number}", 2, _card(f"k{number}", "red", -number, "x"))
    assert table.keys_of(table.ordered(table.matching(Conditions()), ("-number",)))[:2] == ["k0", "k1"]


def test_more_orders_than_are_kept_stay_right() -> None:
    table, _ = _filled([("k01", "red", 1, "b"), ("k02", "blue", 2, "a")])
    names = ("colour", "-colour", "number", "-number", "name", "-name")
    asked = [(one, other) for one in names for other in names if one.lstrip("-") != other.lstrip("-")]
    everything = table.matching(Conditions())
    before = [table.ordered(everything, sorts) for sorts in asked]
    assert [table.ordered(everything, sorts) for sorts in asked] == before


def test_an_older_version_never_replaces_a_newer_one() -> None:
    table = ListTable(SHAPE)
    assert table.apply("k", 2, _card("k", "red", 1, "new"))
    assert not table.apply("k", 1, _card("k", "red", 1, "old"))
    assert table.face("k") == {"key": "k", "colour": "red", "number": 1, "name": "new"}
