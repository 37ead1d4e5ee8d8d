"""`/api/dynamics`: bring leads in step now, see how they stand, settle doubts, merge accounts."""

from dataclasses import asdict, replace
from typing import Any

import azure.functions as func

from shared.clients.domain_sets import DomainSets
from shared.clients.dynamics_merging import merge_accounts, merge_preview
from shared.clients.ledger import Page, Review
from shared.connections import Connections
from shared.doors.http import Call, Reply, door
from shared.doors.listing import lead_conditions
from shared.doors.paths import domain_in_path
from shared.doors.problems import Problem, bad_request, feature_disabled, not_found
from shared.pushing import BY_HAND, Target, plan_of, prepare, target_of
from shared.rules.dynamics_columns import Record
from shared.rules.dynamics_ids import by_hand_key
from shared.rules.dynamics_merge import MergePlan
from shared.rules.dynamics_plan import Plan
from shared.rules.events import Event, sentence
from shared.rules.lead import DynamicsState, Lead
from shared.rules.lead_face import face, iso
from shared.rules.road import PUSH_BY_HAND, push_message, push_token
from shared.runs.starting import start_after, start_run

blueprint = func.Blueprint()

_TOLERANCE = 0.02
"""How far the number of leads may be from what the person saw before anything is started."""


@door(blueprint, "POST", "dynamics/sync/{domain}", role="operator", query="PushQuery", answer="RunStarted", status=202)
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
            "referrals": [_referral_status(call.to, lead, page, key) for key in keys],
            "as_of": iso(call.to.now()),
        }
    )


@door(blueprint, "POST", "dynamics/bulk-sync", role="operator", body="BulkBody", answer="RunStarted", status=202)
def bulk_sync(call: Call) -> Reply:
    """Brings many leads in step: a list, or what a filter finds now. The set is fixed here."""
    _enabled(call.to)
    body = call.body
    if body.domains is not None:
        return _started(call, sorted({domain_in_path(domain) for domain in body.domains}))
    with call.to.lead_list.read() as table:
        mask = table.matching(lead_conditions(body.filter))
        found = set(table.keys_of(table.ordered(mask, ()))) - set(body.exceptions)
    if body.expected is not None and abs(len(found) - body.expected) > max(body.expected * _TOLERANCE, 0):
        text = f"The filter finds {len(found)} leads now, {body.expected} were expected. Look again, then repeat."
        raise Problem(409, "conflict", text, found=len(found), expected=body.expected)
    return _started(call, sorted(found))


@door(blueprint, "GET", "dynamics/reviews", role="operator", answer="ReviewList")
def list_reviews(call: Call) -> Reply:
    """Companies that may be in Dynamics already, for a person to link or keep separate; the oldest doubt first."""
    found = sorted(call.to.ledger.open_reviews(), key=lambda one: (one[1].opened_at, one[0]))
    items = [_review(call.to, domain, review) for domain, review in found]
    return Reply({"items": items, "total": len(items), "as_of": iso(call.to.now())})


@door(
    blueprint, "POST", "dynamics/reviews/{id}", role="operator", body="DecisionBody", answer="LeadAccepted", status=202
)
def decide_review(call: Call) -> Reply:
    """Links the company to an account of Dynamics, or makes it one of its own; the push then goes on."""
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


@door(blueprint, "POST", "dynamics/merge", role="admin", body="MergeBody", answer="MergeAnswer")
def merge(call: Call) -> Reply:
    """Merges one account into another; `dry_run` (the default) only shows what would happen. It is final."""
    _enabled(call.to)
    body = call.body
    plan = merge_preview(call.to.dynamics, target=body.target, subordinate=body.subordinate, correlation=call.trace)
    if plan.refusal == "not_found":
        raise not_found("account", f"{body.target} or {body.subordinate}")
    if plan.refusal:
        raise Problem(409, "conflict", f"These accounts cannot be merged: {plan.refusal}.", reason=plan.refusal)
    if body.dry_run:
        return Reply(_merge_face(plan, None))
    request_id = merge_accounts(call.to.dynamics, plan, correlation=call.trace)
    params = {
        "target": plan.target,
        "subordinate": plan.subordinate,
        "filled": sorted(plan.fills),
        "request_ids": [request_id],
    }
    call.to.leads.add_events("hunter", [Event("dynamics.merged", call.principal.user_id, params, call.trace)])
    return Reply(_merge_face(plan, request_id))


