"""Envelopes in, messages on Service Bus out: at once, in batches, or scheduled for later."""

import logging
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.errors import TransientError
from shared.messages import QUEUE_OF, Envelope

logger = logging.getLogger(__name__)

_LOOKED_AT = 100


class Queues:
    """Senders of every queue, each opened once per process and opened anew after a failure."""

    def __init__(self, *, connection_string: str = "", namespace: str = "", credential: Any = None) -> None:
        from azure.servicebus import ServiceBusClient

        options: dict[str, Any] = {"retry_total": 2, "retry_backoff_factor": 0.2, "retry_backoff_max": 2}
        if connection_string:
            self._client = ServiceBusClient.from_connection_string(connection_string, **options)
        else:
            self._client = ServiceBusClient(namespace, credential, **options)
        self._senders: dict[str, Any] = {}
        self._locks = {queue: threading.Lock() for queue in QUEUE_OF.values()}

    def send(self, envelope: Envelope, *, delay: timedelta | None = None) -> None:
        """Puts one message on the queue of its type, now or `delay` later.

        Raises `TransientError` `bus_unavailable`.
        """
        self.send_all([envelope], delay=delay)

    def send_all(self, envelopes: Iterable[Envelope], *, delay: timedelta | None = None) -> None:
        """Puts messages of one type on their queue in as few transfers as fit."""
        waiting = list(envelopes)
        if not waiting:
            return
        due = datetime.now(UTC) + delay if delay else None
        queue = QUEUE_OF[waiting[0].type]
        with self._locks[queue]:
            self._transfer(queue, [_message(envelope, due) for envelope in waiting])
        logger.debug("queue.sent queue=%s count=%d", queue, len(waiting))

    def reachable(self, queues: Iterable[str]) -> str:
        """Peeks at all queues at once, since a link takes a second to open and close. Raises `TransientError`
        `bus_unavailable` naming the first that cannot be read.
        """
        names = tuple(queues)
        receivers = [self._client.get_queue_receiver(queue) for queue in names]
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(_peek, names, receivers))
        return ""

    def waiting(self, queue: str) -> list[datetime]:
        """Since when each message waits, the first hundred, without those scheduled for later."""
        from azure.servicebus import ServiceBusMessageState
        from azure.servicebus.exceptions import ServiceBusError

        try:
            with self._client.get_queue_receiver(queue) as receiver:
                messages = receiver.peek_messages(max_message_count=_LOOKED_AT)
        except (ServiceBusError, OSError, ValueError) as error:
            raise _away(queue, error) from None
        ready = [one for one in messages if one.state != ServiceBusMessageState.SCHEDULED]
        return [one.enqueued_time_utc for one in ready if one.enqueued_time_utc]

    def _transfer(self, queue: str, messages: list[Any]) -> None:
        """One retry with a fresh link: a link that idled too long is closed by the service."""
        from azure.servicebus.exceptions import ServiceBusError

        for last in (False, True):
            try:
                sender = self._senders.get(queue)
                if sender is None:
                    sender = self._senders[queue] = self._client.get_queue_sender(queue)
                _send_in_batches(sender, messages)
                return
            except (ServiceBusError, OSError, ValueError, AttributeError) as error:
                self._drop(queue)
                if last:
                    raise _away(queue, error) from None

    def _drop(self, queue: str) -> None:
        sender = self._senders.pop(queue, None)
        if sender is not None:
            try:
                sender.close()
            except Exception as error:  # the link is broken already; a failing farewell changes nothing
                logger.debug("queue.close_failed queue=%s error=%s", queue, type(error).__name__)


def _peek(queue: str, receiver: Any) -> None:
    from azure.servicebus.exceptions import ServiceBusError

    try:
        with receiver:
            receiver.peek_messages(max_message_count=1)
    except (ServiceBusError, OSError, ValueError) as error:
        raise _away(queue, error) from None


def _away(queue: str, error: Exception) -> TransientError:
    return TransientError("bus_unavailable", why="bus_away", queue=queue, error=type(error).__name__)


def _send_in_batches(sender: Any, messages: list[Any]) -> None:
    from azure.servicebus.exceptions import MessageSizeExceededError

    if len(messages) == 1:
        sender.send_messages(messages[0])
        return
    batch = sender.create_message_batch()
    for message in messages:
        try:
            batch.add_message(message)
        except (MessageSizeExceededError, ValueError):
            sender.send_messages(batch)
            batch = sender.create_message_batch()
            batch.add_message(message)
    sender.send_messages(batch)


def _message(envelope: Envelope, due: datetime | None) -> Any:
    from azure.servicebus import ServiceBusMessage

    return ServiceBusMessage(
        envelope.to_bytes(),
        message_id=envelope.message_id,
        correlation_id=envelope.trace,
        content_type="application/json",
        scheduled_enqueue_time_utc=due,
    )
