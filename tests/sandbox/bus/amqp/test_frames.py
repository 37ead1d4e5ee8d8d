"""Frames against bytes written by hand from the specification (part 2), however the socket cuts them."""

import random

import pytest

from sandbox.bus.amqp.frames import AMQP_HEADER, HEARTBEAT, SASL, Frame, FrameReader, ProtocolHeader, encode_frame
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
    SaslOutcome,
    Source,
    Target,
    Transfer,
)
from sandbox.bus.amqp.types import AmqpError, DecodeError, ULong

BYTES = [
    (0, Close(), "0000000f 02 00 0000 005318 c00201 40"),
    (1, End(), "0000000f 02 00 0001 005317 c00201 40"),
    (1, Detach(handle=2, closed=True), "00000012 02 00 0001 005316 c00503 5202 41 40"),
    (0, Begin(0, 1, 2, 3), "0000001b 02 00 0000 005311 c00e08 600000 5201 5202 5203 40404040"),
    (
        1,
        Disposition(role=True, first=0, last=0, settled=True, state=Accepted()),
        "00000017 02 00 0001 005315 c00a06 41 43 43 41 00532445 40",
    ),
]


@pytest.mark.parametrize(("channel", "performative", "data"), BYTES, ids=lambda one: type(one).__name__)
def test_a_performative_is_sent_with_every_field(channel, performative, data):
    assert encode_frame(channel, performative) == bytes.fromhex(data)


@pytest.mark.parametrize(
    ("performative", "fields"),
    [(Open(), 10), (Begin(), 8), (Attach(), 14), (Flow(), 11), (Transfer(), 11), (Disposition(), 6), (Detach(), 3)],
    ids=lambda one: type(one).__name__,
)
def test_trailing_nulls_are_sent_for_clients_that_count_fields(performative, fields):
    assert encode_frame(0, performative)[13] == fields


def test_fields_that_a_client_leaves_out_are_null():
    (frame,) = FrameReader(max_frame_size=512).feed(bytes.fromhex("0000000f 02 00 0000 005313 c00201 43"))
    assert frame.performative == Flow(next_incoming_id=0)


def test_addresses_errors_and_outcomes_inside_a_performative_keep_their_meaning():
    attach = Attach("link", 0, True, source=Source("scans"), target=Target("x"), max_message_size=ULong(5))
    rejected = Disposition(True, 1, 2, True, Rejected(Error("com.microsoft:dead-letter", None, {"Reason": "x"})))
    for sent in (attach, rejected):
        (frame,) = FrameReader(max_frame_size=512).feed(encode_frame(3, sent))
        assert (frame.channel, frame.performative) == (3, sent)


def test_frames_come_out_whole_however_the_socket_cuts_them():
    stream = AMQP_HEADER + HEARTBEAT + encode_frame(5, Transfer(handle=1), b"payload") + encode_frame(0, Close())
    expected = [
        ProtocolHeader(AMQP_HEADER),
        Frame(0, 0, None),
        Frame(0, 5, Transfer(handle=1), b"payload"),
        Frame(0, 0, Close()),
    ]
    for size in (1, 3, 7, 11, len(stream)):
        reader = FrameReader(max_frame_size=512)
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert [item for piece in pieces for item in reader.feed(piece)] == expected


def test_a_body_that_begins_later_is_found():
    data = bytes.fromhex("00000013 03 01 0000 ffffffff 005344 c0030150") + b"\x00"
    (frame,) = FrameReader(max_frame_size=512).feed(data[:3] + bytes([len(data)]) + data[4:])
    assert frame == Frame(SASL, 0, SaslOutcome(0))


@pytest.mark.parametrize(
    "head", ["00000201 02 00 0000", "00000007 02 00 0000", "00000010 01 00 0000", "00000008 03 00 0000"]
)
def test_a_frame_of_an_impossible_size_is_refused(head):
    with pytest.raises(AmqpError, match="framing-error"):
        list(FrameReader(max_frame_size=512).feed(bytes.fromhex(head)))


@pytest.mark.parametrize("body", ["005310", "a10161", "005370c00101", "005318 c00302 4040"])
def test_a_frame_that_holds_no_performative_is_refused(body):
    data = bytes.fromhex(body)
    with pytest.raises(DecodeError):
        list(FrameReader(max_frame_size=512).feed(bytes([0, 0, 0, 8 + len(data), 2, 0, 0, 0]) + data))


def test_damaged_frames_give_a_frame_or_an_amqp_error_and_nothing_else():
    dice = random.Random(1)
    whole = encode_frame(1, Attach("link", 0, True, source=Source("scans"), target=Target("x"), properties={"a": 1}))
    for _ in range(3_000):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            damaged[dice.randrange(8, len(damaged))] = dice.randrange(256)
        try:
            list(FrameReader(max_frame_size=512).feed(bytes(damaged)))
        except AmqpError:
            continue
