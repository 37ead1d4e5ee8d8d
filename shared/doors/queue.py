"""Queue doors: a message in, one step done; a fault becomes a copy scheduled for later or a row in the failure inbox.

The trigger's own redelivery is immediate, so it is left to crashes (design section 5).
"""

import logging
import random
import time
from collections.abc import Callable
from datetime import timedelta

import azure.functions as func

from shared.connections import Connections, connections
from shared.doors.http import place_of
from shared.errors import GateClosed, PermanentError, TransientError
from shared.messages import QUEUE_OF, Envelope, Kind, read_envelope

logger = logging.getLogger(__name__)

DELAYS = (30, 120, 480, 1_800, 7_200, 21_600)
"""Seconds before each further attempt, each ± 20 %, times `RETRY_SCALE`; then the inbox."""
_JITTER = 0.2
_BUG_AFTER_DELIVERIES = 3

Step = Callable[[Envelope, Connections], None]


def queue_door(blueprint: func.Blueprint, kind: Kind) -> Callable[[Step], Step]:
    """Registers the decorated step for the messages of one type, bound BINARY so that no body touches the metadata."""

    def register(step: Step) -> Step:
        def entry(message: func.ServiceBusMessage) -> None:
            receive(message, kind, step, connections())

        entry.__name__ = step.__name__
        triggered = blueprint.service_bus_queue_trigger(
            arg_name="message", queue_name=QUEUE_OF[kind], connection="ServiceBus", data_type=func.DataType.BINARY
        )(entry)
        blueprint.function_name(step.__name__)(triggered)
        return step

    return register


def receive(message: func.ServiceBusMessage, kind: Kind, step: Step, to: Connections) -> None:
    """Does the step.

    Returns when the message is done with, one way or the other; raises only to have it redelivered.
    """
    body = message.get_body()
    try:
        envelope = _opened(body, kind)
    except PermanentError as error:
        _to_inbox(error, body, queue=QUEUE_OF[kind], key=message.message_id or "unknown", trace="", attempts=1, to=to)
        return
    began = time.monotonic()
    try:
        step(envelope, to)
    except GateClosed as wait:
        _wait_for_gate(envelope, wait, to)
    except TransientError as fault:
        _put_off(envelope, fault, to)
    except PermanentError as fault:
        _set_aside(envelope, fault, to)
    except Exception as error:
        logger.error(
            "step.bug step=%s key=%s error=%s at=%s trace=%s",
            kind,
            envelope.key,
            type(error).__name__,
            place_of(error),
            envelope.trace,
        )
        if (message.delivery_count or 1) < _BUG_AFTER_DELIVERIES:
            raise
        met = {"error": type(error).__name__, "place": place_of(error)}
        _set_aside(envelope, PermanentError("bug", why="unexpected", **met), to)
    else:
        if replayed := envelope.data.get("failure"):
            to.failures.close(str(replayed))
        spent = (time.monotonic() - began) * 1000
        logger.info(
            "step.done step=%s key=%s run=%s ms=%.0f trace=%s",
            kind,
            envelope.key,
            envelope.run or "-",
            spent,
            envelope.trace,
        )


def _opened(body: bytes, kind: Kind) -> Envelope:
    envelope = read_envelope(body)
    if envelope.type != kind:
        raise PermanentError("message_version", why="wrong_queue", found=envelope.type, queue=QUEUE_OF[kind])
    return envelope


def _wait_for_gate(envelope: Envelope, wait: GateClosed, to: Connections) -> None:
    """Puts the message back until the gate opens. Waiting costs no attempt."""
    seconds = (wait.retry_after or DELAYS[0]) * random.uniform(1.0, 1.0 + _JITTER) + random.uniform(0, 1)
    turns = int(envelope.data.get("waits") or 0) + 1
    cause = str(envelope.data.get("cause", "road")).partition("~")[0]
    to.queues.send(envelope.again(waits=turns, cause=f"{cause}~wait{turns}"), delay=timedelta(seconds=seconds))
    logger.info(
        "step.waits step=%s key=%s code=%s seconds=%.0f trace=%s",
        envelope.type,
        envelope.key,
        wait.code,
        seconds,
        envelope.trace,
    )


def _put_off(envelope: Envelope, fault: TransientError, to: Connections) -> None:
    """Sends a copy for later, or gives up after the last planned attempt."""
    if envelope.attempt >= len(DELAYS):
        given_up = PermanentError("gave_up", fault.cause, **{**fault.particulars, "reason": fault.code})
        _set_aside(envelope, given_up, to)
        return
    planned = DELAYS[envelope.attempt] * random.uniform(1 - _JITTER, 1 + _JITTER) * to.settings.retry_scale
    seconds = max(planned, fault.retry_after or 0)
    to.queues.send(envelope.again(attempt=envelope.attempt + 1), delay=timedelta(seconds=seconds))
    logger.warning(
        "step.put_off step=%s key=%s code=%s attempt=%d seconds=%.0f trace=%s",
        envelope.type, envelope.key, fault.code, envelope.attempt + 1, seconds, envelope.trace,
    )  # fmt: skip


def _set_aside(envelope: Envelope, fault: PermanentError, to: Connections) -> None:
    """Opens a row in the inbox, and tells the run that this item ended."""
    queue = QUEUE_OF[envelope.type]
    _to_inbox(
        fault,
        envelope.to_bytes(),
        queue=queue,
        key=envelope.key,
        trace=envelope.trace,
        attempts=envelope.attempt + 1,
        to=to,
    )
    if envelope.run and (item := envelope.data.get("item")):
        outcome = "quarantined" if fault.code.startswith("referral_") else "failed"
        to.run_items.put(
            envelope.run,
            str(item),
            outcome=outcome,
            key=envelope.key,
            code=fault.code,
            domain=envelope.data.get("domain"),
        )


def _to_inbox(
    fault: PermanentError, body: bytes, *, queue: str, key: str, trace: str, attempts: int, to: Connections
) -> None:
    to.failures.record(
        code=fault.code,
        queue=queue,
        key=key,
        trace=trace,
        params=fault.particulars,
        cause=fault.cause,
        attempts=attempts,
        body=body,
    )
    logger.error("inbox.opened code=%s queue=%s key=%s trace=%s", fault.code, queue, key, trace)
