"""Links by which a client sends, frame by frame: credit, pieces, settlement, refusals, addresses."""

import pytest

from sandbox.bus.amqp.performatives import (
    Accepted,
    Attach,
    Close,
    Detach,
    Disposition,
    Flow,
    Source,
    Target,
    Transfer,
)
from sandbox.bus.amqp.types import Described
from sandbox.bus.queues.message import QueueProperties
from tests.sandbox.bus.raw_client import RawClient, bodies, message, with_bus

pytestmark = pytest.mark.timeout(30)


def test_a_sender_is_given_credit_and_more_of_it_in_time():
    async def story(bus):
        client = await RawClient.begun(bus)
        attached = await client.attach_sender()
        assert (attached.role, attached.max_message_size, attached.target.address) == (True, 262_144, "scans")
        assert (await client.next(Flow)).link_credit == 1_000
        client.transfer(*[b"x"] * 501, settled=True)
        topped_up = await client.next(Flow)
        assert (topped_up.delivery_count, topped_up.link_credit) == (501, 1_000)

    with_bus(story)


def test_messages_sent_as_settled_get_no_answer():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        await client.next(Flow)
        client.transfer(b"a", settled=True)
        assert (await client.nothing_comes(), bodies(bus)) == (True, [b"a"])

    with_bus(story)


def test_a_message_in_pieces_is_put_together_and_an_aborted_one_forgotten():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        data = message(b"whole")
        client.send(Transfer(0, 0, b"t", 0, more=True), data[:4])
        client.send(Transfer(0, more=True), data[4:7])
        client.send(Transfer(0), data[7:])
        client.send(Transfer(0, 1, b"u", 0, more=True), data[:4])
        client.send(Transfer(0, aborted=True))
        client.transfer(b"next", first_id=2)
        answered = [await client.next(Disposition) for _ in range(2)]
        assert [(one.first, one.state) for one in answered] == [(0, Accepted()), (2, Accepted())]
        assert bodies(bus) == [b"whole", b"next"]

    with_bus(story)


def test_a_message_that_is_too_large_is_refused_and_the_link_lives_on():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender("small")
        client.transfer(b"x" * 200, b"y")
        refused, accepted = await client.next(Disposition), await client.next(Disposition)
        assert refused.state.error.condition == "amqp:link:message-size-exceeded"
        assert (accepted.state, bodies(bus, "small")) == (Accepted(), [b"y"])

    with_bus(story, queues=[QueueProperties("small", max_message_bytes=100)])


def test_what_is_not_a_message_is_refused_and_the_link_lives_on():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.send(Transfer(0, 0, b"t", 0), b"garbage")
        client.transfer(b"good", first_id=1)
        assert (await client.next(Disposition)).state.error.condition == "amqp:decode-error"
        assert (await client.next(Disposition)).state == Accepted()

    with_bus(story)


REFUSED = [
    (Attach("x", 0, False, target=Target("nowhere")), "amqp:not-found"),
    (Attach("x", 0, True, source=Source("nowhere")), "amqp:not-found"),
    (Attach("x", 0, True, source=Source("nowhere/$management")), "amqp:not-found"),
    (Attach("x", 0, False, target=Target("scans/$DeadLetterQueue")), "amqp:not-allowed"),
    (Attach("x", 0, False, target=Described(0x30, [])), "amqp:not-implemented"),
    (
        Attach("x", 0, True, source=Source("scans", filter={"com.microsoft:session-filter": None})),
        "amqp:not-implemented",
    ),
    (Attach("x", 0, False), "amqp:invalid-field"),
    (Attach("x", 0, True, source=Source(5)), "amqp:invalid-field"),
]


@pytest.mark.parametrize(("attach", "condition"), REFUSED, ids=[condition for _, condition in REFUSED])
def test_a_link_that_cannot_be_is_refused_with_our_end_empty(attach, condition):
    async def story(bus):
        client = await RawClient.begun(bus)
        client.send(attach)
        answer, detach = await client.next(Attach), await client.next(Detach)
        assert (answer.source if attach.role else answer.target) is None
        assert (detach.closed, detach.error.condition) == (True, condition)

    with_bus(story)


def test_a_handle_is_given_once():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.send(Attach("other", 0, False, target=Target("scans")))
        assert (await client.next(Close)).error.condition == "amqp:session:handle-in-use"

    with_bus(story)


@pytest.mark.parametrize(
    "address",
    ["scans", "SCANS", "/scans", "amqps://127.0.0.1:5672/scans", "sb://name.example/Scans", "amqp://h/sc%61ns"],
)
def test_an_address_may_be_written_in_many_ways(address):
    async def story(bus):
        client = await RawClient.begun(bus)
        assert (await client.attach_sender(address)).target.address == address

    with_bus(story)
