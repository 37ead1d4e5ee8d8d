"""The query string and preferences of a GET go in; what the client wishes to see comes out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from sandbox.dataverse.errors import BAD_REQUEST, Refusal

MAX_PAGE = 5000
_KNOWN = {"$select", "$filter", "$orderby", "$top", "$count", "$expand", "$skiptoken"}
_EXPAND = re.compile(r"([A-Za-z_]\w*)(?:\(([^()]*)\))?(?:,|$)")


@dataclass(slots=True)
class Wish:
    """The query options of one request: `$…` in `options`, `@…` in `aliases`, the page size of `Prefer`."""

    options: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    page_size: int | None = None
    annotations: bool = False

    @property
    def selected(self) -> list[str]:
        """The names in `$select`; none means all."""
        return [name.strip() for name in self.options.get("$select", "").split(",") if name.strip()]

    @property
    def top(self) -> int | None:
        """`$top` as a number."""
        text = self.options.get("$top")
        if text is None:
            return None
        if not text.isdecimal() or int(text) > MAX_PAGE:
            raise Refusal(BAD_REQUEST, f"Invalid value '{text}' for $top query option found.")
        return int(text)


def wish_of(query: str, prefer: Mapping[str, str]) -> Wish:
    """Reads the raw query string and the preferences."""
    wish = Wish(annotations="odata.include-annotations" in prefer)
    for pair in filter(None, query.split("&")):
        name, _, value = (unquote_plus(part) for part in pair.partition("="))
        if name.startswith("@"):
            wish.aliases[name] = value
        elif name.startswith("$"):
            if name not in _KNOWN:
                raise Refusal(BAD_REQUEST, f"The query parameter {name} is not supported")
            wish.options[name] = value
    size = prefer.get("odata.maxpagesize", "")
    wish.page_size = min(int(size), MAX_PAGE) if size.isdecimal() and int(size) > 0 else None
    return wish


def expansions(wish: Wish) -> Iterable[tuple[str, Wish]]:
    """The names in `$expand`, each with the options in its parentheses."""
    text = wish.options.get("$expand", "")
    place = 0
    while place < len(text):
        match = _EXPAND.match(text, place)
        if match is None:
            raise Refusal(BAD_REQUEST, f"Syntax error in $expand: '{text[place:]}'.")
        inner = dict(part.split("=", 1) for part in (match.group(2) or "").split(";") if "=" in part)
        yield match.group(1), Wish(options=inner, annotations=wish.annotations)
        place = match.end()
