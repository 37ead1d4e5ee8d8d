"""A website, e-mail address or bare name in; the company's registrable domain in punycode out, or why there is none."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from shared.rules.idn import to_ascii, to_unicode
from shared.rules.refusal import REASONS, Refusal, refuse

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

Source = Literal["website", "contact_email", "team_email"]

_LONGEST = 2048
_reading = Lock()
"""When a worker starts, many messages need the list at once; it is read by one of them."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:[/\\]{2,}|(?:https?|mailto):[/\\]*|(?:https?)?[/\\]{2,}", re.IGNORECASE)
_PORT = re.compile(r":\d*$")
_SEVERAL = re.compile(r"[,;|\n\r\t]+")
_AROUND = " \t\r\n\f\v\u00a0\u200b\u200c\u200d\u2060\ufeff\"'<>(),;"
_NOTHING = frozenset(
    ("-", "n/a", "na", "nan", "nil", "none", "null", "yok", "web", "website", "web sitesi", "http", "https")
)


@dataclass(frozen=True, slots=True)
class DomainChoice:
    """The domain of a referral and where it was found, or (both None) the code of the most telling refusal."""

    domain: str | None
    source: Source | None
    reason: str | None


def choose_domain(
    *,
    websites: Iterable[str | None],
    customer_emails: Iterable[str | None],
    team_emails: Iterable[str | None],
    own_domains: Collection[str] = (),
) -> DomainChoice:
    """The first company domain of the websites, the contact's e-mails, the team's e-mails (design section 6).

    All of them are the customer's. The referral's own `team` are sellers and is never passed here. A field that lists
    several addresses is read from left to right.
    """
    reasons = {"no_address"}
    sources: tuple[tuple[Source, Iterable[str | None]], ...] = (
        ("website", websites),
        ("contact_email", customer_emails),
        ("team_email", team_emails),
    )
    for source, texts in sources:
        for text in _each(texts):
            found = company_domain(text, own_domains=own_domains)
            if isinstance(found, str):
                return DomainChoice(found, source, None)
            reasons.add(found.code)
    return DomainChoice(None, None, next(code for code in REASONS if code in reasons))


def company_domain(text: str | None, *, own_domains: Collection[str] = (), field: str = "domain") -> str | Refusal:
    """The registrable domain of a website, e-mail address or bare name; its own results come back unchanged.

    Private suffixes count: shop.uk.com is a company's domain, acme.github.io is a page at a host and refused.
    """
    if not text or text.strip(_AROUND).lower() in ("", *_NOTHING):
        return refuse("no_address", field=field)
    host = _host(text[:_LONGEST])
    if _is_address(host):
        return refuse("ip_address", field=field, name=host)
    name = to_ascii(host)
    if name is None:
        return refuse("not_a_domain", field=field, name=host)
    code = _shape_refusal(name)
    domain = registrable_domain(name)
    if code is None and (domain is None or domain.startswith("www.")):
        code = "public_suffix"
    if code or domain is None:
        return refuse(code or "public_suffix", field=field, name=name)
    code = _owner_refusal(domain, own_domains)
    return refuse(code, field=field, name=name) if code else domain


def registrable_domain(name: str) -> str | None:
    """The public suffix and one label more, or None for a suffix itself. `name` is lower-case ASCII."""
    return _suffixes().privatesuffix(name)


def display_domain(domain: str) -> str:
    """The domain decoded for people: xn--rnek-4qa.com gives örnek.com."""
    return to_unicode(domain)


def _each(texts: Iterable[str | None]) -> Iterable[str]:
    return (part for text in texts if text for part in _SEVERAL.split(text) if part.strip(_AROUND))


def _host(text: str) -> str:
    """The host part: scheme, user, port, path, query, fragment, display name and trailing dots taken away."""
    text = text.strip(_AROUND)
    while scheme := _SCHEME.match(text):
        text = text[scheme.end() :]
    authority = re.split(r"[/\\?#]", text, maxsplit=1)[0]
    host = authority.rpartition("@")[2].strip(_AROUND)
    return host if host.count(":") > 1 else _PORT.sub("", host).rstrip(".")


def _is_address(host: str) -> bool:
    """An IPv6 literal, or what browsers read as IPv4: a last label that is a number (WHATWG URL)."""
    last = host.rpartition(".")[2].lower()
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last):
        return True
    try:
        ip_address(host.lstrip("[").partition("]")[0])
    except ValueError:
        return False
    return True


def _shape_refusal(name: str) -> str | None:
    if name.rpartition(".")[2] in _listed("internal_name"):
        return "internal_name"
    return None if "." in name else "single_label"


def _owner_refusal(domain: str, own_domains: Collection[str]) -> str | None:
    if any(domain == _own(own) for own in own_domains):
        return "own_domain"
    for code in ("onmicrosoft", "microsoft_domain", "free_mail", "shared_hosting"):
        if domain in _listed(code):
            return code
    suffixes = _suffixes()
    suffix = suffixes.publicsuffix(domain) or ""
    if suffix in _listed("microsoft_domain"):
        return "shared_hosting"
    # Inside the private section the suffix itself is registrable by the ICANN rules alone.
    is_private = _suffixes(only_icann=True).publicsuffix(domain) != suffix
    return "shared_hosting" if is_private and suffix not in _listed("name_seller") else None


@lru_cache(maxsize=256)
def _own(text: str) -> str | None:
    name = to_ascii(_host(text))
    return registrable_domain(name) if name else None


@cache
def _listed(code: str) -> frozenset[str]:
    lines = Path(__file__).with_name("refused_domains.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return frozenset(name for row in rows if row[0] == code for name in row[1:])


def _suffixes(*, only_icann: bool = False) -> "PublicSuffixList":
    with _reading:
        return _read_suffixes(only_icann)


@cache
def _read_suffixes(only_icann: bool) -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # 30 ms and 10,000 rules: on first use, not at import

    return PublicSuffixList(only_icann=only_icann)
