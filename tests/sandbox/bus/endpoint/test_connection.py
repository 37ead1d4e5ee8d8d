"""Clients that break rules lose their own connection; everybody else goes on."""

import asyncio
import random

import pytest

from sandbox.bus import serve
from sandbox.bus.amqp.frames import AMQP_HEADER, HEARTBEAT, SASL, SASL_HEADER, Frame, ProtocolHeader, encode_frame
from sandbox.bus.amqp.performatives import (
    Accepted,
    Attach,
    Begin,
    Close,
    Detach,
    Disposition,
    End,
    Error,
    Flow,
    Open,
    Rejected,
    SaslInit,
    SaslMechanisms,
    SaslOutcome,
    Source,
    Target,
    Transfer,
)
from tests.sandbox.bus.raw_client import RawClient, bodies, with_bus

pytestmark = pytest.mark.timeout(30)


def test_everything_up_to_the_link_may_be_said_in_one_breath():
    async def story(bus):
        client = await RawClient.connected(bus)
        client.write(SASL_HEADER + encode_frame(0, SaslInit("ANONYMOUS"), type=SASL) + AMQP_HEADER)
        client.send(Open("raw"))
        client.send(Begin(next_outgoing_id=0, incoming_window=10, outgoing_window=10), channel=1)
        assert await client.next_item() == ProtocolHeader(SASL_HEADER)
        assert "ANONYMOUS" in (await client.next(SaslMechanisms)).sasl_server_mechanisms
        assert (await client.next(SaslOutcome)).code == 0
        assert await client.next_item() == ProtocolHeader(AMQP_HEADER)
        assert (await client.next(Open)).max_frame_size == 65_536
        begun = await client.next_frame(Begin)
        assert (begun.channel, begun.performative.remote_channel) == (1, 1)

    with_bus(story)


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"AMQP\x01\x01\x00\x00",  # TLS is not spoken
        AMQP_HEADER + b"\xff\xff\xff\xff\x02\x00\x00\x00",
        AMQP_HEADER + b"\x00\x00\x00\x0d\x02\x00\x00\x00\x00\x53\x10\xc0\x7f",
        AMQP_HEADER + b"\x00\x00\x00\x0c\x02\x00\x00\x00\x00\x53\x99\x45",
    ],
)
def test_what_is_not_amqp_is_hung_up_on(garbage):
    async def story(bus):
        client = await RawClient.connected(bus)
        client.write(garbage)
        assert await client.is_hung_up()

    with_bus(story)


def test_a_client_is_told_what_it_did_wrong():
    async def story(bus):
        client = await RawClient.begun(bus)
        client.write(b"\x00\x00\x00\x0d\x02\x00\x00\x00\x00\x53\x10\xc0\x7f")
        assert (await client.next(Close)).error.condition == "amqp:decode-error"
        assert await client.is_hung_up()

    with_bus(story)


def test_a_broken_client_disturbs_nobody(caplog):
    async def story(bus):
        decent = await RawClient.begun(bus)
        await decent.attach_sender()
        dice = random.Random(3)
        whole = b"".join(
            encode_frame(0, performative)
            for performative in (
                Attach("x", 0, True, 0, 1, Source("scans", filter={"a": 1}), Target("me")),
                Flow(0, 100, 0, 100, 0, 0, 1),
                Attach("y", 1, False, 0, 1, Source("me"), Target("amqps://host/scans/$management")),
                Transfer(1, 0, b"t", 0),
                Disposition(True, 0, 0, False, Rejected(Error("x", "y", {"a": 1}))),
                Detach(1, True),
            )
        )
        for _ in range(150):
            broken = await RawClient.begun(bus)
            damaged = bytearray(whole)
            for _ in range(5):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            broken.write(bytes(damaged))
            broken._writer.close()
        decent.transfer(b"still here")
        assert (await decent.next(Disposition)).state == Accepted()
        assert bodies(bus) == [b"still here"]

    with_bus(story)
    assert [record.message for record in caplog.records if record.name == "asyncio"] == []


def test_frames_for_a_session_that_ended_are_ignored():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.send(End())
        client.transfer(b"too late")
        client.send(Flow(incoming_window=1, handle=0))
        client.send(Detach(0, True))
        client.send(Begin(next_outgoing_id=0, incoming_window=1, outgoing_window=1))
        assert isinstance(await client.next(End), End)
        assert isinstance((await client.next_item()).performative, Begin)
        assert bodies(bus) == []

    with_bus(story)


def test_frames_for_a_link_that_is_gone_are_ignored():
    async def story(bus):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.send(Detach(0, True))
        client.transfer(b"too late")
        client.give_credit(5, handle=9)
        client.send(Detach(0, True))
        assert (await client.next(Detach)).closed
        assert (await client.nothing_comes(), bodies(bus)) == (True, [])

    with_bus(story)


def test_a_silent_bus_still_beats_for_a_client_that_hangs_up_on_silence():
    async def story(bus):
        client = await RawClient.begun(bus, idle_time_out=100)
        beats = [await client.next_item() for _ in range(3)]
        assert beats == [Frame(0, 0, None)] * 3
        client.write(HEARTBEAT)
        client.send(Close())
        assert isinstance(await client.next(Close), Close)

    with_bus(story)


@pytest.mark.parametrize("frame", [Begin(), Open(), Accepted()])
def test_a_frame_out_of_place_ends_the_connection_or_is_survived(frame):
    async def story(bus):
        client = await RawClient.begun(bus)
        client.send(frame)
        client.send(Close())
        assert await client.is_hung_up()
        assert await RawClient.begun(bus)

    with_bus(story)


def test_closing_the_bus_ends_every_connection():
    async def story(bus):
        client = await RawClient.begun(bus)
        await bus.close()
        assert await client.is_hung_up()
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", bus.port)

    with_bus(story)


def test_two_buses_in_one_process_share_nothing():
    async def story(bus):
        other = await serve(queues=["scans"])
        client = await RawClient.begun(other)
        await client.attach_sender()
        client.transfer(b"for the other")
        await client.next(Disposition)
        assert (bodies(bus), bodies(other)) == ([], [b"for the other"])
        await other.close()

    with_bus(story)


def test_transfers_before_any_link_are_ignored():
    async def story(bus):
        client = await RawClient.begun(bus)
        client.send(Transfer(7, 0, b"t", 0), b"x")
        client.send(Disposition(True, 0, 2**32 - 1, True, Accepted()))
        assert await client.nothing_comes()

    with_bus(story)
