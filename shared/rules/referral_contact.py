"""The customer's people as Partner Center lists them go in; the one to talk to comes out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.rules.referral_resource import Member

_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\"]+")
_LONGEST = 500
"""No address is longer than 254 characters (RFC 5321), and a search through much more would take its time."""


@dataclass(frozen=True, slots=True)
class Contact:
    """The customer's person to talk to. Shown, exported and pushed only where consent allows it."""

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    title: str | None = None


def contact_of(people: Iterable["Member"]) -> Contact | None:
    """The first person with an e-mail, else the first with a name, else nobody."""
    read = [
        Contact(
            name=" ".join(part for part in (one.first_name, one.last_name) if part) or one.name,
            first_name=one.first_name,
            last_name=one.last_name,
            email=email_of(one.email),
            phone=one.phone_number,
            title=one.title,
        )
        for one in people
    ]
    return next((one for one in read if one.email), next((one for one in read if one.name), None))


def email_of(text: str | None) -> str | None:
    """The address in a text such as `Elif <ELIF@Example.org>`, its domain in lower case."""
    found = _EMAIL.search((text or "")[:_LONGEST].removeprefix("mailto:"))
    if found is None:
        return None
    person, _, domain = found.group().rpartition("@")
    return f"{person}@{domain.lower()}"