def _started(call: Call, domains: list[str]) -> Reply:
    if not domains:
        raise bad_request("domains", "No lead is meant.", "Choose at least one.")
    request = {"set": DomainSets(call.to.tables).put(domains), "count": len(domains)}
    who = call.principal.user_id
    run, joined = start_run("bulk-push", who=who, trace=call.trace, request=request, to=call.to)
    if joined and {name: run.request.get(name) for name in request} != request:
        run, joined = start_after(run, who=who, trace=call.trace, request=request, to=call.to), False
    return Reply({"run_id": run.id, "status_url": f"/api/runs/{run.id}", "joined": joined}, 202)


def _dry_run(call: Call, lead: Lead) -> dict[str, Any]:
    """The plan per referral, made by the same code as a run's."""
    keys = list(lead.referrals) or [f"{BY_HAND}{lead.domain}"]
    targets = [target_of(key, domain=lead.domain, to=call.to) for key in keys]
    plans = [_plan_face(call, target) for target in targets if target]
    return {"domain": lead.domain, "dry_run": True, "referrals": plans, "as_of": iso(call.to.now())}


def _plan_face(call: Call, target: Target) -> dict[str, Any]:
    plan: Plan = plan_of(prepare(target, to=call.to), trace=call.trace, to=call.to)
    return {
        "referral_id": target.kept.referral.id if target.kept else None,
        "name": target.kept.referral.name if target.kept else None,
        "status": plan.status,
        "skip": plan.skip,
        "defaulted": list(plan.marks),
        "records": [
            {
                "record": one.record,
                "action": one.action,
                "why": one.why,
                "id": one.id,
                "matched_by": one.matched_by,
                "candidates": [asdict(candidate) for candidate in one.candidates],
                "fields": [asdict(field) for field in one.fields],
            }
            for one in plan.records
        ],
    }


def _referral_status(to: Connections, lead: Lead, page: Page, key: str) -> dict[str, Any]:
    state = lead.dynamics.get(key, DynamicsState())
    summary = lead.referrals.get(key)
    entry = page.referral(key if summary else by_hand_key(lead.domain))
    contact = page.contacts.get(entry.contact_key or "")
    known: dict[Record, Any] = {
        "account": page.account,
        "contact": contact,
        "lead": entry.lead,
        "opportunity": entry.opportunity,
    }
    ids = {record: memory.id for record, memory in known.items() if memory}
    links = (
        {record: to.dynamics.url_of(record, found) for record, found in ids.items()} if to.settings.dynamics_url else {}
    )
    return {
        "referral_id": summary.id if summary else None,
        "name": summary.name if summary else None,
        "dynamics_status": state.status,
        "ids": ids,
        "links": links,
        "url": state.url,
        "synced_at": iso(state.synced_at),
        "tried_at": iso(state.tried_at),
        "attempts": state.attempts,
        "error_code": state.error_code,
        "error": state.error,
        "note": state.note,
        "outcome": state.outcome,
        "owner": state.owner,
        "history": [{**line, "text": sentence(line["code"], line["params"])} for line in reversed(entry.history)],
    }


def _review(to: Connections, domain: str, review: Review) -> dict[str, Any]:
    candidates = [
        {
            "account_id": one["id"],
            "name": one.get("name"),
            "domain": one.get("website"),
            "country": one.get("country"),
            "url": to.dynamics.url_of("account", one["id"]) if to.settings.dynamics_url else None,
        }
        for one in review.candidates
    ]
    return {
        "id": domain,
        "domain": domain,
        "company_name": review.company_name,
        "country": review.country,
        "reasons": [review.why],
        "candidates": candidates,
        "opened_at": review.opened_at,
    }


def _decision(call: Call, review: Review) -> str:
    if call.body.decision == "separate":
        return "separate"
    account = (call.body.account_id or "").lower()
    if account not in {one["id"] for one in review.candidates}:
        raise bad_request("account_id", "It is none of the candidates.", "Choose one that the review lists.")
    return account


def _merge_face(plan: MergePlan, request_id: str | None) -> dict[str, Any]:
    fields = [asdict(field) for field in plan.fields]
    done = request_id is not None
    return {
        "target": plan.target,
        "subordinate": plan.subordinate,
        "fields": fields,
        "done": done,
        "request_id": request_id,
    }


def _enabled(to: Connections) -> None:
    if not to.settings.dynamics_enabled:
        raise feature_disabled("DYNAMICS_ENABLED")


def _lead_or_404(call: Call) -> Lead:
    domain = domain_in_path(call.path["domain"])
    lead = call.to.leads.lead(domain)
    if lead is None:
        raise not_found("lead", domain)
    return lead
