"""One SPF record in, its terms and what is wrong with them out (RFC 7208). What others' records say is `checks.spf`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

MOST_LOOKUPS = 10
"""Terms that cause DNS queries; more is a permanent error (RFC 7208 4.6.4)."""
MOST_VOID_LOOKUPS = 2
"""Queries that find nothing; more is a permanent error (RFC 7208 4.6.4)."""
MOST_MX_NAMES = 10
"""Hosts behind one `mx` term; more is a permanent error (RFC 7208 4.6.4)."""

_VERSION = re.compile(r"v=spf1( |$)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"(?P<qualifier>[+\-~?]?)(?P<name>[a-z][a-z0-9._-]*)(?P<value>:.*)?", re.IGNORECASE)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9._-]*)=(?P<value>.*)", re.IGNORECASE)
_PREFIXES = re.compile(r"(/(?P<four>\d{1,3}))?(//(?P<six>\d{1,3}))?$")
_ASKING = frozenset(("include", "a", "mx", "ptr", "exists"))
_MECHANISMS = _ASKING | {"all", "ip4", "ip6"}
_MACRO = r"%\{[slodiphv]\d*r?[.+,/_=-]*\}|%[%_-]"
_WITH_MACROS = re.compile(rf"({_MACRO}|[!-$&-~])*({_MACRO}|\.[a-z0-9-]+)", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One mechanism, or the modifier `redirect`. `target` is its domain in lower case, empty when it names none."""

    name: str
    qualifier: str = "+"
    target: str = ""

    @property
    def asks(self) -> bool:
        """Whether a receiver has to ask DNS for it."""
        return self.name in _ASKING or self.name == "redirect"

    @property
    def has_macro(self) -> bool:
        """Whether the target depends on the mail that arrives, so that nobody can ask for it beforehand."""
        return "%" in self.target


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """One record, read. Any of `problems` makes it invalid."""

    text: str
    terms: tuple[Term, ...]
    problems: tuple[str, ...]

    @property
    def mechanisms(self) -> dict[str, int]:
        """How often each mechanism stands in it."""
        names = [term.name for term in self.terms if term.name != "redirect"]
        return {name: names.count(name) for name in dict.fromkeys(names)}

    @property
    def includes(self) -> list[str]:
        """What it includes, in order."""
        return [term.target for term in self.terms if term.name == "include"]

    @property
    def redirect(self) -> str | None:
        """Whose record takes over at the end; ignored beside `all`, which always matches (RFC 7208 5.1)."""
        return next((term.target for term in self.terms if term.name == "redirect"), None)

    @property
    def all_qualifier(self) -> str | None:
        """`-`, `~`, `?` or `+` of `all`."""
        return next((term.qualifier for term in self.terms if term.name == "all"), None)


def spf_records(texts: Iterable[str]) -> list[str]:
    """The TXT records that are SPF: `v=spf1` and then a space or the end (RFC 7208 4.5)."""
    return [text for text in texts if _VERSION.match(text)]


def read_spf(text: str) -> SpfRecord:
    """Reads one record; never raises."""
    terms: list[Term] = []
    problems: list[str] = []
    modifiers: list[str] = []
    for word in text.split(" ")[1:]:
        if not word:
            continue
        if modifier := _MODIFIER.fullmatch(word):
            name = modifier["name"].lower()
            modifiers.append(name)
            if name == "redirect":
                terms.append(Term("redirect", "", _target(word, modifier["value"], problems)))
            continue
        terms += _mechanism(word, problems)
    problems += [f"{name} stands twice" for name in ("redirect", "exp") if modifiers.count(name) > 1]
    if any(term.name == "all" for term in terms):
        terms = [term for term in terms if term.name != "redirect"]
    return SpfRecord(text, tuple(terms), tuple(problems))


def _mechanism(word: str, problems: list[str]) -> list[Term]:
    bare, slash, rest = word, "", ""
    if ":" not in word:
        bare, slash, rest = word.partition("/")
    found = _DIRECTIVE.fullmatch(bare)
    name = found["name"].lower() if found else ""
    if found is None or name not in _MECHANISMS:
        problems.append(f"'{word[:60]}' is no term")
        return []
    value = (found["value"] or "")[1:] + slash + rest
    target = ""
    if name in ("ip4", "ip6"):
        _check_network(word, name, value, problems)
    elif name == "all" and (value or found["value"]):
        problems.append(f"'{word[:60]}': all takes no value")
    elif name in ("include", "exists") or (name == "ptr" and value):
        target = _target(word, value, problems)
    elif name in ("a", "mx"):
        prefixes = _PREFIXES.search(value)
        if prefixes and not (int(prefixes["four"] or 0) <= 32 and int(prefixes["six"] or 0) <= 128):
            problems.append(f"'{word[:60]}' has an impossible prefix length")
        domain = value[: prefixes.start()] if prefixes else value
        target = _target(word, domain, problems) if domain or found["value"] else ""
    return [Term(name, found["qualifier"] or "+", target)]


def _target(word: str, value: str, problems: list[str]) -> str:
    """The domain of a term: a name with a dot, or one with macros (RFC 7208 7.1)."""
    target = value.rstrip(".").lower()
    if not (_WITH_MACROS if "%" in target else _NAME).fullmatch(target):
        problems.append(f"'{word[:60]}' names no domain")
        return ""
    return target


def _check_network(word: str, name: str, value: str, problems: list[str]) -> None:
    try:
        (IPv4Network if name == "ip4" else IPv6Network)(value, strict=False)
    except ValueError:
        problems.append(f"'{word[:60]}' names no network")
