"""Text in OData's own notation (filters, keys) goes in; tokens and typed literals come out."""

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sandbox.dataverse.errors import BAD_REQUEST, Refusal

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^']|'')*')
  | (?P<guid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})
  | (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<number>-?\d+(?:\.\d+)?)
  | (?P<alias>@[A-Za-z_]\w*)
  | (?P<name>[A-Za-z_][\w.]*(?:/[A-Za-z_][\w.]*)*)
  | (?P<mark>[(),=\[\]])
  )""",
    re.VERBOSE,
)
_WORDS: dict[str, tuple[str, Any]] = {"null": ("null", None), "true": ("bool", True), "false": ("bool", False)}


class Token(NamedTuple):
    """A piece of the text: its kind and its value (Python's, for literals)."""

    kind: str
    value: Any


def tokens(text: str) -> list[Token]:
    """The pieces of a filter or key predicate."""
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Refusal(BAD_REQUEST, f"Syntax error: character '{text[place]}' is not valid at position {place}.")
        found.append(_token(str(match.lastgroup), match.group(str(match.lastgroup))))
        place = match.end()
    return found


def _token(kind: str, raw: str) -> Token:
    if kind == "text":
        return Token("text", raw[1:-1].replace("''", "'"))
    if kind == "number":
        return Token("number", float(raw) if "." in raw else int(raw))
    if kind in ("moment", "date"):
        _refuse_impossible(raw)
    if kind == "guid":
        return Token("guid", raw.lower())
    if kind == "name" and raw in _WORDS:
        return Token(*_WORDS[raw])
    return Token(kind, raw)


def _refuse_impossible(raw: str) -> None:
    try:
        datetime.fromisoformat(raw.replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refusal(BAD_REQUEST, f"Unrecognized 'Edm.DateTimeOffset' literal '{raw}'.") from error


def is_literal(token: Token) -> bool:
    """True for values, false for names and punctuation."""
    return token.kind in ("text", "number", "guid", "moment", "date", "null", "bool")
