"""What several referrals say of one person in; the one Contact that all of them push out. Pure.

The newest referral says the name. What it leaves out is taken from the next newest that calls the person the same; of
somebody else under the same address nothing is taken. So it does not matter which of them is pushed, or when.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.rules.referral_contact import Contact

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Word:
    """What one referral says of its contact."""

    key: str
    created_at: datetime | None
    contact: Contact


def one_person(words: Iterable[Word]) -> Contact:
    """The person whom all of these mean; at least one word is needed."""
    newest_first = sorted(words, key=lambda one: (one.created_at or _LONG_AGO, one.key), reverse=True)
    said = [one.contact for one in newest_first]
    named = next((one for one in said if one.name), said[0])
    alike = [one for one in said if _name(one) in ("", _name(named))]
    return replace(
        named,
        email=next((one.email for one in alike if one.email), None),
        phone=next((one.phone for one in alike if one.phone), None),
        title=next((one.title for one in alike if one.title), None),
    )


def _name(contact: Contact) -> str:
    return (contact.name or "").casefold()
