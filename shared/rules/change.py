"""What a step read and what it decided to save: the two ends of every decision about leads and referrals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.rules.events import Event
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import Lead


@dataclass(frozen=True, slots=True)
class Found:
    """What stood in the store, None where nothing did. `rows` is the store's own: under which ETags it was read."""

    lead: Lead | None = None
    referral: KeptReferral | None = None
    other_lead: Lead | None = None
    rows: Any = None
    page: Any = None
    """What is remembered of Dynamics, a `shared.clients.ledger_pages.Page`, where the step needs it."""


@dataclass(frozen=True, slots=True)
class BigText:
    """A text too large for a lead's row: its table (`raw` or `evidence`), partition and row key."""

    table: str
    partition: str
    row_key: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is saved at once or not at all.

    Events go to the lead's timeline, or to the referral's when it has no lead.
    """

    lead: Lead | None = None
    referral: KeptReferral | None = None
    other_lead: Lead | None = None
    events: Sequence[Event] = ()
    page: Any = None
    """The page that was found, as it is to be."""
    big_text: BigText | None = None
    """Kept in the same transaction where it fits, else written first, elsewhere; the rows point to it."""
