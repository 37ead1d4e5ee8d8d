"""`/api/runs`: what is running, what came of it, cancel and resume."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import azure.functions as func

from shared.clients.run_store import TakenOver
from shared.doors.accepted import run_started
from shared.doors.http import Call, Reply, door
from shared.doors.problems import Problem, not_found
from shared.rules.moments import iso
from shared.rules.run import Run
from shared.rules.run_rates import columns, rates_per_day, success_rate
from shared.runs.starting import run_message

blueprint = func.Blueprint()

_A_RUN = re.compile(r"[0-9]{14}-[0-9a-f]{8}")
"""How an item of a referral run can end; with `pending` they add up to `enqueued`."""


@door(blueprint, "GET", "runs", role="reader", query="RunQuery", answer="RunPage")
def list_runs(call: Call) -> Reply:
    """Runs, newest first; with `days`, also how well each of the last days went."""
    if call.query.cursor and not _A_RUN.fullmatch(call.query.cursor):
        raise Problem(400, "bad_cursor", "cursor: it is none of this list. Start from the first page.", field="cursor")
    found, mark = call.to.runs.newest(kind=call.query.kind, limit=call.query.limit, after=call.query.cursor)
    shown = [_counted(run, call) for run in found]
    days = call.query.days
    since = call.to.now() - timedelta(days=days) if days else None
    per_day = rates_per_day(call.to.runs.ended_since(since, kind=call.query.kind)) if since else None
    content = {"items": [run_face(run) for run in shown], "next_cursor": mark, "per_day": per_day}
    return Reply({**content, "as_of": iso(call.to.now())})


@door(blueprint, "GET", "runs/{id}", role="reader", query="RunItemsQuery", answer="RunDetail")
def show_run(call: Call) -> Reply:
    """One run as it stands, counted now, with a page of its items."""
    run = _counted(_run_or_404(call), call)
    items, mark = call.to.run_items.page(
        run.id, limit=call.query.limit, after=call.query.cursor, outcome=call.query.outcome
    )
    named = _named(items, call) if run.kind == "bulk-push" else items
    return Reply({**run_face(run), "items": named, "next_cursor": mark, "as_of": iso(call.to.now())})


@door(blueprint, "POST", "runs/{id}/cancel", role="operator", answer="RunStarted", status=202, also=(409,))
def cancel_run(call: Call) -> Reply:
    """Stops a run after the page or item it is at; what was sent is still handled."""
    run = _run_or_404(call)
    if run.is_over:
        raise Problem(409, "conflict", f"The run has ended ({run.state}).", state=run.state)
    if run.state == "finishing":
        raise Problem(409, "conflict", "Everything has been sent; the run ends with the last answer.", state=run.state)
    call.to.turns.ask_to_cancel(run.id)
    if run.lease_left(call.to.now()) == 0:
        _end_now(run, call)
    return run_started(run.id)


@door(blueprint, "POST", "runs/{id}/resume", role="operator", answer="RunStarted", status=202, also=(409,))
def resume_run(call: Call) -> Reply:
    """Goes on where a cancelled or failed run stopped."""
    run = _run_or_404(call)
    if run.state not in ("cancelled", "failed"):
        raise Problem(
            409, "conflict", f"Only a cancelled or failed run can be resumed; this one is {run.state}.", state=run.state
        )
    try:
        resumed = call.to.turns.reopened(run)
    except TakenOver:
        raise Problem(409, "conflict", "Somebody else resumed it. Look again.") from None
    call.to.queues.send(run_message(resumed, cause=f"resume-{call.to.now():%Y%m%d%H%M%S%f}"))
    return run_started(run.id)


def run_face(run: Run) -> dict[str, Any]:
    """A run as people see it; the counts add up while it is under way, too.

    Items are answered while their page is still being noted; and a page that was sent, cut off by a death and read
    anew may by then be shorter. What was answered was sent.
    """
    unnoted = max(sum(run.outcomes.values()) - run.enqueued, 0)
    return {
        "id": run.id,
        "kind": run.kind,
        "state": run.state,
        "who": run.who,
        "request": run.request,
        "fetched": run.fetched + unnoted,
        "enqueued": run.enqueued + unnoted,
        "skipped": run.skipped,
        "skip_reasons": run.skip_reasons,
        **columns(run.outcomes),
        "outcomes": run.outcomes,
        "pending": run.pending,
        "success_rate": success_rate(run.outcomes),
        "reasons": run.notes,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "resumes_at": None if run.is_over else run.resumes_at,
        "correlation_id": run.trace,
    }


def _named(items: list[dict[str, Any]], call: Call) -> list[dict[str, Any]]:
    """Each push with its company, and with its deal where the company has several."""
    with call.to.lead_list.read() as leads, call.to.referral_list.read() as referrals:
        named = []
        for item in items:
            lead, referral = leads.face(str(item.get("domain"))), referrals.face(item["key"])
            has_several = lead is not None and lead["referral_count"] > 1 and referral is not None
            deal = (referral["name"] or referral["id"]) if referral and has_several else None
            named.append({**item, "company_name": lead["company_name"] if lead else None, "deal": deal})
    return named


def _end_now(run: Run, call: Call) -> None:
    """Nobody works on it at this moment: it waits for its turn, for a gate or for another try."""
    try:
        call.to.turns.ended(replace(run, outcomes=call.to.run_items.outcomes(run.id)), "cancelled")
    except TakenOver:
        return  # a worker has just begun, and sees the word that was left


def _counted(run: Run, call: Call) -> Run:
    """Answers that came after a run was stopped count, too."""
    return replace(run, outcomes=call.to.run_items.outcomes(run.id)) if run.pending or not run.is_over else run


def _run_or_404(call: Call) -> Run:
    run = call.to.runs.get(call.path["id"]) if _A_RUN.fullmatch(call.path["id"]) else None
    if run is None:
        raise not_found("run", call.path["id"])
    return run
