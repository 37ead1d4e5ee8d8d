"""A run of kind `replay`: open faults in, their messages sent again, each once."""

from dataclasses import replace

from shared.clients.failure_store import Failure
from shared.connections import Connections
from shared.errors import PermanentError, TransientError
from shared.messages import QUEUE_OF, read_envelope
from shared.rules.events import Event
from shared.rules.run import Run

_AT_ONCE = 200


def replay(run: Run, to: Connections) -> Run:
    """Replays a slice of the open faults that stood when the run began."""
    code, began = run.request.get("code"), run.created_at
    done = 0
    for failure in to.failures.all(state="open"):
        if (code and failure.code != code) or (
            failure.last_at and failure.last_at.isoformat() > began.replace("Z", "+00:00")
        ):
            continue
        if to.turns.cancel_asked(run.id):
            return replace(run, state="cancelled")
        replay_one(failure, who=run.who, to=to)
        to.run_items.put(run.id, failure.id, outcome="replayed", key=failure.key, code=failure.code)
        done += 1
        if done >= _AT_ONCE:
            return to.turns.renewed(run, fetched=run.fetched + done, enqueued=run.enqueued + done)
    return replace(to.turns.renewed(run, fetched=run.fetched + done, enqueued=run.enqueued + done), state="finishing")


def replay_one(failure: Failure, *, who: str, to: Connections) -> Failure:
    """Sends one fault's message again, from its first attempt, under an id of its own, and notes who asked."""
    replayed = to.failures.mark_replayed(failure)
    cause = f"replay-{replayed.replays}"
    try:
        envelope = read_envelope(failure.body)
    except PermanentError as unreadable:
        to.failures.record(
            code=failure.code, queue=failure.queue, key=failure.key, trace=failure.trace, params=unreadable.params,
            cause=unreadable.cause, attempts=1, body=failure.body,
        )  # fmt: skip
        return failure
    if QUEUE_OF[envelope.type] == "runs":
        cause = f"{cause}-{to.now():%Y%m%d%H%M%S}"
    try:
        to.queues.send(envelope.again(attempt=0, waits=0, cause=cause, failure=failure.id))
    except TransientError:
        to.failures.not_replayed(failure)  # else neither the next slice nor the next press would find it
        raise
    event = Event(
        "failure.replayed", who=who, params={"failure": failure.id, "code": failure.code}, trace=failure.trace
    )
    to.leads.add_events(failure.key if failure.queue in ("scans", "scores") else f"ref.{failure.key}", [event])
    return replayed
