"""How a list of referrals is read goes in, the query of its next page comes out: the address is always our own.

The next link is never followed. It is checked, its `$skiptoken` is put into a query for the address that was configured
(`reference/partner-center-referrals-api.md` section 4.4: live links are said to be http and to have another path).
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from shared.errors import PermanentError
from shared.rules.ticks import ticks_text

MOST_PAGES = 1000
"""100,000 referrals. A list that goes on longer is taken for one that never ends."""

_OURS = ("$skiptoken", "$filter", "$orderby", "$top", "$select", "$count")
_STANDARD_PORTS = {None, 80, 443}


def first_query(mode: str, since_ticks: int | None, *, quoted: bool = False) -> str:
    """The query of the first page. `quoted` writes the date as a text: the documentation leaves open which it wants.

    `filter` and `full` come in ascending update order, so that what changes meanwhile moves to the end and is seen
    again; `scan` comes newest first, for who stops at what is known.
    """
    order = "updatedDateTime desc" if mode == "scan" else "updatedDateTime asc"
    options = {"$orderby": order}
    if mode == "filter" and since_ticks is not None and since_ticks > 0:
        date = ticks_text(since_ticks)
        literal = f"'{date}'" if quoted else date
        options = {"$filter": f"updatedDateTime ge {literal}", **options}
    return "&".join(f"{name}={quote(text, safe='')}" for name, text in options.items())


@dataclass(frozen=True, slots=True)
class Trail:
    """How far a list was followed: which page comes next, and the link seen at the last page that is a power of two.

    That one memory finds any circle (R. Brent, 1980), and the trail fits into a text that a later slice goes on from.
    """

    page: int
    anchor: str
    query: str

    def to_text(self) -> str:
        """The opaque text that callers keep."""
        return f"{self.page}.{self.anchor}.{self.query}"

    @classmethod
    def from_text(cls, text: str) -> "Trail":
        """Reads `to_text`. Raises `ValueError` for anything else."""
        page, anchor, query = text.split(".", 2)
        return cls(int(page), anchor, query)

    def onwards(self, query: str) -> "Trail":
        """The trail with one more link. Raises `PermanentError` `pc_bad_answer` when the links run in a circle."""
        seen = hashlib.sha256(query.encode("utf-8", "replace")).hexdigest()[:16]
        if seen == self.anchor:
            raise PermanentError("pc_bad_answer", why="links_circle", page=self.page)
        if self.page >= MOST_PAGES:
            raise PermanentError("pc_bad_answer", why="links_endless", most=MOST_PAGES, page=self.page)
        page = self.page + 1
        return Trail(page, seen if page & (page - 1) == 0 else self.anchor, query)


START = Trail(0, "", "")


def next_query(link: object, *, base_url: str, asked: str) -> str | None:
    """The query of the next page, or None at the end. `asked` is the query that was answered with this link.

    Raises `PermanentError` `pc_link_refused` for a link to anywhere but the configured host.
    """
    if link is None or link == "":
        return None
    if not isinstance(link, str):
        raise _refused("link_not_text")
    try:
        parts, own = urlsplit(link), urlsplit(base_url)
        port = parts.port
    except ValueError:
        raise _refused("link_not_address") from None
    relative = not parts.scheme and not parts.netloc
    if not relative:
        if parts.scheme not in ("http", "https"):
            raise _refused("link_not_web")
        if (parts.hostname or "").lower() != (own.hostname or "").lower():
            raise _refused("link_other_host")
        if "@" in parts.netloc or port not in _STANDARD_PORTS | {own.port}:
            raise _refused("link_user_or_port")
    options = _options(parts.query)
    if not options.get("$skiptoken"):
        raise _refused("link_no_skiptoken")
    kept = {name: text for name, text in _options(asked).items() if name in ("$filter", "$orderby")}
    return "&".join(f"{name}={text}" for name, text in {**kept, **options}.items())


def _options(query: str) -> dict[str, str]:
    """The options of a query as they stand, not encoded anew; raw blanks, which some links hold, become `%20`."""
    pairs = (part.partition("=") for part in query.split("&"))
    return {unquote(name): text.replace(" ", "%20") for name, _, text in pairs if unquote(name) in _OURS}


def _refused(why: str) -> PermanentError:
    return PermanentError("pc_link_refused", why=why)
