"""Links that bring messages to a client: credit, decisions, and locks that end."""

import uuid

import pytest

from sandbox.bus.amqp.performatives import (
    Accepted,
    Detach,
    Disposition,
    Error,
    Flow,
    Modified,
    Rejected,
    Released,
    Transfer,
)
from sandbox.bus.amqp.sections import read_message
from sandbox.bus.amqp.types import Described, Symbol
from sandbox.bus.queues.message import Draft, State
from tests.sandbox.bus.raw_client import RawClient, bodies, message, queue_of, with_bus

pytestmark = pytest.mark.timeout(30)


def fill(bus, count=3, name="scans"):
    for number in range(count):
        queue_of(bus, name).send(Draft(read_message(message(str(number).encode()))), bus.broker.clock())


def test_nobody_gets_more_than_the_credit_given():
    async def story(bus):
        fill(bus)
        client = await RawClient.begun(bus)
        await client.attach_receiver(credit=2)
        got = [await client.next(Transfer) for _ in range(2)]
        assert await client.nothing_comes()
        client.give_credit(1, seen=2)
        got.append(await client.next(Transfer))
        assert [one.delivery_id for one in got] == [0, 1, 2]
        assert len({one.delivery_tag for one in got}) == 3

    with_bus(story)


def test_a_full_window_holds_frames_back():
    async def story(bus):
        fill(bus, 5)
        client = await RawClient.begun(bus, window=2)
        await client.attach_receiver()
        client.give_credit(5, window=2)
        got = [await client.next(Transfer) for _ in range(2)]
        assert await client.nothing_comes()
        client.send(Flow(next_incoming_id=2, incoming_window=3, next_outgoing_id=0, outgoing_window=9))
        got += [await client.next(Transfer) for _ in range(3)]
        assert [one.delivery_id for one in got] == [0, 1, 2, 3, 4]

    with_bus(story)


def test_a_large_message_fits_the_frames_of_a_client_with_small_ones():
    async def story(bus):
        queue_of(bus).send(Draft(read_message(message(b"x" * 5_000))), bus.broker.clock())
        client = await RawClient.begun(bus, max_frame_size=1_000)
        await client.attach_receiver(credit=1)
        frames = [await client.next_frame(Transfer)]
        while frames[-1].performative.more:
            frames.append(await client.next_frame(Transfer))
        assert len(frames) > 5 and all(len(frame.payload) < 1_000 for frame in frames)
        assert [frame.performative.delivery_id for frame in frames] == [0] + [None] * (len(frames) - 1)
        assert read_message(b"".join(frame.payload for frame in frames)).data() == b"x" * 5_000

    with_bus(story)


def test_draining_gives_what_there_is_and_takes_the_rest_of_the_credit():
    async def story(bus):
        fill(bus, 1)
        client = await RawClient.begun(bus)
        await client.attach_receiver()
        client.give_credit(5, drain=True)
        assert await client.next(Transfer)
        drained = await client.next(Flow)
        assert (drained.link_credit, drained.delivery_count, drained.drain) == (0, 5, True)
        fill(bus, 1)
        assert await client.nothing_comes()

    with_bus(story)


def test_a_client_that_asks_for_our_state_gets_it():
    async def story(bus):
        client = await RawClient.begun(bus)
        client.send(Flow(next_incoming_id=0, incoming_window=1, next_outgoing_id=0, outgoing_window=1, echo=True))
        assert (await client.next(Flow)).handle is None
        await client.attach_receiver()
        client.give_credit(7, echo=True)
        assert (await client.next(Flow)).link_credit == 7

    with_bus(story)


DEAD = Rejected(Error("com.microsoft:dead-letter", None, {Symbol("DeadLetterReason"): "why"}))


