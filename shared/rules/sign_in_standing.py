"""When the stored sign-in was renewed and ends in, what people must know of it out. Pure."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from shared.causes import explain
from shared.rules.moments import iso

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
    """`state` `ok`, `signin_ending` or `signin_needed`, with the dates and, unless all is well, the reason
    in English and by its code (`params`)."""
    if stands is None:
        return _standing("signin_needed", "signin_none")
    dates = {"renewed_at": iso(stands.renewed_at), "ends_at": iso(stands.ends_at)}
    date = f"{stands.ends_at:%Y-%m-%d}"
    if stands.ends_at <= now:
        return {**_standing("signin_needed", "signin_ended", date=date), **dates}
    if stands.ends_at - now < WARN_BEFORE:
        return {**_standing("signin_ending", "signin_ends", date=date), **dates}
    return {"state": "ok", **dates}


def _standing(state: str, why: str, **more: str) -> dict[str, Any]:
    return {"state": state, "reason": explain(why, more)["text"], "params": {"why": why, **more}}
