"""`POST /api/dynamics/merge`: two accounts become one; shown first, done on request."""

import azure.functions as func

from shared.clients.dynamics_errors import Conflict
from shared.doors.dynamics_faces import merge_face
from shared.doors.http import Call, Reply, door
from shared.doors.problems import Problem, not_found, refuse_when_off
from shared.rules.events import Event

blueprint = func.Blueprint()


@door(blueprint, "POST", "dynamics/merge", role="admin", body="MergeBody", answer="MergeAnswer", also=(404, 409))
def merge(call: Call) -> Reply:
    """Merges one account into another; `dry_run` (the default) only shows what would happen. It is final."""
    from shared.clients.dynamics_merging import merge_accounts, merge_preview

    refuse_when_off(call.to.settings.dynamics_enabled, "DYNAMICS_ENABLED")
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
