"""Conditions on rows: from a property, an operator and a literal to a test, with the equalities an index can answer."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.dataverse.literals import Token
from sandbox.dataverse.rows import Row, fold

Test = Callable[[Row], bool]
Equalities = list[tuple[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Property:
    """What a name in a filter stands for: how to read it, its OData type, its column when an index may help."""

    read: Callable[[Row], Any]
    edm: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """`test` decides; `equalities`, when known, are the alternatives (column, value) of which each match has one."""

    test: Test
    equalities: Equalities = None


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def compared(known: Property, sign: str, literal: Token) -> Filter:
    """`eq ne gt ge lt le`. As in the service's SQL, `ne` also finds rows without a value, the orders never do."""
    read, value = known.read, _comparable(known, literal)
    if sign == "eq":
        indexable = known.column is not None and value is not None
        return Filter(lambda row: read(row) == value, [(str(known.column), literal.value)] if indexable else None)
    if sign == "ne":
        return Filter(lambda row: read(row) != value)
    if value is None:
        return Filter(lambda row: False)
    order = ORDERS[sign]
    return Filter(lambda row: (held := read(row)) is not None and order(held, value))


def like(known: Property, function: str, text: str) -> Filter:
    """`contains startswith endswith` as SQL's LIKE: `%` and `_` are wildcards, to the surprise of many a client."""
    body = "".join({"%": ".*", "_": "."}.get(character, re.escape(character)) for character in fold(text))
    before = "" if function == "startswith" else ".*"
    after = "" if function == "endswith" else ".*"
    pattern, read = re.compile(before + body + after, re.DOTALL), known.read
    return Filter(lambda row: (held := read(row)) is not None and pattern.fullmatch(held) is not None)


def one_of(known: Property, values: list[Any]) -> Filter:
    """`Microsoft.Dynamics.CRM.In`, whose values are texts whatever the column's type."""
    wanted, read = {str(fold(value)) for value in values}, known.read
    return Filter(lambda row: (held := read(row)) is not None and str(held) in wanted)


def negated(inner: Filter) -> Filter:
    """`not`."""
    test = inner.test
    return Filter(lambda row: not test(row))


def all_of(filters: list[Filter]) -> Filter:
    """`and`: the shortest list of equalities is enough for the index."""
    if len(filters) == 1:
        return filters[0]
    tests = [each.test for each in filters]
    known = [each.equalities for each in filters if each.equalities is not None]
    return Filter(lambda row: all(test(row) for test in tests), min(known, key=len) if known else None)


def any_of(filters: list[Filter]) -> Filter:
    """`or`: the index helps only when every side has equalities."""
    if len(filters) == 1:
        return filters[0]
    tests, equalities = [each.test for each in filters], [each.equalities for each in filters]
    together = None if None in equalities else [pair for each in equalities for pair in each or []]
    return Filter(lambda row: any(test(row) for test in tests), together)


def _comparable(known: Property, literal: Token) -> Any:
    """The literal in the form in which `Property.read` gives values: date times without `Z`, so that they sort."""
    if literal.kind == "moment":
        moment = datetime.fromisoformat(literal.value.replace("Z", "+00:00")).astimezone(UTC)
        return moment.replace(tzinfo=None).isoformat()
    if literal.kind == "date" and known.edm != "Edm.Date":
        return literal.value + "T00:00:00"
    return fold(literal.value)
