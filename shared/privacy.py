"""Referrals in; their people forgotten everywhere Hunter keeps something of them, and the proof out."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.clients.personal_data import PersonalData
from shared.connections import Connections
from shared.rules.forgetting import forget, is_about, personal_values
from shared.rules.kept_referral import KeptReferral


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went of one referral."""

    key: str
    domain: str | None
    payloads: int
    failures: int
    feed_rows: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What went altogether, and the rows that still hold one of the texts: there must be none."""

    forgotten: list[Forgotten]
    events: int
    evidence: int
    left: list[str]


def referrals_of(to: Connections, *, referral: str | None, domain: str | None, email: str | None) -> list[KeptReferral]:
    """The referrals that a request is about: one, a company's, or those that name a person."""
    if referral:
        kept = to.leads.referral(referral)
        return [kept] if kept else []
    everything = PersonalData(to.tables).referrals()
    if domain:
        return [one for one in everything if one.domain == domain]
    return [one for one in everything if email and is_about(one.referral, email)]


def forget_people(referrals: Iterable[KeptReferral], *, who: str, to: Connections, company: str | None = None) -> Proof:
    """Forgets the people of these referrals, with `company` its scans as well. Repeatable; a later copy from Partner
    Center brings nobody back.
    """
    data, chosen = PersonalData(to.tables), list(referrals)
    values = {value for one in chosen for value in personal_values(one.referral)}
    forgotten = [_forgotten(one, data, who, to) for one in chosen]
    events = data.mask_events(values)
    evidence = data.delete_evidence(company) if company else 0
    return Proof(forgotten, events, evidence, data.places_of(values))


def _forgotten(kept: KeptReferral, data: PersonalData, who: str, to: Connections) -> Forgotten:
    feed_rows = data.delete_feed("ref", kept.key) + (data.delete_feed("lead", kept.domain) if kept.domain else 0)
    found = to.leads.find(domain=kept.domain, referral_key=kept.key)
    to.leads.change(lambda stood: forget(stood, now=to.now(), who=who), found)
    return Forgotten(kept.key, kept.domain, data.delete_payloads(kept.key), data.delete_failures(kept.key), feed_rows)
