"""Faults: which one strikes, and what the genuine client sees of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient
from azure.servicebus.exceptions import MessageLockLostError, ServiceBusConnectionError, ServiceBusServerBusyError
from pydantic import ValidationError

from sandbox.bus.amqp.performatives import Accepted, Detach, Disposition, Transfer
from sandbox.bus.faults import BusFaults, Kind, Operation
from tests.sandbox.bus.raw_client import RawClient, bodies, queue_of, with_bus

pytestmark = pytest.mark.timeout(30)


def struck(faults: BusFaults, operation: Operation, count: int = 6, queue: str = "scans", **more: Any) -> list[int]:
    """Which of so many operations were struck, counted from 1."""
    return [number for number in range(1, count + 1) if faults.pick(operation, queue, **more)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"drop": True}, [1, 2, 3, 4, 5, 6]),
        ({"drop": True, "times": 2}, [1, 2]),
        ({"drop": True, "match": {"nth": 3}}, [3]),
        ({"drop": True, "match": {"nth": 3}, "times": 2}, [3, 4]),
        ({"drop": True, "match": {"queue": "sc*"}, "times": 1}, [1]),
        ({"drop": True, "match": {"queue": "scores"}}, []),
        ({"drop": True, "match": {"on": "settle"}}, []),
        ({"drop": True, "match": {"message_id": "a*"}}, [1, 2, 3, 4, 5, 6]),
        ({"drop": True, "match": {"message_id": "b*"}}, []),
        ({"drop": True, "probability": 0}, []),
    ],
)
def test_a_fault_strikes_what_it_fits(fault, expected):
    faults = BusFaults()
    faults.add(fault)
    assert struck(faults, Operation.SEND, message_ids=["abc"]) == expected


@pytest.mark.parametrize(
    ("kind", "usual"),
    [
        ("drop", {"send", "deliver", "settle"}),
        ("delay", {"send", "deliver", "settle"}),
        ("detach", {"send", "deliver", "settle"}),
        ("duplicate", {"settle"}),
        ("lose_lock", {"settle"}),
        ("server_busy", {"send"}),
    ],
)
def test_without_on_a_fault_strikes_where_it_is_usual(kind, usual):
    faults = BusFaults()
    faults.add({kind: True})
    assert {operation.value for operation in Operation if faults.pick(operation, "scans")} == usual


def test_the_first_that_is_due_strikes_and_every_one_that_fits_counts():
    faults = BusFaults()
    faults.add({"drop": True, "match": {"nth": 2}}, {"server_busy": True})
    kinds = [faults.pick(Operation.SEND, "scans").kind for _ in range(3)]
    assert kinds == [Kind.SERVER_BUSY, Kind.DROP, Kind.SERVER_BUSY]
    assert [(one["seen"], one["hits"]) for one in faults.report()] == [(3, 1), (3, 2)]


def test_dice_fall_the_same_way_for_the_same_seed():
    def thrown(seed):
        faults = BusFaults(seed)
        faults.add({"drop": True, "probability": 0.5})
        return struck(faults, Operation.SEND, 40)

    assert thrown(1) == thrown(1) != thrown(2)
    assert 5 < len(thrown(1)) < 35


def test_faults_are_removed_one_by_one_or_all():
    faults = BusFaults()
    first, second = faults.add({"drop": True}, {"detach": True})
    assert (faults.remove(first), faults.remove(first)) == (True, False)
    assert [one["id"] for one in faults.report()] == [second]
    faults.clear()
    assert faults.report() == []


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({}, "exactly one of"),
        ({"drop": True, "detach": True}, "exactly one of"),
        ({"drop": "yes"}, "drop"),
        ({"explode": True}, "explode"),
        ({"drop": True, "match": {"path": "*"}}, "path"),
        ({"drop": True, "match": {"on": "sleep"}}, "on"),
        ({"lose_lock": True, "match": {"on": "send"}}, "cannot strike on send: give one of deliver, settle"),
        ({"duplicate": True, "after_commit": True}, "after_commit belongs to"),
        ({"delay_ms": -1}, "delay_ms"),
        ({"drop": True, "times": 0}, "times"),
        ({"drop": True, "probability": 2}, "probability"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(fault, problem):
    faults = BusFaults()
    with pytest.raises(ValidationError, match=problem):
        faults.add({"drop": True}, fault)
    assert faults.report() == []


def with_client(story: Callable[[Any, Any, Any], Awaitable[Any]]) -> None:
    """Runs a story with a sender and a receiver of `scans` that are open before any fault is armed."""

    async def run(bus):
        client = ServiceBusClient.from_connection_string(bus.connection_string, retry_total=0)
        sender, receiver = client.get_queue_sender("scans"), client.get_queue_receiver("scans")
        await asyncio.gather(sender.create_message_batch(), receiver.peek_messages(1))
        try:
            await story(bus, sender, receiver)
        finally:
            bus.faults.clear()
            await asyncio.gather(sender.close(), receiver.close())

    with_bus(run)


async def one(receiver: Any) -> Any:
    (message,) = await receiver.receive_messages(1, max_wait_time=10)
    return message


def test_the_genuine_client_sees_faults_as_its_own_errors():
    async def story(bus, sender, receiver):
        bus.faults.add({"server_busy": True, "times": 1})
        with pytest.raises(ServiceBusServerBusyError):
            await sender.send_messages(ServiceBusMessage("refused"))
        assert bodies(bus) == []

        bus.faults.add({"server_busy": True, "after_commit": True, "times": 1})
        with pytest.raises(ServiceBusServerBusyError):
            await sender.send_messages(ServiceBusMessage("a"))
        assert bodies(bus) == [b"a"]

        bus.faults.add({"lose_lock": True, "times": 1})
        message = await one(receiver)
        with pytest.raises(MessageLockLostError):
            await receiver.complete_message(message)
        again = await one(receiver)
        assert again.delivery_count == 1

        bus.faults.add({"server_busy": True, "match": {"on": "manage"}, "times": 1})
        with pytest.raises(ServiceBusServerBusyError):
            await receiver.renew_message_lock(again)
        await receiver.complete_message(again)

        bus.faults.add({"duplicate": True})
        await sender.send_messages(ServiceBusMessage("b"))
        await receiver.complete_message(await one(receiver))
        again = await one(receiver)
        assert again.delivery_count == 1
        await receiver.complete_message(again)
        assert bodies(bus) == []

        bus.faults.add({"detach": True, "match": {"on": "send"}, "times": 1})
        with pytest.raises(ServiceBusConnectionError):
            await sender.send_messages(ServiceBusMessage("c"))
        await sender.send_messages(ServiceBusMessage("c"))
        assert bodies(bus) == [b"c"]

    with_client(story)


@pytest.mark.parametrize(("after_commit", "kept"), [(False, []), (True, [b"a"])])
def test_a_connection_dropped_on_send_leaves_the_message_out_or_in(after_commit, kept):
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        bus.faults.add({"drop": True, "after_commit": after_commit})
        client.transfer(b"a")
        assert await client.is_hung_up()
        assert bodies(bus) == kept

    with_bus(story)


def test_a_connection_dropped_on_settlement_leaves_the_message_locked():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.transfer(b"a", settled=True)
        await client.attach_receiver(credit=1)
        await client.next(Transfer)
        bus.faults.add({"drop": True})
        client.send(Disposition(True, 0, 0, False, Accepted()))
        assert await client.is_hung_up()
        assert queue_of(bus).counts()["locked"] == 1

    with_bus(story)


@pytest.mark.parametrize("fault", [{"drop": True}, {"detach": "amqp:internal-error"}])
def test_a_message_on_its_way_when_the_line_broke_stays_locked(fault):
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.transfer(b"a", settled=True)
        bus.faults.add({**fault, "match": {"on": "deliver"}})
        await client.attach_receiver(credit=1)
        if "drop" in fault:
            assert await client.is_hung_up()
        else:
            assert (await client.next(Detach)).error.condition == "amqp:internal-error"
        assert queue_of(bus).counts()["locked"] == 1

    with_bus(story)


def test_a_duplicate_on_send_is_kept_twice_in_spite_of_its_id():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        bus.faults.add({"duplicate": True, "match": {"on": "send"}})
        client.transfer(b"a")
        await client.next(Disposition)
        assert bodies(bus) == [b"a", b"a"]

    with_bus(story)


def test_a_delay_lets_others_go_first():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        bus.faults.add({"delay_ms": 50, "match": {"on": "send", "nth": 1}})
        client.transfer(b"slow", b"quick")
        assert [(await client.next(Disposition)).first for _ in range(2)] == [1, 0]
        assert bodies(bus) == [b"quick", b"slow"]
        bus.faults.add({"delay_ms": 50, "match": {"on": "deliver", "nth": 1}})
        await client.attach_receiver(credit=2)
        payloads = [(await client.next_frame(Transfer)).payload for _ in range(2)]
        assert [payload[-5:] for payload in payloads] == [b"\x04slow", b"quick"]

    with_bus(story)


def test_a_lock_lost_on_delivery_gives_the_message_to_two():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.transfer(b"a", settled=True)
        bus.faults.add({"lose_lock": True, "match": {"on": "deliver", "nth": 1}})
        await client.attach_receiver(credit=2)
        for _ in range(2):
            await client.next(Transfer)
        client.send(Disposition(True, 0, 1, False, Accepted()))
        first, second = await client.next(Disposition), await client.next(Disposition)
        assert first.state.error.condition == "com.microsoft:message-lock-lost"
        assert (second.state, bodies(bus)) == (Accepted(), [])

    with_bus(story)


@pytest.mark.parametrize(
    ("fault", "condition"),
    [
        ({"server_busy": True}, "com.microsoft:server-busy"),
        ({"detach": "amqp:unauthorized-access"}, "amqp:unauthorized-access"),
    ],
)
def test_a_link_can_be_refused(fault, condition):
    async def story(bus):
        bus.faults.add({**fault, "match": {"on": "attach"}, "times": 1})
        client = await RawClient.begun(bus)
        await client.attach_sender()
        assert (await client.next(Detach)).error.condition == condition
        assert (await client.attach_sender()).target is not None

    with_bus(story)


def test_a_connection_can_be_dropped_on_attach():
    async def story(bus):
        bus.faults.add({"drop": True, "match": {"on": "attach"}})
        client = await RawClient.begun(bus)
        with pytest.raises(ConnectionError):
            await client.attach_sender()

    with_bus(story)
