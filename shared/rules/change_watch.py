"""Two scans of one domain in; what a seller should hear about out: MX moved, policy tightened, domain about to expire.

What could not be asked, then or now, is no change: only two answers can differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from shared.rules.providers import provider_name
from shared.rules.signals import MailSignals

EXPIRES_SOON = timedelta(days=30)

_STRENGTH = {"none": 0, "quarantine": 1, "reject": 2}
MOVES = {
    ("absent", "present"): ("added", "was added"),
    ("absent", "invalid"): ("added_broken", "was added, but it is invalid"),
    ("present", "absent"): ("removed", "was removed"),
    ("invalid", "absent"): ("removed", "was removed"),
    ("present", "invalid"): ("broken", "became invalid"),
    ("invalid", "present"): ("mended", "was mended"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change between two scans; the page renders `code` with `old` and `new`."""

    code: str
    old: str | None
    new: str | None
    text: str


class Scanned(Protocol):
    """What is kept of a scan: the mail signals and the registration, None where nothing is known."""

    @property
    def signals(self) -> MailSignals | None:
        """What the mail checks found."""

    @property
    def scanned_at(self) -> datetime | None:
        """When it was asked."""

    @property
    def registrar(self) -> str | None:
        """With whom the domain is registered."""

    @property
    def registration_expires_at(self) -> datetime | None:
        """Until when it is paid for."""


def differences(old: Scanned, new: Scanned) -> list[Difference]:
    """What changed from the old scan to the new one, mail first. A first scan differs from nothing."""
    if old.signals is None or new.signals is None:
        return []
    return [*_mail(old.signals, new.signals), *_registration(old, new)]


def _mail(old: MailSignals, new: MailSignals) -> Iterator[Difference]:
    if "unknown" not in (old.mx, new.mx):
        yield from _mx(old, new)
    for check, name in (("spf", "SPF"), ("dkim", "DKIM"), ("dmarc", "DMARC")):
        was, now = getattr(old, check), getattr(new, check)
        if move := MOVES.get((was, now)):
            yield Difference(f"{check}_{move[0]}", was, now, f"{name} {move[1]}")
    if old.dmarc == new.dmarc == "present":
        was, now = (old.dmarc_policy or "none").lower(), (new.dmarc_policy or "none").lower()
        if was != now:
            code, verb = (
                ("tightened", "tightened")
                if _STRENGTH.get(now, 0) > _STRENGTH.get(was, 0)
                else ("loosened", "loosened")
            )
            yield Difference(f"policy_{code}", was, now, f"DMARC policy {verb}: {was} -> {now}")


def _mx(old: MailSignals, new: MailSignals) -> Iterator[Difference]:
    nobody = ("absent", "invalid")
    if (old.mx in nobody) != (new.mx in nobody):
        gone = new.mx in nobody
        text = "the domain receives no mail any more" if gone else "the domain receives mail now"
        yield Difference("mx_gone" if gone else "mx_appeared", old.provider, new.provider, text)
    elif old.provider != new.provider:
        text = f"MX moved: {provider_name(old.provider)} -> {provider_name(new.provider)}"
        yield Difference("mx_moved", old.provider, new.provider, text)
    elif new.provider == "Local" and set(old.mx_hosts) != set(new.mx_hosts):
        was, now = ", ".join(old.mx_hosts), ", ".join(new.mx_hosts)
        yield Difference("mx_hosts_changed", was, now, f"MX moved: {was} -> {now}")
    if old.gateway != new.gateway:
        text = f"mail gateway: {old.gateway or 'none'} -> {new.gateway or 'none'}"
        yield Difference("gateway_changed", old.gateway, new.gateway, text)


def _registration(old: Scanned, new: Scanned) -> Iterator[Difference]:
    if old.registrar and new.registrar and old.registrar != new.registrar:
        text = f"registrar changed: {old.registrar} -> {new.registrar}"
        yield Difference("registrar_changed", old.registrar, new.registrar, text)
    until, before = new.registration_expires_at, old.registration_expires_at
    if until is None or new.scanned_at is None:
        return
    was, day = f"{before:%Y-%m-%d}" if before else None, f"{until:%Y-%m-%d}"
    stood, stands = _standing(before, old.scanned_at), _standing(until, new.scanned_at)
    if stands == "expired" and stood != "expired":
        yield Difference("domain_expired", was, day, f"the registration ended on {day}")
    elif stands == "soon" and stood != "soon":
        yield Difference("domain_expires_soon", was, day, f"the domain is about to expire, on {day}")
    elif before and stood != "safe" and stands == "safe":
        yield Difference("domain_renewed", was, day, f"the registration was renewed until {day}")


def _standing(until: datetime | None, at: datetime | None) -> str:
    if until is None or at is None:
        return "unknown"
    if until <= at:
        return "expired"
    return "soon" if until - at <= EXPIRES_SOON else "safe"
