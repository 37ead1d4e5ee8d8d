"""A `$filter` text goes in; a test for rows comes out, and the equalities in it that an index can answer.

eq ne gt ge lt le, and or not, contains startswith endswith, Microsoft.Dynamics.CRM.In; parameter aliases.
`ne` also finds rows without a value, as the service's SQL does.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.dataverse.errors import BAD_REQUEST, Refusal
from sandbox.dataverse.literals import Token, is_literal, tokens
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


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_FITS = {
    "Edm.String": {"text"},
    "Edm.Guid": {"guid"},
    "Edm.Boolean": {"bool"},
    "Edm.DateTimeOffset": {"moment", "date"},
    "Edm.Date": {"date"},
    "Edm.Int32": {"number"},
    "Edm.Int64": {"number"},
    "Edm.Decimal": {"number"},
    "Edm.Double": {"number"},
}
_LITERAL_EDM = {
    "text": "Edm.String",
    "guid": "Edm.Guid",
    "bool": "Edm.Boolean",
    "moment": "Edm.DateTimeOffset",
    "date": "Edm.Date",
    "number": "Edm.Int32",
}
_IN = "Microsoft.Dynamics.CRM.In"


def compile_filter(text: str, resolve: Callable[[str], Property], aliases: Mapping[str, str]) -> Filter:
    """Reads the filter; raises the refusal for bad syntax, unknown names and types that do not fit."""
    parser = _Parser(tokens(text), resolve, aliases)
    result = parser.either()
    if parser.ahead() is not None:
        raise parser.wrong()
    return result


def comparable(token: Token) -> Any:
    """A literal in the form in which `Property.read` gives values."""
    if token.kind == "moment":
        return moment_text(token.value)
    return token.value + "T00:00:00" if token.kind == "date" else fold(token.value)


def moment_text(text: str) -> str:
    """A date time without its `Z`, so that texts sort as times do, with fractions or without."""
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    return parsed.replace(tzinfo=None).isoformat()


class _Parser:
    def __init__(self, pieces: list[Token], resolve: Callable[[str], Property], aliases: Mapping[str, str]) -> None:
        self._pieces, self._place = pieces, 0
        self._resolve, self._aliases = resolve, aliases

    def ahead(self) -> Token | None:
        return self._pieces[self._place] if self._place < len(self._pieces) else None

    def wrong(self) -> Refusal:
        token = self.ahead()
        shown = "end of expression" if token is None else f"'{token.value}'"
        return Refusal(BAD_REQUEST, f"Syntax error in $filter: {shown} was not expected.")

    def either(self) -> Filter:
        left = self.both()
        while self._word("or"):
            left = _or(left, self.both())
        return left

    def both(self) -> Filter:
        left = self.negated()
        while self._word("and"):
            left = _and(left, self.negated())
        return left

    def negated(self) -> Filter:
        if self._word("not"):
            inner = self.negated().test
            return Filter(lambda row: not inner(row))
        return self.simple()

    def simple(self) -> Filter:
        if self._mark("("):
            inner = self.either()
            self._expect(")")
            return inner
        token = self._next()
        if token.kind != "name":
            self._place -= 1
            raise self.wrong()
        following = self.ahead()
        if following is not None and following.value == "(":
            return self._call(token.value)
        return self._comparison(self._resolve(token.value))

    def _comparison(self, known: Property) -> Filter:
        sign = self._next()
        if sign.kind != "name" or sign.value not in ("eq", "ne", *_COMPARE):
            self._place -= 1
            raise self.wrong()
        literal = self._fitting(known, sign.value)
        read, value = known.read, None if literal.kind == "null" else comparable(literal)
        if known.edm == "Edm.Date" and value is not None:
            value = literal.value
        if sign.value == "eq":
            indexable = known.column is not None and value is not None
            found: Equalities = [(str(known.column), literal.value)] if indexable else None
            return Filter(lambda row: read(row) == value, found)
        if sign.value == "ne":
            return Filter(lambda row: read(row) != value)
        if value is None:
            return Filter(lambda row: False)
        compare = _COMPARE[sign.value]
        return Filter(lambda row: (held := read(row)) is not None and compare(held, value))

    def _call(self, name: str) -> Filter:
        self._expect("(")
        if name == _IN:
            return self._in()
        if name not in ("contains", "startswith", "endswith"):
            raise Refusal(BAD_REQUEST, f"An unknown function with name '{name}' was found.")
        known = self._resolve(self._next().value)
        self._expect(",")
        literal = self._fitting(known, name)
        self._expect(")")
        if literal.kind != "text":
            raise Refusal(
                BAD_REQUEST, f"No function signature for the function with name '{name}' matches its arguments."
            )
        pattern = _like(name, fold(literal.value))
        read = known.read
        return Filter(lambda row: (held := read(row)) is not None and pattern.fullmatch(held) is not None)

    def _in(self) -> Filter:
        self._named("PropertyName")
        known = self._resolve(self._next().value)
        self._expect(",")
        self._named("PropertyValues")
        self._expect("[")
        values = [self._next().value]
        while self._mark(","):
            values.append(self._next().value)
        self._expect("]")
        self._expect(")")
        wanted = {str(fold(value)) for value in values}
        read = known.read
        return Filter(lambda row: (held := read(row)) is not None and str(held) in wanted)

    def _named(self, name: str) -> None:
        if not self._word(name):
            raise self.wrong()
        self._expect("=")

    def _fitting(self, known: Property, sign: str) -> Token:
        token = self._next()
        if token.kind == "alias":
            given = tokens(self._aliases.get(token.value, "null"))
            token = given[0] if len(given) == 1 else token
        if not is_literal(token):
            self._place -= 1
            raise self.wrong()
        if token.kind != "null" and known.edm in _FITS and token.kind not in _FITS[known.edm]:
            kind = {"eq": "Equal", "ne": "NotEqual"}.get(sign, sign)
            raise Refusal(
                BAD_REQUEST,
                f"A binary operator with incompatible types was detected. Found operand types '{known.edm}' and "
                f"'{_LITERAL_EDM[token.kind]}' for operator kind '{kind}'.",
            )
        return token

    def _next(self) -> Token:
        token = self.ahead()
        if token is None:
            raise self.wrong()
        self._place += 1
        return token

    def _word(self, word: str) -> bool:
        return self._step_over("name", word)

    def _mark(self, mark: str) -> bool:
        return self._step_over("mark", mark)

    def _step_over(self, kind: str, value: str) -> bool:
        token = self.ahead()
        if token is None or token.kind != kind or token.value != value:
            return False
        self._place += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._mark(mark):
            raise self.wrong()


def _and(left: Filter, right: Filter) -> Filter:
    known = [each for each in (left.equalities, right.equalities) if each is not None]
    a, b = left.test, right.test
    return Filter(lambda row: a(row) and b(row), min(known, key=len) if known else None)


def _or(left: Filter, right: Filter) -> Filter:
    a, b = left.test, right.test
    both = None if left.equalities is None or right.equalities is None else left.equalities + right.equalities
    return Filter(lambda row: a(row) or b(row), both)


def _like(function: str, text: str) -> re.Pattern[str]:
    """SQL's LIKE: `%` and `_` in the text are wildcards, which surprises clients that pass on what people typed."""
    body = "".join({"%": ".*", "_": "."}.get(character, re.escape(character)) for character in text)
    before = "" if function == "startswith" else ".*"
    after = "" if function == "endswith" else ".*"
    return re.compile(before + body + after, re.DOTALL)
