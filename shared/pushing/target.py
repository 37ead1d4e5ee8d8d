"""The key of a referral in; what is known of it here, and the plan for it in Dynamics, out.

For the step and for dry runs.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.clients.ledger_pages import Page
from shared.connections import Connections
from shared.errors import PermanentError, TransientError
from shared.pushing.contact_words import shared_person
from shared.rules.change import Change, Found
from shared.rules.dynamics.company import company_facts
from shared.rules.dynamics.facts import contact_allowed
from shared.rules.dynamics.ids import by_hand_key, contact_key
from shared.rules.dynamics.input import DynamicsConfig, DynamicsInput
from shared.rules.dynamics.memory import Remembered, fingerprint
from shared.rules.dynamics.plan import decide
from shared.rules.dynamics.reads import reads_for
from shared.rules.dynamics.records import Wanted, wanted_records
from shared.rules.dynamics.shapes import FoundRows, Plan
from shared.rules.events import Event
from shared.rules.forgetting import without_quotes
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import DynamicsState, Lead
from shared.rules.road import PUSH_BY_HAND, push_token

BY_HAND = "lead:"
"""Begins the key of a push that is about a company without a referral; its domain follows."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a push is about, as it stands in the store.

    `key` is the message's; `state_key` its place in `Lead.dynamics`.
    """

    key: str
    found: Found

    @property
    def lead(self) -> Lead | None:
        """The company, if it is known."""
        return self.found.lead

    @property
    def kept(self) -> KeptReferral | None:
        """The referral; None for a company pushed by hand."""
        return self.found.referral

    @property
    def state_key(self) -> str:
        """Where its state stands in `Lead.dynamics`."""
        return PUSH_BY_HAND if self.kept is None else self.key

    @property
    def is_main(self) -> bool:
        """Whether it speaks for its company."""
        main = self.lead.main_referral if self.lead else None
        return main is None or main.key == self.state_key

    @property
    def ledger_key(self) -> str:
        """What Dynamics and the ledger know it by."""
        return self.kept.key if self.kept else by_hand_key(self.lead.domain if self.lead else "")

    @property
    def home(self) -> str:
        """The ledger's partition: the company's, else that of all referrals without one that name the same person."""
        if self.lead:
            return self.lead.domain
        person = contact_allowed(self.kept.referral) if self.kept else None
        return f"ref.{contact_key(person, company=self.key) if person else self.key}"

    @property
    def token(self) -> str:
        """Names what a push would carry now."""
        if self.lead:
            return push_token(self.lead, self.state_key)
        return self.kept.push_token if self.kept else ""

    @property
    def state(self) -> DynamicsState:
        """How it stands in Dynamics."""
        nothing = self.kept.dynamics if self.kept else DynamicsState()
        return self.lead.dynamics.get(self.state_key, nothing) if self.lead else nothing

    def change(self, state: DynamicsState, events: list[Event], page: Page | None = None) -> Change:
        """What saves this state, on the lead and on the referral alike, and the page of the ledger with it."""
        lead, kept = self.lead, replace(self.kept, dynamics=state) if self.kept else None
        if kept and kept.forgotten_at:
            events = [without_quotes(event) for event in events]
        if lead:
            states = {**lead.dynamics, self.state_key: state}
            lead = replace(lead, dynamics=states, has_page=lead.has_page or page is not None)
        return Change(lead=lead, referral=kept, events=events, page=page)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one push wants and remembers, before Dynamics is asked."""

    target: Target
    wanted: Wanted
    remembered: Remembered
    page: Page
    given: DynamicsInput


def target_of(key: str, *, domain: str | None, to: Connections) -> Target | None:
    """What the key is about, or None when it is no longer kept. `domain`: where the sender believed it to belong."""
    if key.startswith(BY_HAND):
        found = to.leads.find(domain=key.removeprefix(BY_HAND))
        return Target(key, found) if found.lead else None
    found = to.leads.find(domain=domain, referral_key=key)
    if found.referral is None:
        return None
    if found.referral.domain != domain:
        found = to.leads.find(domain=found.referral.domain, referral_key=key)
    return Target(key, found) if found.referral and (found.lead or found.referral.domain is None) else None


def target_in(key: str, found: Found) -> Target | None:
    """The same target, read anew."""
    return Target(key, found) if found.lead or found.referral else None


def prepare(target: Target, *, to: Connections) -> Prepared:
    """What this push wants.

    Raises `PermanentError` `dyn_validation` or `dyn_column_missing`, `TransientError` `dyn_key_inactive`.
    """
    given = input_of(target, now=to.now(), to=to)
    page = _page_of(target, to)
    known = page.referral(given.key).lead is not None
    wanted = wanted_records(given, known=known)
    remembered = page.remembered(wanted, contact_name=_contact_name(wanted))
    if person := shared_person(given, target.lead, page, remembered, to):
        given = replace(given, person=person)
        wanted = wanted_records(given, known=known)
    return Prepared(target, wanted, remembered, page, given)


def _contact_name(wanted: Wanted) -> str | None:
    """A fingerprint of the name by which this referral calls its contact."""
    contact = wanted.records.get("contact")
    return fingerprint(f"{contact.values.get('firstname')} {contact.values.get('lastname')}") if contact else None


def prepare_again(prepared: Prepared, *, to: Connections) -> Prepared:
    """The same push over what is known by now: the referral, the lead and what other pushes have noted meanwhile."""
    target = prepared.target
    now = target_of(target.key, domain=target.lead.domain if target.lead else None, to=to)
    return prepare(now or target, to=to)


def plan_of(prepared: Prepared, *, trace: str, to: Connections) -> Plan:
    """Reads once and decides. This is the dry run, and the first half of every run."""
    if prepared.wanted.skip:
        return decide(prepared.wanted, FoundRows(), prepared.remembered)
    found = to.dynamics.read(reads_for(prepared.wanted, prepared.remembered), correlation=trace)
    return decide(prepared.wanted, found, prepared.remembered)


def input_of(target: Target, *, now: datetime, to: Connections) -> DynamicsInput:
    """Everything that the mapping reads."""
    organisation = to.dynamics.organisation()
    if organisation.missing_columns:
        missing = organisation.missing_columns
        named = {"columns": ", ".join(missing[:5]), "column": missing[0]}
        raise PermanentError("dyn_column_missing", why="dyn_columns_missing", **named)
    if organisation.inactive_keys:
        keys = ", ".join(organisation.inactive_keys)
        raise TransientError("dyn_key_inactive", why="dyn_keys_inactive", keys=keys, retry_after=60)
    return DynamicsInput(
        key=target.ledger_key,
        referral=target.kept.referral if target.kept else None,
        lead=company_facts(target.lead) if target.lead else None,
        now=now,
        first_seen_closed=target.kept.first_seen_closed if target.kept else False,
        is_main=target.is_main,
        config=DynamicsConfig(owner=to.settings.dynamics_owner, lead_sources=to.settings.lead_sources),
        organisation=organisation,
    )


def _page_of(target: Target, to: Connections) -> Page:
    """The ledger's page; what a referral left behind when it got another domain is brought along."""
    before = target.state.home
    is_first = target.lead is not None and not target.lead.has_page
    page = Page(target.home) if is_first else to.ledger.page(target.home)
    if not before or before == target.home:
        return page
    left = to.ledger.page(before)
    if target.ledger_key not in left.referrals:
        return page
    entry = left.referral(target.ledger_key)
    contacts = {key: memory for key, memory in left.contacts.items() if key == entry.contact_key}
    return replace(page, referrals={**page.referrals, target.ledger_key: entry}, contacts={**contacts, **page.contacts})
