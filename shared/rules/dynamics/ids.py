"""What a record is about in;

its id and the value of its alternate key out. The same input gives the same record, always.
"""

import hashlib
from uuid import UUID, uuid5

from shared.rules.referral_contact import Contact

_HUNTER = UUID("5f0c9a7e-6a55-4a0e-9b33-1d5f6f6f2c41")
_LONGEST_KEY = 64
"""Far below the 900 bytes of a key, and within every `hnt_` key column."""


def record_id(record: str, key: str) -> str:
    """The id of the record of that kind with that key, so that creating it twice meets itself."""
    return str(uuid5(_HUNTER, f"{record}:{key}"))


def by_hand_key(domain: str) -> str:
    """Stands for the referral of a company that came without one."""
    key = f"lead-{domain}"
    return key if len(key) <= _LONGEST_KEY else "lead-x" + _digest(domain)


def contact_key(contact: Contact, *, company: str) -> str:
    """One person:

    the same e-mail address, else the same name at the same company. Nothing of either can be read from it.
    """
    if contact.email:
        return "e-" + _digest(contact.email.casefold())
    return "n-" + _digest(f"{company}|{(contact.name or '').casefold()}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
