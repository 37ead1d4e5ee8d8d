"""An OData `$filter` as text in; a predicate over entities and the bounds of their keys out."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)L?|(?P<word>\w+)|(?P<mark>[()]))")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
Entity = Mapping[str, Any]
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison of a property with a value. A property that is missing fulfils none."""

    name: str
    compare: str
    value: Any

    def __call__(self, entity: Entity) -> bool:
        found = entity.get(self.name)
        if found is None:
            return False
        if entity.get(f"{self.name}@odata.type") == "Edm.Int64":
            found = int(found)
        return type(found) is type(self.value) and _COMPARE[self.compare](found, self.value)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a query asks for. `bounds` are keys between which everything fitting lies; both are included."""

    holds: Callable[[Entity], bool]
    bounds: tuple[tuple[str, str], tuple[str, str]]


def read_filter(text: str) -> Filter:
    """Raises ValueError for what it cannot read."""
    if not text.strip():
        return Filter(lambda entity: True, (("", ""), (_LAST, _LAST)))
    reader = _Reader(text)
    holds = reader.either()
    if reader.rest:
        raise ValueError(f"the filter goes on with {reader.rest[0]}")
    return Filter(holds, _bounds(reader.terms if reader.only_and else []))


class _Reader:
    def __init__(self, text: str) -> None:
        self.rest: list[tuple[str, str]] = []
        self.terms: list[Term] = []
        self.only_and = True
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise ValueError(f"the filter is wrong at {text[place : place + 20]!r}")
            self.rest.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def either(self) -> Callable[[Entity], bool]:
        parts = [self._both()]
        while self._take("or"):
            self.only_and = False
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda entity: any(part(entity) for part in parts)

    def _both(self) -> Callable[[Entity], bool]:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda entity: all(part(entity) for part in parts)

    def _one(self) -> Callable[[Entity], bool]:
        if self._take("not"):
            self.only_and = False
            inner = self._one()
            return lambda entity: not inner(entity)
        if self._take("("):
            grouped = self.either()
            if not self._take(")"):
                raise ValueError("a bracket stays open")
            return grouped
        (_, name), (_, compare), (kind, value) = (self._next() for _ in range(3))
        if compare not in _COMPARE:
            raise ValueError(f"{compare} is no comparison")
        term = Term(name, compare, _value(kind, value))
        self.terms.append(term)
        return term

    def _take(self, wanted: str) -> bool:
        if self.rest and self.rest[0] in (("word", wanted), ("mark", wanted)):
            del self.rest[0]
            return True
        return False

    def _next(self) -> tuple[str, str]:
        if not self.rest:
            raise ValueError("the filter ends too early")
        return self.rest.pop(0)


def _value(kind: str, text: str) -> Any:
    if kind == "text":
        return text[1:-1].replace("''", "'")
    if kind == "number":
        return float(text) if "." in text else int(text)
    if text in ("true", "false"):
        return text == "true"
    raise ValueError(f"{text} is no value")


def _bounds(terms: list[Term]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Narrow for one partition with a range of row keys; else everything."""
    partition = next((term.value for term in terms if (term.name, term.compare) == ("PartitionKey", "eq")), None)
    if partition is None:
        return ("", ""), (_LAST, _LAST)
    rows = [term for term in terms if term.name == "RowKey"]
    low = max((term.value for term in rows if term.compare in ("ge", "gt", "eq")), default="")
    high = min((term.value for term in rows if term.compare in ("le", "lt", "eq")), default=_LAST)
    return (partition, low), (partition, high)
