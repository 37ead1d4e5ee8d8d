"""The text of an OData `$filter` or `$orderby` goes in; a predicate over a referral, or a sort order, comes out.

What Microsoft shows for referrals and no more: comparisons of paths with literals, `and`, `or`, `not`, brackets, and
`collection/any(x:…)`. Fields whose name ends in `DateTime` compare as instants, whether the literal is quoted or not.
"""

import re
from collections.abc import Callable
from typing import Any

from shared.rules.ticks import ticks

Predicate = Callable[[Any], bool]
_TOKENS = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<date>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<path>[A-Za-z_@][\w@.]*(?:/[A-Za-z_@][\w@.]*)*)|(?P<sign>[():,]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}
_WORDS = {"true": True, "false": False, "null": None}
SORTABLE = ("createdDateTime", "updatedDateTime")


class QueryError(Exception):
    """The query is not valid; `target` names the option."""

    def __init__(self, target: str, text: str) -> None:
        super().__init__(text)
        self.target = target


def mentions_dates(text: str) -> bool:
    """Whether a filter compares an instant."""
    return "DateTime" in text


def has_unquoted_dates(text: str) -> bool:
    """Whether a filter compares an instant with a literal that is not in quotes."""
    return re.search(r"DateTime\s+\w\w\s+\d", text) is not None


def read_filter(text: str) -> Predicate:
    """The predicate of a `$filter`. Raises `QueryError`."""
    parser = _Parser(text)
    predicate = parser.either()
    parser.end()
    return predicate


def read_order(text: str) -> tuple[str, bool]:
    """Field and whether descending. Raises `QueryError`."""
    field, _, way = text.strip().partition(" ")
    if field not in SORTABLE or way.strip().lower() not in ("", "asc", "desc"):
        raise QueryError("$orderby", f"Order by {' or '.join(SORTABLE)}, asc or desc.")
    return field, way.strip().lower() == "desc"


def value_at(document: Any, path: str) -> Any:
    """The value at `a/b/c`, or None where the way ends."""
    for name in path.split("/"):
        document = document.get(name) if isinstance(document, dict) else None
    return document


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKENS.match(text, at)
            if found is None:
                raise QueryError("$filter", f"Unexpected text at position {at}.")
            self._tokens.append((found.lastgroup or "", found.group(found.lastgroup or 0)))
            at = found.end()
        self._at = 0

    def either(self) -> Predicate:
        parts = [self._both()]
        while self._take("path", "or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda one: any(part(one) for part in parts)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise QueryError("$filter", f"Unexpected {self._tokens[self._at][1]}.")

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._take("path", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda one: all(part(one) for part in parts)

    def _one(self) -> Predicate:
        if self._take("path", "not"):
            inner = self._one()
            return lambda one: not inner(one)
        if self._take("sign", "("):
            inner = self.either()
            self._need("sign", ")")
            return inner
        path = self._need("path")
        if path.endswith("/any") and self._take("sign", "("):
            return self._any(path.removesuffix("/any"))
        return self._comparison(path)

    def _any(self, path: str) -> Predicate:
        variable = self._need("path")
        self._need("sign", ":")
        inner = self.either()
        self._need("sign", ")")

        def holds(one: Any) -> bool:
            items = value_at(one, path)
            return isinstance(items, list) and any(inner({variable: item}) for item in items)

        return holds

    def _comparison(self, path: str) -> Predicate:
        word = self._need("path").lower()
        if word not in _COMPARE:
            raise QueryError("$filter", f"{word} is no comparison.")
        wanted, compare, instant = self._literal(path), _COMPARE[word], path.endswith("DateTime")

        def holds(one: Any) -> bool:
            found = value_at(one, path)
            found = ticks(found) if instant else found
            if word in ("eq", "ne"):
                return compare(found, wanted)
            same_kind = isinstance(found, str) == isinstance(wanted, str)
            return found is not None and wanted is not None and same_kind and compare(found, wanted)

        return holds

    def _literal(self, path: str) -> Any:
        kind, text = self._next()
        if path.endswith("DateTime") and kind in ("text", "date"):
            instant = ticks(text.strip("'"))
            if instant is None:
                raise QueryError("$filter", f"{text} is no date.")
            return instant
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text)
        if kind == "path" and text in _WORDS:
            return _WORDS[text]
        raise QueryError("$filter", f"{text} is no literal for {path}.")

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise QueryError("$filter", "The filter ends too early.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str, text: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == (kind, text)
        self._at += found
        return found

    def _need(self, kind: str, text: str | None = None) -> str:
        found_kind, found = self._next()
        if found_kind != kind or (text is not None and found != text):
            raise QueryError("$filter", f"{text or kind} expected, not {found}.")
        return found
