"""Queue `pushes`: one referral in; its Account, Contact, Lead and Opportunity brought in step with it in Dynamics.

Read once, decide, write once, remember, save. A repeat with nothing new to tell asks Dynamics nothing.
"""

import logging
from dataclasses import dataclass
from time import sleep

import azure.functions as func

from shared.clients.dynamics_errors import Conflict
from shared.clients.failure_store import fault_id
from shared.connections import Connections
from shared.doors.queue import DELAYS, queue_door
from shared.errors import GateClosed, HunterError, TransientError
from shared.messages import Envelope
from shared.pushing.answering_back import answer_back, send_answer
from shared.pushing.score_writing import write_plan
from shared.pushing.standing import Fault, save_done, save_fault, save_running, save_stopped
from shared.pushing.target import Prepared, Target, plan_of, prepare, prepare_again, target_of
from shared.rules.dynamics.overtaken import is_overtaken
from shared.rules.dynamics.plan import unchanged
from shared.rules.dynamics.shapes import Done, Plan
from shared.rules.road import push_message

blueprint = func.Blueprint()
logger = logging.getLogger(__name__)

_DECISIONS = 4
"""How often one message decides anew when Dynamics changed between reading and writing."""
_PAUSE = 0.2
"""Seconds, more with each look, for another push of ours to note what it has just written."""
_LOST_ANSWERS = 1
"""How often one message looks again after a write whose answer was lost."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One message, opened: what to push, why, for whom, and whether it may be the last attempt."""

    key: str
    trace: str
    domain: str | None = None
    who: str = "hunter"
    forced: bool = False
    """Asked for by a person, a sweep or a replay: what was dealt with already is dealt with again."""
    last_attempt: bool = False


@queue_door(blueprint, "push")
def push(envelope: Envelope, to: Connections) -> None:
    """Pushes one referral as it stands now, and tells the run what came of it."""
    data = envelope.data
    if not to.settings.dynamics_enabled:
        _tell_run(envelope, "skipped", to)
        return
    if "answer" in data:
        answer_back(envelope, to)
        return
    errand = Errand(
        envelope.key,
        envelope.trace,
        data.get("domain"),
        str(data.get("who", "hunter")),
        forced="failure" in data or "again" in data,
        last_attempt=envelope.attempt >= len(DELAYS),
    )
    outcome = push_referral(errand, to=to)
    send_answer(errand.key, trace=errand.trace, to=to)
    _tell_run(envelope, outcome, to)


def _tell_run(envelope: Envelope, outcome: str, to: Connections) -> None:
    """What came of this item, if a run waits for it."""
    run, item = envelope.run, envelope.data.get("item")
    if run and item:
        to.run_items.put(run, str(item), outcome=outcome, key=envelope.key, domain=envelope.data.get("domain"))


def push_referral(errand: Errand, *, to: Connections) -> str:
    """Brings one referral in step. Returns `new`, `changed`, `unchanged`, `skipped`, `review` or `blocked`."""
    target = target_of(errand.key, domain=errand.domain, to=to)
    if target is None or not _due(target, errand):
        return "unchanged"
    try:
        if errand.forced:
            to.dynamics_gate.check()
            target = save_running(target, to)
        prepared, done = _carry_out(prepare(target, to=to), errand, to)
        target = prepared.target
    except GateClosed:
        save_stopped(target, to, waits=True)
        raise
    except HunterError as error:
        final = errand.last_attempt or not isinstance(error, TransientError)
        save_fault(target, Fault(error, final, errand.who, errand.trace), to)
        raise
    except Exception:
        save_stopped(target, to, waits=False)
        raise
    saved = save_done(prepared, done, to)
    if target.state.status == "failed":
        _close_fault(target, to)
    logger.info(
        "lead.pushed key=%s status=%s records=%s lag_seconds=%s trace=%s",
        errand.key,
        done.plan.status,
        _actions(done.plan),
        _lag(target, done),
        errand.trace,
    )
    if saved and saved.token != target.token:
        to.queues.send(_again(saved, errand))
    return _outcome(done.plan)


def _due(target: Target, errand: Errand) -> bool:
    """Whether there is something to tell. A lead that waits for its first score is told when it has one."""
    if errand.forced:
        return True
    if target.lead and target.lead.judgement is None:
        return False
    return target.state.handled != target.token


def _carry_out(prepared: Prepared, errand: Errand, to: Connections) -> tuple[Prepared, Done]:
    """Reads, decides and writes; decides anew when things changed, looks again when an answer was lost.

    Returns with what the last decision was made from.
    """
    known = prepared.target.state.status == "synced" and unchanged(prepared.wanted, prepared.remembered)
    if known and not errand.forced:
        plan = Plan(prepared.wanted.key, prepared.wanted.domain, skip=prepared.wanted.skip)
        return prepared, Done(plan, to.now(), errand.who, errand.trace)
    lost = 0
    for decision in range(_DECISIONS):
        if decision:
            prepared = prepare_again(prepared, to=to)
        try:
            plan = plan_of(prepared, trace=errand.trace, to=to)
            if decision < _DECISIONS - 1 and _is_overtaken(plan, prepared):
                logger.info("push.waits_for_another key=%s trace=%s", errand.key, errand.trace)
                sleep(_PAUSE * (decision + 1))
                continue
            written = write_plan(plan, prepared.given, forced=errand.forced, trace=errand.trace, to=to)
            return prepared, Done(plan, to.now(), errand.who, errand.trace, written.request_ids, written.score)
        except Conflict as conflict:
            logger.info("push.decides_again key=%s code=%s trace=%s", errand.key, conflict.code, errand.trace)
        except TransientError as fault:
            if not fault.params.get("sent") or lost >= _LOST_ANSWERS:
                raise
            lost += 1
            logger.warning("push.looks_again key=%s code=%s trace=%s", errand.key, fault.code, errand.trace)
    raise TransientError("dyn_duplicate", why="dyn_kept_changing", times=_DECISIONS)


def _is_overtaken(plan: Plan, prepared: Prepared) -> bool:
    return is_overtaken(plan, prepared.remembered, user_id=prepared.given.organisation.user_id)


def _close_fault(target: Target, to: Connections) -> None:
    """What stopped this push before has been overcome, whoever had it tried again."""
    fault = to.failures.get(fault_id("pushes", target.key, target.state.error_code or ""))
    if fault and fault.state == "open":
        to.failures.mark_replayed(fault)
        to.failures.close(fault.id)


def _again(saved: Target, errand: Errand) -> Envelope:
    """The lead moved on while it was pushed."""
    more = {"domain": saved.lead.domain} if saved.lead else {}
    return push_message(saved.key, saved.token, trace=errand.trace, cause="moved", **more)


def _outcome(plan: Plan) -> str:
    if plan.skip:
        return "skipped"
    if plan.status != "synced":
        return plan.status
    lead = plan.of("lead")
    return "new" if lead and lead.action == "create" else "changed" if plan.writes else "unchanged"


def _lag(target: Target, done: Done) -> str:
    """Seconds from the poll that brought the referral's change to Dynamics; a dash when that was told before."""
    told, token = target.state.handled.partition(".")[0], target.token.partition(".")[0]
    if target.kept is None or done.plan.status != "synced" or told == token:
        return "-"
    return f"{max((done.at - target.kept.polled_at).total_seconds(), 0):.0f}"


def _actions(plan: Plan) -> str:
    return ",".join(f"{one.record}:{one.action}" for one in plan.records) or plan.skip or "nothing"
