"""A push and its company's page in; what all referrals that share its contact say of that person, out."""

from datetime import UTC, datetime

from shared.clients.ledger_pages import Page, ReferralEntry
from shared.connections import Connections
from shared.rules.dynamics.facts import contact_allowed
from shared.rules.dynamics.ids import contact_key
from shared.rules.dynamics.input import DynamicsInput
from shared.rules.dynamics.memory import Remembered
from shared.rules.lead import Lead
from shared.rules.one_person import Word, one_person
from shared.rules.referral_contact import Contact

MOST_ASKED = 10
"""Referrals beside the pushed one, the newest; more of them name the same person only in odd data."""
_UNLISTED = datetime.max.replace(tzinfo=UTC)


def shared_person(
    given: DynamicsInput, lead: Lead | None, page: Page, remembered: Remembered, to: Connections
) -> Contact | None:
    """The person as all of them say, or None where this referral alone names it.

    The others are read after the page: what one of them has pushed by then, its row says too.
    """
    contact, own = remembered.id_of("contact"), contact_allowed(given.referral)
    if contact is None or own is None or given.referral is None:
        return None
    others = [
        word
        for key, entry in _newest(page.sharing(given.key, contact), lead)
        if (word := _word(key, entry, to)) is not None
    ]
    return one_person([Word(given.key, given.referral.created_at, own), *others]) if others else None


def _newest(sharing: dict[str, ReferralEntry], lead: Lead | None) -> list[tuple[str, ReferralEntry]]:
    """The newest of them by what the lead lists; one that it does not list yet, or any more, first."""
    listed = lead.referrals if lead else {}

    def age(one: tuple[str, ReferralEntry]) -> tuple[datetime, str]:
        summary = listed.get(one[0])
        created_at = summary.created_at if summary else _UNLISTED
        return created_at or datetime.min.replace(tzinfo=UTC), one[0]

    return sorted(sharing.items(), key=age, reverse=True)[:MOST_ASKED]


def _word(key: str, entry: ReferralEntry, to: Connections) -> Word | None:
    """What this referral says, as long as it still names the person whom it was pushed with."""
    kept = to.leads.referral(key)
    said = contact_allowed(kept.referral) if kept else None
    if kept is None or said is None:
        return None
    is_same = contact_key(said, company=kept.domain or kept.key) == (entry.said_as or entry.contact_key)
    return Word(key, kept.referral.created_at, said) if is_same else None
