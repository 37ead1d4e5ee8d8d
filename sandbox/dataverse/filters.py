"""A `$filter` text goes in; a `Filter` comes out.

eq ne gt ge lt le, and or not, contains startswith endswith, Microsoft.Dynamics.CRM.In; parameter aliases.
"""

from collections.abc import Callable, Mapping

from sandbox.dataverse.conditions import ORDERS, Filter, Property, all_of, any_of, compared, like, negated, one_of
from sandbox.dataverse.errors import BAD_REQUEST, Refusal
from sandbox.dataverse.literals import Token, is_literal, tokens

_DEEPEST = 100
_IN = "Microsoft.Dynamics.CRM.In"
_NUMBERS = ("Edm.Int32", "Edm.Int64", "Edm.Decimal", "Edm.Double")
_FITS = {
    "Edm.String": {"text"},
    "Edm.Guid": {"guid"},
    "Edm.Boolean": {"bool"},
    "Edm.DateTimeOffset": {"moment", "date"},
    "Edm.Date": {"date"},
    **{name: {"number"} for name in _NUMBERS},
}
_LITERAL_EDM = {
    "text": "Edm.String",
    "guid": "Edm.Guid",
    "bool": "Edm.Boolean",
    "moment": "Edm.DateTimeOffset",
    "date": "Edm.Date",
    "number": "Edm.Int32",
}


def compile_filter(text: str, resolve: Callable[[str], Property], aliases: Mapping[str, str]) -> Filter:
    """Reads the filter; raises the refusal for bad syntax, unknown names and types that do not fit."""
    parser = _Parser(tokens(text), resolve, aliases)
    result = parser.either()
    if parser.ahead() is not None:
        raise parser.wrong()
    return result


class _Parser:
    """Recursive descent: `or` binds weakest, then `and`, then `not`."""

    def __init__(self, pieces: list[Token], resolve: Callable[[str], Property], aliases: Mapping[str, str]) -> None:
        self._pieces, self._place, self._depth = pieces, 0, 0
        self._resolve, self._aliases = resolve, aliases

    def ahead(self) -> Token | None:
        return self._pieces[self._place] if self._place < len(self._pieces) else None

    def wrong(self) -> Refusal:
        token = self.ahead()
        shown = "end of expression" if token is None else f"'{token.value}'"
        return Refusal(BAD_REQUEST, f"Syntax error in $filter: {shown} was not expected.")

    def either(self) -> Filter:
        sides = [self._both()]
        while self._word("or"):
            sides.append(self._both())
        return any_of(sides)

    def _both(self) -> Filter:
        sides = [self._single()]
        while self._word("and"):
            sides.append(self._single())
        return all_of(sides)

    def _single(self) -> Filter:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Refusal(BAD_REQUEST, f"The filter is nested more than {_DEEPEST} deep.")
        found = negated(self._single()) if self._word("not") else self._bracketed()
        self._depth -= 1
        return found

    def _bracketed(self) -> Filter:
        if self._mark("("):
            inner = self.either()
            self._expect(")")
            return inner
        name = self._name()
        following = self.ahead()
        if following is not None and following.value == "(":
            return self._call(name)
        known, sign = self._resolve(name), self._name()
        if sign not in ("eq", "ne", *ORDERS):
            self._place -= 1
            raise self.wrong()
        return compared(known, sign, self._fitting(known, sign))

    def _call(self, name: str) -> Filter:
        self._expect("(")
        if name == _IN:
            return self._in()
        if name not in ("contains", "startswith", "endswith"):
            raise Refusal(BAD_REQUEST, f"An unknown function with name '{name}' was found.")
        known = self._resolve(self._name())
        self._expect(",")
        literal = self._fitting(known, name)
        self._expect(")")
        if literal.kind != "text":
            raise Refusal(BAD_REQUEST, f"No function signature for the function '{name}' matches its arguments.")
        return like(known, name, literal.value)

    def _in(self) -> Filter:
        self._named("PropertyName")
        known = self._resolve(str(self._next().value))
        self._expect(",")
        self._named("PropertyValues")
        self._expect("[")
        values = [self._next().value]
        while self._mark(","):
            values.append(self._next().value)
        self._expect("]")
        self._expect(")")
        return one_of(known, values)

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

    def _name(self) -> str:
        token = self._next()
        if token.kind != "name":
            self._place -= 1
            raise self.wrong()
        return str(token.value)

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
