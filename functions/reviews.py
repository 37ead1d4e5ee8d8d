"""`/api/dynamics/reviews`: companies that may be in Dynamics already, for a person to settle."""

from dataclasses import replace

import azure.functions as func

from shared.clients.ledger_pages import Page, Review
from shared.doors.accepted import lead_accepted
from shared.doors.dynamics_faces import opener, review_face
from shared.doors.http import Call, Reply, door
from shared.doors.paths import domain_in_path
from shared.doors.problems import bad_request, not_found, refuse_when_off
from shared.messages import Envelope
from shared.pushing.target import BY_HAND
from shared.rules.events import Event
from shared.rules.lead import Lead
from shared.rules.moments import iso
from shared.rules.road import PUSH_BY_HAND, push_message, push_token

blueprint = func.Blueprint()


@door(blueprint, "GET", "dynamics/reviews", role="operator", answer="ReviewList")
def list_reviews(call: Call) -> Reply:
    """Companies that may be in Dynamics already, for a person to link or keep separate; the oldest doubt first."""
    found = sorted(call.to.ledger.open_reviews(), key=lambda one: (one[1].opened_at, one[0]))
    items = [review_face(domain, review, url_of=opener(call.to)) for domain, review in found]
    return Reply({"items": items, "total": len(items), "as_of": iso(call.to.now())})


@door(
    blueprint, "POST", "dynamics/reviews/{id}", role="operator", body="DecisionBody", answer="LeadAccepted", status=202
)
def decide_review(call: Call) -> Reply:
    """Links the company to an account of Dynamics, or makes it one of its own; the push then goes on."""
    refuse_when_off(call.to.settings.dynamics_enabled, "DYNAMICS_ENABLED")
    domain = domain_in_path(call.path["id"])
    lead, page = call.to.leads.lead(domain), call.to.ledger.page(domain)
    if lead is None or page.review is None:
        raise not_found("review", call.path["id"])
    review, who = page.review, call.principal.user_id
    decision = _decision(call, review)

    def decided(now: Page) -> Page:
        open_one = now.review or review
        return now if open_one.decision else replace(now, review=replace(open_one, decision=decision, decided_by=who))

    # Decided the same before, its messages may have got lost; decided otherwise, it is nobody's to decide any more.
    if review.decision is None:
        review = call.to.ledger.save(page, decided).review or review
        if (review.decision, review.decided_by) == (decision, who):
            params = {"decision": call.body.decision, "account": call.body.account_id}
            call.to.leads.add_events(domain, [Event("dynamics.decided", who, params, call.trace)])
    if review.decision != decision:
        raise not_found("review", call.path["id"])
    call.to.queues.send_all(_pushes(lead, call.trace))
    return lead_accepted(domain, known=True, see="dynamics/status")


def _pushes(lead: Lead, trace: str) -> list[Envelope]:
    """What waited for the decision, all of the company."""
    keys = [key for key in lead.dynamics if key in lead.referrals or key == PUSH_BY_HAND]
    names = {key: f"{BY_HAND}{lead.domain}" if key == PUSH_BY_HAND else key for key in keys}
    cause = f"review-{trace[:12]}"
    return [
        push_message(name, push_token(lead, key), trace=trace, cause=cause, domain=lead.domain, again="review")
        for key, name in names.items()
    ]


def _decision(call: Call, review: Review) -> str:
    if call.body.decision == "separate":
        return "separate"
    account = (call.body.account_id or "").lower()
    if account not in {one["id"] for one in review.candidates}:
        raise bad_request("account_id", "It is none of the candidates.", "Choose one that the review lists.")
    return account
