"""`/api/dynamics`: bring leads in step now, and see how they stand."""

from typing import Any

import azure.functions as func

from shared.clients.domain_sets import DomainSets
from shared.doors.accepted import run_started
from shared.doors.dynamics_faces import opener, plan_face, refused_plan_face, status_face
from shared.doors.http import Call, Reply, door
from shared.doors.paths import domain_in_path, lead_in_path
from shared.doors.problems import Problem, bad_request, refuse_when_off
from shared.errors import PermanentError
from shared.pushing.target import BY_HAND, Target, plan_of, prepare, target_of
from shared.rules.lead import Lead
from shared.rules.lead_face import face
from shared.rules.moments import iso
from shared.rules.road import PUSH_BY_HAND
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
    refuse_when_off(call.to.settings.dynamics_enabled, "DYNAMICS_ENABLED")
    lead = lead_in_path(call)
    if call.query.dry_run:
        return Reply(_dry_run(call, lead))
    return _started(call, [lead.domain])


@door(blueprint, "GET", "dynamics/status/{domain}", role="reader", answer="DynamicsStatusAnswer")
def dynamics_status(call: Call) -> Reply:
    """How each referral of a lead stands in Dynamics: state, ids, links, last time, attempts, error, history."""
    lead = lead_in_path(call)
    page = call.to.ledger.page(lead.domain)
    keys = [*lead.referrals, *([PUSH_BY_HAND] if PUSH_BY_HAND in lead.dynamics or not lead.referrals else [])]
    shown = face(lead)
    return Reply(
        {
            "domain": lead.domain,
            "dynamics_status": shown["dynamics_status"],
            "referrals": [status_face(lead, key, page, url_of=opener(call.to)) for key in keys],
            "as_of": iso(call.to.now()),
        }
    )


@door(
    blueprint, "POST", "dynamics/bulk-sync", role="operator", body="BulkBody", answer="RunStarted", status=202,
    also=(409,),
)  # fmt: skip
def bulk_sync(call: Call) -> Reply:
    """Brings many leads in step: a list, or what a filter finds now. The set is fixed here."""
    refuse_when_off(call.to.settings.dynamics_enabled, "DYNAMICS_ENABLED")
    body = call.body
    found = _meant(call) - {domain_in_path(domain) for domain in body.exceptions}
    if body.expected is not None and abs(len(found) - body.expected) > max(body.expected * _TOLERANCE, 0):
        text = f"It would be {len(found)} leads now, {body.expected} were expected. Look again, then repeat."
        raise Problem(409, "conflict", text, found=len(found), expected=body.expected)
    return _started(call, sorted(found))


def _started(call: Call, domains: list[str]) -> Reply:
    if not domains:
        raise bad_request("domains", "No lead is meant.", "Choose at least one.")
    request = {"set": DomainSets(call.to.tables, now=call.to.now).put(domains), "count": len(domains)}
    who = call.principal.user_id
    run, joined = start_run("bulk-push", who=who, trace=call.trace, request=request, to=call.to)
    if joined and {name: run.request.get(name) for name in request} != request:
        run, joined = start_after(run, who=who, trace=call.trace, request=request, to=call.to), False
    return run_started(run.id, joined=joined)


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


def _plan(call: Call, target: Target) -> dict[str, Any]:
    """What a run would do for one referral; a refusal that would end the run for it is its plan."""
    try:
        return plan_face(plan_of(prepare(target, to=call.to), trace=call.trace, to=call.to), target.kept)
    except PermanentError as error:
        return refused_plan_face(error, target.kept)
