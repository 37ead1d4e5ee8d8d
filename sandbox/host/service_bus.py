"""A queue → its messages handed to a function with peek-lock: complete when it returns, abandon when it raises."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import Any

from azure.functions import DataType
from azure.servicebus import ServiceBusReceivedMessage, ServiceBusSubQueue
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.exceptions import MessageLockLostError, ServiceBusError

from sandbox.host.host_json import HostJson
from sandbox.host.index import Function
from sandbox.host.invoke import InvocationFailed, Invoker, TimedOut
from sandbox.host.trigger_metadata import UndecodableBody, read_message

logger = logging.getLogger(__name__)

LOOK_UP_SECONDS = 1.0
RECONNECT_SECONDS = 1.0


class QueueListener:
    """One function's listener. At most `maxConcurrentCalls` messages are with the function at a time."""

    def __init__(self, function: Function, *, connection: str, host_json: HostJson, invoker: Invoker) -> None:
        self._function = function
        self._queue = str(function.trigger["queueName"])
        self._binary = function.trigger.get("dataType") == DataType.BINARY
        self._auto_complete = bool(function.trigger.get("autoCompleteMessages", host_json.auto_complete))
        self._connection = connection
        self._host_json = host_json
        self._invoker = invoker
        self._slots = asyncio.Semaphore(host_json.max_concurrent_calls)
        self._handling: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Listen until stopped; a connection that fails is made anew, as the host's client does."""
        while not self._stopping:
            try:
                async with (
                    ServiceBusClient.from_connection_string(self._connection, retry_total=0) as client,
                    self._receiver(client) as receiver,
                ):
                    try:
                        await self._receive(receiver)
                    finally:
                        await self._finish()
            except (ServiceBusError, OSError, ValueError, AttributeError) as error:
                # The SDK raises the last two when its connection goes away under a call.
                logger.warning("Queue %s: %s: %s", self._queue, type(error).__name__, str(error)[:200])
                await asyncio.sleep(RECONNECT_SECONDS)

    def _receiver(self, client: ServiceBusClient) -> ServiceBusReceiver:
        """The queue's own receiver, or that of its dead letters for `queue/$DeadLetterQueue`."""
        name, _, sub_queue = self._queue.partition("/")
        part = ServiceBusSubQueue.DEAD_LETTER if sub_queue.lower() == "$deadletterqueue" else None
        return client.get_queue_receiver(name, sub_queue=part, prefetch_count=self._host_json.prefetch_count)

    async def _receive(self, receiver: ServiceBusReceiver) -> None:
        while not self._stopping:
            await self._slots.acquire()
            messages: list[ServiceBusReceivedMessage] = []
            try:
                messages = await receiver.receive_messages(max_message_count=1, max_wait_time=LOOK_UP_SECONDS)
            finally:
                if not messages:
                    self._slots.release()
            for message in messages:
                task = asyncio.create_task(self._handle(receiver, message))
                self._handling.add(task)
                task.add_done_callback(self._handled)

    def _handled(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()):
            logger.warning("Queue %s: %s: %s", self._queue, type(error).__name__, str(error)[:200])

    async def _handle(self, receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) -> None:
        done = asyncio.Event()
        renewal = asyncio.create_task(self._renew(receiver, message, done))
        try:
            given = read_message(message, binary=self._binary)
            await self._invoker.run(self._function, given, reason=f"New Service Bus message on '{self._queue}'")
        except (InvocationFailed, UndecodableBody, NotImplementedError, ValueError) as error:
            if not isinstance(error, InvocationFailed):
                logger.error("Queue %s: a message cannot be decoded: %s", self._queue, error)
            await self._settle(receiver.abandon_message(message), "abandoned")
            if isinstance(error, TimedOut):
                return
        else:
            if self._auto_complete:
                await self._settle(receiver.complete_message(message), "completed")
        finally:
            done.set()
            await renewal

    async def _settle(self, settling: Any, word: str) -> None:
        try:
            await settling
        except MessageLockLostError:
            logger.warning("Queue %s: a message could not be %s: its lock was lost", self._queue, word)

    async def _renew(
        self, receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage, done: asyncio.Event
    ) -> None:
        """Renew the lock at half of its time until the message is done or `maxAutoLockRenewalDuration` has passed."""
        began = datetime.now(UTC)
        # A ValueError says that the message was settled while we asked.
        with contextlib.suppress(ServiceBusError, ValueError):
            while (datetime.now(UTC) - began).total_seconds() < self._host_json.max_lock_renewal:
                left = (message.locked_until_utc - datetime.now(UTC)).total_seconds() if message.locked_until_utc else 0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(done.wait(), max(left / 2, 0.2))
                    return
                await receiver.renew_message_lock(message)

    async def _finish(self) -> None:
        """Wait for what is running; its messages can only be settled on this connection."""
        if self._handling:
            await asyncio.wait(set(self._handling))

    def stop(self) -> None:
        """Take no further message; `run` ends when those at work are settled."""
        self._stopping = True
