"""One company's page of the ledger: what Hunter wrote into Dynamics for it, and what was done per referral."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from shared.rules.dynamics.memory import Memory, Remembered
from shared.rules.dynamics.records import Wanted
from shared.rules.dynamics.shapes import Done
from shared.rules.dynamics.told import history_line
from shared.rules.moments import iso

_LONGEST_HISTORY = 20


@dataclass(frozen=True, slots=True)
class ReferralEntry:
    """One referral: the Lead and Opportunity that are its own, which contact it has, and what was done."""

    lead: Memory | None = None
    opportunity: Memory | None = None
    contact_key: str | None = None
    contact_name: str | None = None
    """Fingerprint of the contact's name."""
    said_as: str | None = None
    """The key under which it named the contact last; another than `contact_key` once the address has changed."""
    history: tuple[dict[str, Any], ...] = ()

    def with_history(self, line: dict[str, Any]) -> "ReferralEntry":
        """This entry with one more line, the oldest dropped."""
        return replace(self, history=(*self.history, line)[-_LONGEST_HISTORY:])


@dataclass(frozen=True, slots=True)
class Review:
    """A doubt about a company's account: the candidates, why, and what a person decided (`separate` or an account's
    id).
    """

    candidates: tuple[dict[str, Any], ...] = ()
    """Each with id, name, website, country."""
    why: str = ""
    company_name: str | None = None
    country: str | None = None
    opened_at: str = ""
    decision: str | None = None
    decided_by: str | None = None
    referral: str = ""
    """The referral whose push opened it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything remembered of one company."""

    home: str
    account: Memory | None = None
    contacts: Mapping[str, Memory] = field(default_factory=dict)
    referrals: Mapping[str, ReferralEntry] = field(default_factory=dict)
    review: Review | None = None
    etags: Mapping[str, str] = field(default_factory=dict)

    def referral(self, key: str) -> ReferralEntry:
        """The entry of a referral, an empty one when nothing is known."""
        return self.referrals.get(key, ReferralEntry())

    def remembered(self, wanted: Wanted, *, contact_name: str | None) -> Remembered:
        """What the plan for this referral needs to know.

        The same person under a new e-mail address is the same contact.
        """
        entry = self.referral(wanted.key)
        contact = wanted.records.get("contact")
        person = self.contacts.get(contact.key) if contact else None
        if person is None and entry.contact_key and contact_name and entry.contact_name == contact_name:
            person = self.contacts.get(entry.contact_key)
        known = {"account": self.account, "contact": person, "lead": entry.lead, "opportunity": entry.opportunity}
        return Remembered(
            {record: memory for record, memory in known.items() if memory},  # type: ignore[misc]
            contact_name,
            self.review.decision if self.review else None,
        )

    def sharing(self, key: str, contact_id: str) -> dict[str, ReferralEntry]:
        """The other referrals whose contact is this one, by key."""
        same = {name for name, memory in self.contacts.items() if memory.id == contact_id}
        return {other: entry for other, entry in self.referrals.items() if other != key and entry.contact_key in same}

    def pushed(self, done: Done, wanted: Wanted, before: Remembered, *, review: Review) -> "Page":
        """This page after a push: what was written, and whether the account is in doubt."""
        after = done.plan.remembered()
        entry = self.referral(wanted.key).with_history(history_line(done, before))
        entry = replace(
            entry,
            lead=_then(entry.lead or before.records.get("lead"), after.get("lead")),
            opportunity=_then(entry.opportunity or before.records.get("opportunity"), after.get("opportunity")),
        )
        contacts = dict(self.contacts)
        if person := wanted.records.get("contact"):
            known = before.records.get("contact")
            key = next((one for one, memory in contacts.items() if known and memory.id == known.id), person.key)
            if memory := _then(contacts.get(key) or known, after.get("contact")):
                contacts[key] = memory
                entry = replace(entry, contact_key=key, contact_name=before.contact_name, said_as=person.key)
        return replace(
            self,
            account=_then(self.account, after.get("account")),
            contacts=contacts,
            referrals={**self.referrals, wanted.key: entry},
            review=self._doubt(done, review),
        )

    def _doubt(self, done: Done, review: Review) -> Review | None:
        """A doubt is opened once, kept while it stands, and closed when the account is settled some other way."""
        doubt = done.plan.of("account")
        if doubt is None or doubt.action != "review":
            return self.review if self.review and self.review.decision else None
        opened_at = self.review.opened_at if self.review else iso(done.at)
        candidates = tuple(asdict(one) for one in doubt.candidates)
        return replace(review, candidates=candidates, why=doubt.why, opened_at=opened_at)


def _then(before: Memory | None, later: Memory | None) -> Memory | None:
    return before.then(later) if before and later else later or before
