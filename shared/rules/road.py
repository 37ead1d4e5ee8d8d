"""Which step of the road still owes a lead something: the lead as it stands in, the next step out.

There is no separate mark for "passed on": the next step's own part of the lead is the mark, because it names the
version
it worked on. So a redelivered message is passed on exactly while the next step has not answered for that version.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.messages import Envelope, Kind
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import DynamicsState, Lead

PUSH_BY_HAND = "lead"
"""The key under which a lead without a referral stands in `Lead.dynamics`; it is pushed only by hand."""

_SWEEP_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 20, 60, 240, 720, 1440, 2880))
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Owed:
    """The next step (`scan`, `score` or `push`), the version it should see, and for `push` the referrals' keys."""

    step: Kind
    version: str
    keys: tuple[str, ...] = ()


def owed(lead: Lead) -> Owed | None:
    """What must happen next to this lead, or None when every step has answered."""
    if lead.scan.done < lead.scan.wanted:
        return Owed("scan", f"w{lead.scan.wanted}")
    if lead.scan.signals is None:
        return None
    judgement = lead.judgement
    if judgement is None or (judgement.of_scan, judgement.of_identity) != (lead.scan.version, lead.identity.version):
        return Owed("score", f"{lead.scan.version}.{lead.identity.version}")
    waiting = tuple(
        key for key in lead.referrals if lead.dynamics.get(key, DynamicsState()).handled != push_token(lead, key)
    )
    return Owed("push", f"j{judgement.version}", waiting) if waiting else None


def next_messages(lead: Lead, *, trace: str, run: str | None = None, cause: str = "road") -> list[Envelope]:
    """What must be sent so that the lead goes on: one message to scan or score, or one push per referral that is owed
    one."""
    due = owed(lead)
    if due is None:
        return []
    if due.step != "push":
        return [
            Envelope(
                type=due.step, trace=trace, run=run, data={"key": lead.domain, "version": due.version, "cause": cause}
            )
        ]
    return [
        push_message(key, push_token(lead, key), trace=trace, run=run, cause=cause, domain=lead.domain)
        for key in due.keys
    ]


def score_message(lead: Lead, *, table: str, trace: str, run: str | None = None) -> Envelope:
    """Asks for a judgement by this version of the rule table, when nothing else has changed."""
    judged = lead.judgement.version if lead.judgement else 0
    data = {"key": lead.domain, "version": f"j{judged}", "cause": f"rules-{table}"}
    return Envelope(type="score", trace=trace, run=run, data=data)


def push_messages(kept: KeptReferral, *, trace: str, run: str | None = None, cause: str = "road") -> list[Envelope]:
    """The push of a referral that has no lead, while it is owed one."""
    return [push_message(kept.key, kept.push_token, trace=trace, run=run, cause=cause)] if kept.push_owed else []


def push_message(
    key: str, token: str, *, trace: str, run: str | None = None, cause: str = "road", **more: str
) -> Envelope:
    """The push of one referral, as of that token."""
    return Envelope(type="push", trace=trace, run=run, data={"key": key, "version": token, "cause": cause, **more})


def push_token(lead: Lead, key: str) -> str:
    """Names what a push would carry: the referral's version and the judgement's.

    Equal tokens mean nothing new to tell.
    """
    referral = lead.referrals.get(key)
    return f"{referral.version if referral else 0}.{lead.judgement.version if lead.judgement else 0}"


def due_for_sweep(*, owed_since: datetime, before: datetime, now: datetime) -> bool:
    """Whether a sweep should send again what the one `before` it should not have: at growing ages, then once a week, so
    that an outage makes no flood; at any schedule, and however many sweeps did not take place.
    """
    was, age = before - owed_since, now - owed_since
    return any(was < mark <= age for mark in _SWEEP_AFTER) or age // _WEEK > max(was // _WEEK, 0)
