"""The genuine SDK's asyncio client against the bus, over real sockets."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.servicebus import ServiceBusMessage, ServiceBusMessageState, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.aio import ServiceBusClient
from azure.servicebus.exceptions import MessageLockLostError, MessageNotFoundError

from sandbox.bus import QueueProperties, RunningBus, serve

pytestmark = pytest.mark.timeout(60)

QUEUES = [
    "scans",
    "scores",
    "pushes",
    QueueProperties("brief", lock_seconds=0.6, max_delivery_count=2),
]


class World:
    """A bus and clients of it in one event loop. Handlers are slow to open and close, so they are kept to the end."""

    def __init__(self, runner: asyncio.Runner, **options: Any) -> None:
        self._runner = runner
        self._kept: list[Any] = []
        self.bus: RunningBus = runner.run(serve(queues=QUEUES, **options))
        self.client = ServiceBusClient.from_connection_string(self.bus.connection_string, retry_total=0)

    def run(self, story: Callable[[], Awaitable[Any]]) -> Any:
        """Runs a story for at most 30 seconds."""
        return self._runner.run(asyncio.wait_for(story(), 30))

    def sender(self, queue: str) -> Any:
        return self._keep(self.client.get_queue_sender(queue))

    def receiver(self, queue: str, **options: Any) -> Any:
        return self._keep(self.client.get_queue_receiver(queue, **options))

    def close(self) -> None:
        async def all_at_once() -> None:
            await asyncio.gather(*(handler.close() for handler in self._kept))
            await self.bus.close()

        self._runner.run(all_at_once())

    def _keep(self, handler: Any) -> Any:
        self._kept.append(handler)
        return handler


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with asyncio.Runner() as runner:
        world = World(runner)
        yield world
        world.close()


async def receive(receiver: Any, wanted: int = 1) -> list[Any]:
    """Messages until there are as many as wanted, or none came for ten seconds."""
    messages: list[Any] = []
    while len(messages) < wanted and (
        more := await receiver.receive_messages(wanted - len(messages), max_wait_time=10)
    ):
        messages += more
    return messages


def text(message: Any) -> str:
    return b"".join(message.body).decode()


def test_every_decision_about_a_message(world):
    async def story():
        sender, receiver = world.sender("scans"), world.receiver("scans")
        await sender.send_messages(ServiceBusMessage("one", message_id="1"))
        batch = await sender.create_message_batch()
        batch.add_message(ServiceBusMessage("two", message_id="2"))
        batch.add_message(ServiceBusMessage("twice", message_id="1"))
        await sender.send_messages(batch)
        await sender.send_messages([ServiceBusMessage("three"), ServiceBusMessage("four")])
        one, two, three, four = await receive(receiver, 4)
        assert [text(message) for message in (one, two, three, four)] == ["one", "two", "three", "four"]

        before = one.locked_until_utc
        await asyncio.sleep(0.05)
        assert await receiver.renew_message_lock(one) > before
        await receiver.complete_message(one)
        await receiver.abandon_message(two)
        await receiver.defer_message(three)
        await receiver.dead_letter_message(four, reason="why", error_description="because")

        (again,) = await receive(receiver)
        assert (text(again), again.delivery_count) == ("two", 1)
        next(world.bus.broker.queues()).lose_lock(again.lock_token, world.bus.broker.clock())
        with pytest.raises(MessageLockLostError):
            await receiver.complete_message(again)

        (deferred,) = await receiver.receive_deferred_messages([three.sequence_number])
        await receiver.complete_message(deferred)
        with pytest.raises(MessageNotFoundError):
            await receiver.receive_deferred_messages([three.sequence_number])

        dead_letters = world.receiver("scans", sub_queue=ServiceBusSubQueue.DEAD_LETTER)
        (dead,) = await receive(dead_letters)
        assert (dead.dead_letter_reason, dead.dead_letter_error_description) == ("why", "because")
        assert dead.dead_letter_source == "scans"
        await dead_letters.complete_message(dead)

    world.run(story)


def test_scheduled_messages(world):
    async def story():
        sender, receiver = world.sender("scores"), world.receiver("scores")
        await asyncio.gather(sender.create_message_batch(), receiver.peek_messages(1))  # opens both
        soon = datetime.now(UTC) + timedelta(seconds=0.5)
        (number,) = await sender.schedule_messages(ServiceBusMessage("soon"), soon)
        (never,) = await sender.schedule_messages(ServiceBusMessage("never"), soon)
        await sender.send_messages(ServiceBusMessage("too", scheduled_enqueue_time_utc=soon))
        await sender.cancel_scheduled_messages(never)
        peeked = await receiver.peek_messages(5)
        assert [one.state for one in peeked] == [ServiceBusMessageState.SCHEDULED] * 2
        messages = await receive(receiver, 2)
        assert [text(one) for one in messages] == ["soon", "too"]
        assert messages[0].enqueued_sequence_number == number

    world.run(story)


def test_locks_that_end_and_a_time_that_is_over(world):
    async def story():
        sender, receiver = world.sender("brief"), world.receiver("brief")
        dead_letters = world.receiver("brief", sub_queue=ServiceBusSubQueue.DEAD_LETTER)
        await sender.send_messages(ServiceBusMessage("poison"))
        assert [(await receive(receiver))[0].delivery_count for _ in range(2)] == [0, 1]
        (dead,) = await receive(dead_letters)
        assert (text(dead), dead.dead_letter_reason) == ("poison", "MaxDeliveryCountExceeded")
        await receiver.close()
        await sender.send_messages(ServiceBusMessage("stale", time_to_live=timedelta(seconds=0.1)))
        (stale,) = await receive(dead_letters)
        assert (text(stale), stale.dead_letter_reason) == ("stale", "TTLExpiredException")

    world.run(story)


def test_what_four_receivers_fetch_ahead_is_neither_lost_nor_doubled(world):
    async def story():
        async def work() -> list[str]:
            got = []
            async with world.client.get_queue_receiver("pushes", prefetch_count=20) as receiver:
                while messages := await receiver.receive_messages(20, max_wait_time=0.5):
                    for message in messages:
                        await receiver.complete_message(message)
                        got.append(text(message))
            return got

        sender = world.sender("pushes")
        for start in range(0, 300, 100):
            await sender.send_messages([ServiceBusMessage(str(number)) for number in range(start, start + 100)])
        shares = await asyncio.gather(work(), work(), work(), work())
        missing = 300 - sum(map(len, shares))
        rest = world.receiver("pushes", receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE)
        given_back = [text(one) for one in await receive(rest, missing)]
        assert sorted(int(one) for share in (*shares, given_back) for one in share) == list(range(300))

    world.run(story)
