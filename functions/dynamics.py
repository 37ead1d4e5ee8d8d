"""`/api/dynamics`: bring leads in step now, see how they stand, settle doubts, merge accounts."""

from dataclasses import replace
from typing import Any

import azure.functions as func

from shared.clients.domain_sets import DomainSets
from shared.clients.dynamics_errors import Conflict
from shared.clients.ledger_pages import Page, Review
from shared.connections import Connections
from shared.doors.dynamics_faces import UrlOf, merge_face, plan_face, refused_plan_face, review_face, status_face
from shared.doors.http import Call, Reply, door
from shared.doors.paths import domain_in_path
from shared.doors.problems import Problem, bad_request, feature_disabled, not_found
from shared.errors import PermanentError
from shared.pushing import BY_HAND, Target, plan_of, prepare, target_of
from shared.rules.events import Event
from shared.rules.lead import Lead
from shared.rules.lead_face import face, iso
from shared.rules.road import PUSH_BY_HAND, push_message, push_token
from shared.runs.starting import start_after, start_run

blueprint = func.Blueprint()

_TOLERANCE = 0.02
"""How far the number of leads may be from what the person saw before anything is started."""


@door(
    blueprint,
    "POST",
    "dynamics/sync/{domain}",
    role="operator",
    query="PushQuery",
    answer="RunStarted",
    status=202,
    dry_run="DynamicsPlan",
)
def sync_lead(call: Call) -> Reply:
    """Brings one lead in step now; with `dry_run=true` shows what that would do and writes nothing."""
    _enabled(call.to)
    lead = _lead_or_404(call)
    if call.query.dry_run:
        return Reply(_dry_run(call, lead))
    return _started(call, [lead.domain])


@door(blueprint, "GET", "dynamics/status/{domain}", role="reader", answer="DynamicsStatusAnswer")
def dynamics_status(call: Call) -> Reply:
    """How each referral of a lead stands in Dynamics: state, ids, links, last time, attempts, error, history."""
    lead = _lead_or_404(call)
    page = call.to.ledger.page(lead.domain)
    keys = [*lead.referrals, *([PUSH_BY_HAND] if PUSH_BY_HAND in lead.dynamics or not lead.referrals else [])]
    shown = face(lead)
    return Reply(
        {
            "domain": lead.domain,
            "dynamics_status": shown["dynamics_status"],
            "referrals": [status_face(lead, key, page, url_of=_url_of(call.to)) for key in keys],
            "as_of": iso(call.to.now()),
        }
    )


@door(
    blueprint, "POST", "dynamics/bulk-sync", role="operator", body="BulkBody", answer="RunStarted", status=202,
    also=(409,),
)  # fmt: skip
def bulk_sync(call: Call) -> Reply:
    """Brings many leads in step: a list, or what a filter finds now. The set is fixed here."""
    _enabled(call.to)
    body = call.body
    found = _meant(call) - {domain_in_path(domain) for domain in body.exceptions}
    if body.expected is not None and abs(len(found) - body.expected) > max(body.expected * _TOLERANCE, 0):
        text = f"It would be {len(found)} leads now, {body.expected} were expected. Look again, then repeat."
        raise Problem(409, "conflict", text, found=len(found), expected=body.expected)
    return _started(call, sorted(found))


@door(blueprint, "GET", "dynamics/reviews", role="operator", answer="ReviewList")
def list_reviews(call: Call) -> Reply:
    """Companies that may be in Dynamics already, for a person to link or keep separate; the oldest doubt first."""
    found = sorted(call.to.ledger.open_reviews(), key=lambda one: (one[1].opened_at, one[0]))
    items = [review_face(domain, review, url_of=_url_of(call.to)) for domain, review in found]
    return Reply({"items": items, "total": len(items), "as_of": iso(call.to.now())})


@door(
    blueprint, "POST", "dynamics/reviews/{id}", role="operator", body="DecisionBody", answer="LeadAccepted", status=202
)
def decide_review(call: Call) -> Reply:
    """Links the company to an account of Dynamics, or makes it one of its own; the push then goes on."""
    _enabled(call.to)
    domain = domain_in_path(call.path["id"])
    lead, page = call.to.leads.lead(domain), call.to.ledger.page(domain)
    if lead is None or page.review is None or page.review.decision is not None:
        raise not_found("review", call.path["id"])
    decision = _decision(call, page.review)

    def decided(now: Page) -> Page:
        review = now.review or page.review
        return (
            replace(now, review=replace(review, decision=decision, decided_by=call.principal.user_id))
            if review
            else now
        )

    call.to.ledger.save(page, decided)
    event = Event(
        "dynamics.decided",
        call.principal.user_id,
        {"decision": call.body.decision, "account": call.body.account_id},
        call.trace,
    )
    call.to.leads.add_events(domain, [event])
    keys = [key for key in lead.dynamics if key in lead.referrals or key == PUSH_BY_HAND]
    for key in keys:
        name = f"{BY_HAND}{domain}" if key == PUSH_BY_HAND else key
        token = push_token(lead, key)
        call.to.queues.send(
            push_message(
                name, token, trace=call.trace, cause=f"review-{call.trace[:12]}", domain=domain, again="review"
            )
        )
    return Reply({"domain": domain, "status_url": f"/api/dynamics/status/{domain}", "known": True}, 202)


