"""When the stored sign-in was renewed and ends in, what people must know of it out. Pure."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from shared.rules.lead_face import iso

WARN_BEFORE = timedelta(days=14)
"""Entra forgets a sign-in that nobody used for 90 days; two weeks are enough to find the person who can renew it."""


class Standing(Protocol):
    """When the sign-in was last renewed, and when it ends if it is not used again."""

    @property
    def renewed_at(self) -> datetime:
        """Last use."""

    @property
    def ends_at(self) -> datetime:
        """The end without another use."""


def sign_in_standing(stands: Standing | None, *, now: datetime) -> dict[str, Any]:
    """`state` `ok`, `signin_ending` or `signin_needed`, with the dates and, unless all is well, the reason."""
    if stands is None:
        return {"state": "signin_needed", "reason": "There is no stored sign-in that can be read."}
    dates = {"renewed_at": iso(stands.renewed_at), "ends_at": iso(stands.ends_at)}
    if stands.ends_at <= now:
        return {"state": "signin_needed", "reason": f"The sign-in ended on {stands.ends_at:%Y-%m-%d}.", **dates}
    if stands.ends_at - now < WARN_BEFORE:
        reason = f"Nobody used the sign-in lately; it ends on {stands.ends_at:%Y-%m-%d}. Sign in again before."
        return {"state": "signin_ending", "reason": reason, **dates}
    return {"state": "ok", **dates}
