"""Partner Center's status and substatus go in; the contract's `referral_status` and the time to answer by come out.

The matrix of allowed pairs is in `reference/partner-center-referrals-api.md` section 5.3.
"""

from datetime import datetime, timedelta

UNKNOWN = "unknown"

STATUS: dict[tuple[str, str], str] = {
    ("new", "none"): "new",
    ("new", "pending"): "new",
    ("new", "received"): "new",
    ("active", "none"): "active",
    ("active", "accepted"): "active",
    ("closed", "won"): "won",
    ("closed", "lost"): "lost",
    ("closed", "declined"): "declined",
    ("closed", "expired"): "expired",
}
"""Pairs that we understand; a missing substatus counts as `None`. Every other pair is unknown, and kept as it is."""

CLOSED = frozenset({"won", "lost", "declined", "expired"})

MARKETPLACE_ANSWER = timedelta(hours=72)
"""Customers of the marketplace expect to hear from the partner within three days ("Manage leads")."""


def referral_status(status: str | None, substatus: str | None) -> str:
    """One of `new active won lost declined expired unknown`, in any letter case."""
    return STATUS.get(((status or "none").lower(), (substatus or "none").lower()), UNKNOWN)


def answer_due(
    *,
    status: str,
    type_: str,
    created_at: datetime | None,
    expires_at: datetime | None,
    accepted_at: datetime | None,
    closed_at: datetime | None,
) -> datetime | None:
    """When an open new referral wants its answer: the expiry or, for marketplace leads, creation + 72 h if sooner."""
    if status != "new" or accepted_at is not None or closed_at is not None:
        return None
    window = created_at + MARKETPLACE_ANSWER if created_at is not None and type_ == "marketplace" else None
    return min((moment for moment in (expires_at, window) if moment is not None), default=None)
