"""How a push stands, saved on the lead and on the referral alike: under way, waiting, done, or failed and why."""

import logging
from dataclasses import dataclass, replace
from typing import Any

from shared.clients.ledger_pages import Review
from shared.connections import Connections
from shared.errors import HunterError, TransientError
from shared.pushing.target import Prepared, Target, target_in, target_of
from shared.rules.change import Change, Found
from shared.rules.dynamics.created import ids_offered, told_on, with_marks
from shared.rules.dynamics.shapes import Done
from shared.rules.dynamics.standing import state_after, state_failed, state_stopped
from shared.rules.dynamics.told import events_of
from shared.rules.events import Event

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """What stopped a push. `final`: nothing tries again by itself before the sweep does."""

    error: HunterError
    final: bool
    who: str
    trace: str

    @property
    def code(self) -> str:
        """The code that a person reads: after the last attempt it is `gave_up`, whatever made it fail."""
        return "gave_up" if self.final and isinstance(self.error, TransientError) else self.error.code

    @property
    def params(self) -> dict[str, Any]:
        """The particulars; of a surrender also the fault behind it."""
        params, code = self.error.params, self.error.code
        return params if code == self.code else {**params, "fault": code}


def save_running(target: Target, to: Connections) -> Target:
    """Says that the push is under way; returns the target as it stands then.

    One more write, so only for a push that somebody asked for and may be watching.
    """

    def decide(found: Found) -> Change | None:
        now = target_in(target.key, found)
        return now.change(replace(now.state, running=True, since=to.now()), []) if now else None

    to.leads.change(decide, target.found)
    return target_of(target.key, domain=target.lead.domain if target.lead else None, to=to) or target


def save_stopped(target: Target, to: Connections, *, waits: bool) -> None:
    """Says that the push is no longer under way, though it did not come to its end. `waits`: its turn comes again."""

    def decide(found: Found) -> Change | None:
        now = target_in(target.key, found)
        after = state_stopped(now.state, at=to.now(), waits=waits) if now else None
        return now.change(after, []) if now and after and after != now.state else None

    to.leads.change(decide, target.found)


def save_done(prepared: Prepared, done: Done, to: Connections) -> Target | None:
    """Saves state and events, and in the ledger what was written, all at once; returns the target as saved.

    What the page holds of this referral from elsewhere moves in with it.
    """
    target, asked = prepared.target, prepared.wanted
    lead_id = next((one.id for one in done.plan.records if one.record == "lead"), None)
    url = to.dynamics.url_of("lead", lead_id) if lead_id else None
    history = prepared.page.referral(asked.key).history
    offered = ids_offered(done.plan, prepared.remembered, history)

    def decide(found: Found) -> Change | None:
        now = target_in(target.key, found)
        if now is None:
            return None
        before, page = now.state, None
        if done.plan.records:
            page = found.page.pushed(done, asked, prepared.remembered, review=_doubt(prepared))
        if before.handled == target.token != target.state.handled:  # delivered twice, and dealt with meanwhile
            return now.change(before, [], page) if page else None
        if done.plan.records or done.plan.skip:
            after = state_after(before, done, token=target.token, home=target.home, url=url)
        else:
            after = replace(before, handled=target.token, running=False)
        events = events_of(done, prepared.remembered, before=before, history=history, told=told_on(now.lead, before))
        return now.change(with_marks(after, offered), events, page)

    saved = to.leads.change(decide, replace(target.found, page=prepared.page))
    return Target(target.key, replace(target.found, lead=saved.lead, referral=saved.referral)) if saved else None


def _doubt(prepared: Prepared) -> Review:
    """About which company a person would be asked, should its account be in doubt."""
    lead = prepared.given.lead
    name, country = (lead.company_name, lead.country) if lead else (None, None)
    return Review(company_name=name, country=country, referral=prepared.wanted.key)


def save_fault(target: Target, fault: Fault, to: Connections) -> None:
    """Leaves the reason: failed for good, or to be tried again."""

    def decide(found: Found) -> Change | None:
        now = target_in(target.key, found)
        if now is None:
            return None
        handled = target.token if fault.final else None
        state = state_failed(
            now.state, code=fault.code, cause=fault.error.cause, at=to.now(), token=handled, params=fault.params
        )
        is_news = fault.final and (now.state.status, now.state.error_code) != ("failed", fault.code)
        told = {"reason": fault.error.code, "request_id": fault.error.params.get("request_id")}
        return now.change(state, [Event("dynamics.failed", fault.who, told, fault.trace)] if is_news else [])

    to.leads.change(decide, target.found)
    logger.warning(
        "push.failed key=%s code=%s final=%s trace=%s", target.key, fault.error.code, fault.final, fault.trace
    )
