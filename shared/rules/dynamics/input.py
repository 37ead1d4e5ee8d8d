"""What is known before Dynamics is asked: the referral, the company's facts, our configuration, the organisation's
metadata."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shared.rules.lead import OPEN_STATUSES
from shared.rules.referral import Referral
from shared.rules.referral_contact import Contact


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """The company behind a referral, as scan and score left it. Texts are shown to sellers."""

    domain: str
    company_name: str | None = None
    country: str | None = None
    tenant_id: str | None = None
    score: int | None = None
    segment: str | None = None
    priority: str | None = None
    technical_heat: str | None = None
    provider: str | None = None
    reasons: str | None = None
    """The lines of the score, one per line."""
    infrastructure: str | None = None
    registrar: str | None = None
    registration_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class DynamicsConfig:
    """What ops configured. `owner`: `systemusers/<guid>` or `teams/<guid>`, empty for the application user."""

    owner: str = ""
    lead_sources: Mapping[str, int] = field(default_factory=dict)
    """`leadsourcecode` by referral type or segment, in lower case."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What this Dynamics organisation can take. Empty maps mean "not known": the stock values then count."""

    lengths: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Longest text by (table, column)."""
    choices: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    """Values of a choice by (table, column)."""
    currencies: Mapping[str, str] = field(default_factory=dict)
    """Id of a currency by its ISO 4217 code."""
    missing_columns: tuple[str, ...] = ()
    """`table.column` of ours that the organisation lacks."""
    inactive_keys: tuple[str, ...] = ()
    """`table.column` of ours whose alternate key is missing or not Active."""
    predictive_scores: bool = False
    """Whether it has Sales Premium's table of predictive scores."""
    scores_refused: str | None = None
    """The right that Hunter lacks on that table, empty when something else is wrong with it; None while it takes
    scores."""
    user_id: str = ""
    """Our application user: what it modified is an echo of ourselves."""


@dataclass(frozen=True, slots=True)
class DynamicsInput:
    """One referral on its way into Dynamics; or, with `referral` None, a company that a person pushes by hand."""

    key: str
    """The referral's key; `lead-<domain>` for a company without one (`by_hand_key`)."""
    referral: Referral | None
    lead: LeadFacts | None
    """None for a referral without a domain."""
    now: datetime
    first_seen_closed: bool = False
    is_main: bool = True
    """Whether this is the company's main referral; what another one says only fills blanks of the account."""
    person: Contact | None = None
    """The contact as all referrals that share it say (`one_person`), where there are others than this one."""
    config: DynamicsConfig = DynamicsConfig()
    organisation: Organisation = Organisation()

    @property
    def domain(self) -> str | None:
        """The company's domain, if it has one."""
        return self.lead.domain if self.lead else None

    @property
    def is_open(self) -> bool:
        """Whether somebody may still act on the referral; a company pushed by hand counts as open."""
        return self.referral is None or self.referral.status in OPEN_STATUSES