@door(blueprint, "POST", "dynamics/merge", role="admin", body="MergeBody", answer="MergeAnswer", also=(404, 409))
def merge(call: Call) -> Reply:
    """Merges one account into another; `dry_run` (the default) only shows what would happen. It is final."""
    from shared.clients.dynamics_merging import merge_accounts, merge_preview

    _enabled(call.to)
    body = call.body
    plan = merge_preview(call.to.dynamics, target=body.target, subordinate=body.subordinate, correlation=call.trace)
    if plan.refusal == "not_found":
        raise not_found("account", f"{body.target} or {body.subordinate}")
    if plan.refusal:
        raise Problem(409, "conflict", f"These accounts cannot be merged: {plan.refusal}.", reason=plan.refusal)
    if body.dry_run:
        return Reply(merge_face(plan, None))
    try:
        request_id = merge_accounts(call.to.dynamics, plan, correlation=call.trace)
    except Conflict as error:
        text = f"Dynamics changed meanwhile: {error.message} Look at the preview again, then repeat."
        raise Problem(409, "conflict", text, reason="changed") from None
    params = {
        "target": plan.target,
        "subordinate": plan.subordinate,
        "filled": sorted(plan.fills),
        "request_ids": [request_id],
    }
    call.to.leads.add_events("hunter", [Event("dynamics.merged", call.principal.user_id, params, call.trace)])
    return Reply(merge_face(plan, request_id))


def _started(call: Call, domains: list[str]) -> Reply:
    if not domains:
        raise bad_request("domains", "No lead is meant.", "Choose at least one.")
    request = {"set": DomainSets(call.to.tables, now=call.to.now).put(domains), "count": len(domains)}
    who = call.principal.user_id
    run, joined = start_run("bulk-push", who=who, trace=call.trace, request=request, to=call.to)
    if joined and {name: run.request.get(name) for name in request} != request:
        run, joined = start_after(run, who=who, trace=call.trace, request=request, to=call.to), False
    return Reply({"run_id": run.id, "status_url": f"/api/runs/{run.id}", "joined": joined}, 202)


def _meant(call: Call) -> set[str]:
    """The domains of the list, or those that the filter finds now."""
    from shared.doors.listing import lead_conditions

    if call.body.domains is not None:
        return {domain_in_path(domain) for domain in call.body.domains}
    with call.to.lead_list.read() as table:
        return set(table.keys_of(table.ordered(table.matching(lead_conditions(call.body.filter)), ())))


def _dry_run(call: Call, lead: Lead) -> dict[str, Any]:
    """The plan per referral, made by the same code as a run's."""
    keys = list(lead.referrals) or [f"{BY_HAND}{lead.domain}"]
    targets = [target_of(key, domain=lead.domain, to=call.to) for key in keys]
    plans = [_plan(call, target) for target in targets if target]
    return {"domain": lead.domain, "dry_run": True, "referrals": plans, "as_of": iso(call.to.now())}


def _url_of(to: Connections) -> UrlOf:
    """Asked for when there is a record to open; without Dynamics there is none."""
    return lambda record, record_id: to.dynamics.url_of(record, record_id)


def _plan(call: Call, target: Target) -> dict[str, Any]:
    """What a run would do for one referral; a refusal that would end the run for it is its plan."""
    try:
        return plan_face(plan_of(prepare(target, to=call.to), trace=call.trace, to=call.to), target.kept)
    except PermanentError as error:
        return refused_plan_face(error, target.kept)


def _decision(call: Call, review: Review) -> str:
    if call.body.decision == "separate":
        return "separate"
    account = (call.body.account_id or "").lower()
    if account not in {one["id"] for one in review.candidates}:
        raise bad_request("account_id", "It is none of the candidates.", "Choose one that the review lists.")
    return account


def _enabled(to: Connections) -> None:
    if not to.settings.dynamics_enabled:
        raise feature_disabled("DYNAMICS_ENABLED")


def _lead_or_404(call: Call) -> Lead:
    domain = domain_in_path(call.path["domain"])
    lead = call.to.leads.lead(domain)
    if lead is None:
        raise not_found("lead", domain)
    return lead
