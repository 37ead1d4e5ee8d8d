"""`/api/failures`: what failed, who can mend it, and how to have it done again."""

from typing import Any

import azure.functions as func

from shared.clients.failure_store import Failure
from shared.codes import FAILURES
from shared.doors.accepted import run_started
from shared.doors.http import Call, Reply, door
from shared.doors.problems import Problem, not_found
from shared.pushing.target import BY_HAND
from shared.rules.moments import iso
from shared.runs.replay import replay_one
from shared.runs.starting import start_covering

blueprint = func.Blueprint()


@door(blueprint, "GET", "failures", role="reader", query="FailureQuery", answer="FailurePage")
def list_failures(call: Call) -> Reply:
    """Faults, the latest first, with how many there are of each cause."""
    found = call.to.failures.all(state=call.query.state)
    groups: dict[str, int] = {}
    for one in found:
        groups[one.code] = groups.get(one.code, 0) + 1
    chosen = [one for one in found if call.query.code in (None, one.code)]
    start = _start(chosen, call.query.cursor)
    page = chosen[start : start + call.query.limit]
    more = page[-1].id if start + len(page) < len(chosen) else None
    listed = [{"code": code, "total": total, **_explained(code)} for code, total in sorted(groups.items())]
    content = {
        "items": _faces(page, call),
        "total": len(chosen),
        "groups": listed,
        "next_cursor": more,
    }
    return Reply({**content, "as_of": iso(call.to.now())})


@door(blueprint, "POST", "failures/{id}/replay", role="operator", answer="FailureReplayed", status=202, also=(409,))
def replay_failure(call: Call) -> Reply:
    """Has the message done again; doing it twice does no harm."""
    failure = call.to.failures.get(call.path["id"]) if call.path["id"].isalnum() else None
    if failure is None:
        raise not_found("failure", call.path["id"])
    if failure.state == "closed":
        raise Problem(409, "conflict", "It has gone through already.", state=failure.state)
    replayed = replay_one(failure, who=call.principal.user_id, to=call.to)
    return Reply(_faces([replayed], call)[0], 202)


@door(blueprint, "POST", "failures/replay", role="admin", body="ReplayBody", answer="RunStarted", status=202)
def replay_failures(call: Call) -> Reply:
    """Has every open fault done again, or those of one code; a run tells how far it is."""
    code = call.body.code
    run, joined = start_covering(
        "replay", who=call.principal.user_id, trace=call.trace, request={"code": code},
        # One that has begun passes over what failed since.
        covers=lambda busy: busy.state == "queued" and busy.request.get("code") in (None, code), to=call.to,
    )  # fmt: skip
    return run_started(run.id, joined=joined)


def _faces(failures: list[Failure], call: Call) -> list[dict[str, Any]]:
    """Faults with the company and the deal that they stopped, as far as these are known."""
    with call.to.lead_list.read() as leads, call.to.referral_list.read() as referrals:
        faces = []
        for one in failures:
            referral = referrals.face(one.key)
            domain = referral["domain"] if referral else one.key.removeprefix(BY_HAND)
            lead = leads.face(domain) if domain else None
            company = (referral or lead or {}).get("company_name")
            deal = referral["name"] if referral else None
            named = {"domain": domain if lead else None, "company_name": company, "deal": deal}
            faces.append({**failure_face(one), **named})
    return faces


def failure_face(failure: Failure) -> dict[str, Any]:
    """A fault as people see it; never the message itself."""
    return {
        "id": failure.id,
        "code": failure.code,
        "params": failure.params,
        **_explained(failure.code),
        "cause": failure.cause,
        "queue": failure.queue,
        "key": failure.key,
        "trace": failure.trace,
        "attempts": failure.attempts,
        "replays": failure.replays,
        "first_at": iso(failure.first_at),
        "last_at": iso(failure.last_at),
        "state": failure.state,
    }


def _explained(code: str) -> dict[str, str]:
    known = FAILURES.get(code, FAILURES["bug"])
    return {"text": known.cause, "who": known.who, "action": known.action}


def _start(found: list[Failure], cursor: str | None) -> int:
    if cursor is None:
        return 0
    place = next((index for index, one in enumerate(found) if one.id == cursor), None)
    if place is None:
        raise Problem(
            400, "bad_cursor", "cursor: that fault is no longer listed. Start from the first page.", field="cursor"
        )
    return place + 1
