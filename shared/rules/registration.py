"""What a registry says of a domain in, registrar and dates out: an RDAP object (RFC 9083) or the text of WHOIS."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from shared.rules.moments import iso

_LONGEST = 200
"""Characters of a text that is kept."""
_MOST = 20
"""Name servers and status values that are kept."""


def read_rdap(document: Any) -> dict[str, Any] | None:
    """Registrar, dates, name servers and status; what is redacted or odd is left out. None: no domain object."""
    if not isinstance(document, dict) or document.get("objectClassName", "domain") != "domain":
        return None
    dates = {str(one.get("eventAction")).lower(): _date(one.get("eventDate")) for one in _objects(document, "events")}
    servers = {_text(one.get("ldhName")).lower().rstrip(".") for one in _objects(document, "nameservers")}
    status = document.get("status")
    return _filled(
        registrar=_registrar(document),
        registered_at=dates.get("registration"),
        expires_at=dates.get("expiration") or dates.get("registrar expiration"),
        nameservers=sorted(servers - {""})[:_MOST],
        status=[_text(one) for one in status if isinstance(one, str)][:_MOST] if isinstance(status, list) else [],
        redacted=bool(document.get("redacted")),
        source="rdap",
    )


def _registrar(document: dict[str, Any]) -> str | None:
    for entity in _objects(document, "entities"):
        roles = entity.get("roles")
        if isinstance(roles, list) and "registrar" in roles:
            return _formatted_name(entity.get("vcardArray")) or _text(entity.get("handle")) or None
    return None


def _formatted_name(card: Any) -> str:
    """`fn` of a jCard (RFC 7095)."""
    fields = card[1] if isinstance(card, list) and len(card) > 1 and isinstance(card[1], list) else []
    return next((_text(one[3]) for one in fields if isinstance(one, list) and len(one) > 3 and one[0] == "fn"), "")


_NOT_THERE = re.compile(r"no match|not found|no entries found|no data found|status:\s*(free|available)", re.IGNORECASE)
_LABELS = {
    "registrar": ("registrar", "sponsoring registrar", "registrar name"),
    "registered_at": ("created on", "creation date", "created", "registration time", "registered on"),
    "expires_at": (
        "expires on",
        "registry expiry date",
        "expiration time",
        "expiration date",
        "expire date",
        "paid-till",
        "expiry date",
    ),
}
_LINE = re.compile(r"\s*(?P<label>[A-Za-z][A-Za-z \-/]{1,40}?)\s*\.*\s*:\s*(?P<value>\S.*?)\s*")


def read_whois(text: str) -> dict[str, Any] | None:
    """The same of a WHOIS answer, whose form each registry chose for itself. None: it names no such domain."""
    if _NOT_THERE.search(text[:2000]):
        return None
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("%", "#"))]
    fields: dict[str, str] = {}
    servers: set[str] = set()
    for line in lines:
        if found := _LINE.fullmatch(line):
            label, value = found["label"].lower(), found["value"]
            fields.setdefault(label, value)
            if label in ("name server", "nserver"):
                servers.add(_host(value))
    servers.update(_host(line) for line in _section(lines, "domain servers"))
    told = {name: next((fields[one] for one in labels if one in fields), None) for name, labels in _LABELS.items()}
    return _filled(
        registrar=_text(told["registrar"]) or _registrar_section(lines) or None,
        registered_at=_date(told["registered_at"]),
        expires_at=_date(told["expires_at"]),
        nameservers=sorted(servers)[:_MOST],
        redacted=False,
        source="whois",
    )


def _registrar_section(lines: list[str]) -> str:
    """`Organization Name : …` below the heading."""
    told = (line for line in _section(lines, "registrar") if line.lower().startswith("organization"))
    return next((_text(line.partition(":")[2]) for line in told), "")


def _section(lines: list[str], heading: str) -> Iterator[str]:
    """The lines between a heading, `** Registrar:` in .tr and `Registrar` in .it, and the next empty line."""
    words = (line.strip().strip("*: ").lower() for line in lines)
    start = next((at for at, word in enumerate(words, start=1) if word == heading), len(lines))
    return takewhile(bool, (line.strip() for line in lines[start:]))


def _host(text: str) -> str:
    """The name in front of what may be its addresses."""
    return text.split()[0].lower().rstrip(".")


_FORMS = ("%Y-%b-%d", "%Y-%m-%d %H:%M:%S", "%d-%b-%Y", "%Y.%m.%d", "%d.%m.%Y", "%Y/%m/%d")


def _date(value: Any) -> str | None:
    """A date as UTC ISO text, None for what is none."""
    text = value.strip().rstrip(".") if isinstance(value, str) else ""
    for moment in _readings(text[:40]):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        try:
            return iso(aware) if moment.year >= 1970 else None
        except (OverflowError, ValueError):
            return None
    return None


def _readings(text: str) -> Iterator[datetime]:
    for read in (datetime.fromisoformat, *(lambda text, form=form: datetime.strptime(text, form) for form in _FORMS)):
        try:
            yield read(text)
        except ValueError:
            continue


def _text(value: Any) -> str:
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""


def _objects(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    listed = document.get(name)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _filled(**found: Any) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value not in (None, [], "")}