@pytest.mark.parametrize(
    ("decision", "answer", "left", "dead"),
    [
        (Accepted(), Accepted(), [], []),
        (Released(), Released(), [(b"0", 0, State.ACTIVE)], []),
        (Modified(True, False), Modified(True, False), [(b"0", 1, State.ACTIVE)], []),
        (Modified(True, True), Modified(True, True), [(b"0", 1, State.DEFERRED)], []),
        (DEAD, Rejected(), [], [b"0"]),
        (Rejected(), Rejected(), [], [b"0"]),
    ],
    ids=["accepted", "released", "modified", "undeliverable here", "dead letter", "rejected without a reason"],
)
def test_a_decision_is_done_and_echoed(decision, answer, left, dead):
    async def story(bus):
        fill(bus, 1)
        client = await RawClient.begun(bus)
        await client.attach_receiver(credit=1)
        await client.next(Transfer)
        client.send(Disposition(True, 0, 0, False, decision))
        answered = await client.next(Disposition)
        assert (answered.role, answered.settled, answered.state) == (False, True, answer)
        states = [(one.draft.content.data(), one.delivery_count, one.state) for one in queue_of(bus).peek()]
        assert (states, bodies(bus, dead=True)) == (left, dead)

    with_bus(story)


def test_one_decision_may_be_about_many_messages():
    async def story(bus):
        fill(bus, 5)
        client = await RawClient.begun(bus)
        await client.attach_receiver(credit=5)
        for _ in range(5):
            await client.next(Transfer)
        client.send(Disposition(True, 1, 2, False, Accepted()))
        assert [(await client.next(Disposition)).first for _ in range(2)] == [1, 2]
        client.send(Disposition(True, 0, 2**32 - 1, True, Accepted()))
        assert await client.nothing_comes()
        assert bodies(bus) == []

    with_bus(story)


def test_a_decision_after_the_lock_is_refused():
    async def story(bus):
        fill(bus, 1)
        client = await RawClient.begun(bus)
        await client.attach_receiver(credit=1)
        tag = (await client.next(Transfer)).delivery_tag
        queue_of(bus).lose_lock(uuid.UUID(bytes_le=tag), bus.broker.clock())
        client.send(Disposition(True, 0, 0, False, Accepted()))
        assert (await client.next(Disposition)).state.error.condition == "com.microsoft:message-lock-lost"

    with_bus(story)


def test_an_outcome_that_is_none_is_refused():
    async def story(bus):
        fill(bus, 1)
        client = await RawClient.begun(bus)
        await client.attach_receiver(credit=1)
        await client.next(Transfer)
        client.send(Disposition(True, 0, 0, False, Described(0x34, [b"txn"])))
        assert (await client.next(Disposition)).state.error.condition == "amqp:not-implemented"

    with_bus(story)


@pytest.mark.parametrize("leave", ["detach", "drop"])
@pytest.mark.parametrize(("quick", "free"), [(False, []), (True, [b"0"])])
def test_who_leaves_keeps_the_locks_until_they_end_unless_asked_otherwise(leave, quick, free):
    async def story(bus):
        fill(bus, 1)
        client = await RawClient.begun(bus)
        await client.attach_receiver(credit=1)
        await client.next(Transfer)
        if leave == "detach":
            client.send(Detach(1, True))
            await client.next(Detach)
        else:
            for connection in list(bus.connections):
                connection.drop()
            await client.is_hung_up()
        messages = queue_of(bus).peek()
        assert [one.draft.content.data() for one in messages if one.lock_token is None] == free
        assert {one.delivery_count for one in messages} == {0}

    with_bus(story, quick_redelivery=quick)


def test_a_lock_that_ends_gives_the_message_to_the_next_who_waits():
    async def story(bus):
        fill(bus, 1, "brief")
        client = await RawClient.begun(bus)
        await client.attach_receiver("brief", credit=1)
        await client.next(Transfer)
        await client.attach_receiver("brief", handle=2, credit=1)
        again = await client.next_frame(Transfer)
        assert again.performative.handle == 2
        queue_of(bus, "brief").purge()

    with_bus(story)
