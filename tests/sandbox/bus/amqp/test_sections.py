"""Messages: what is read out of them, and that everything else stays byte for byte."""

from uuid import UUID

import pytest

from sandbox.bus.amqp.decoder import decode
from sandbox.bus.amqp.encoder import encode, encode_described, encode_map
from sandbox.bus.amqp.sections import (
    Message,
    annotations_section,
    application_properties_section,
    properties_section,
    read_batch,
    read_message,
    value_section,
    write_message,
)
from sandbox.bus.amqp.types import Decimal, DecodeError, Described, Symbol, Timestamp, UByte, UInt

DATA = encode_described(0x75, encode(b"hello"))


def test_every_section_is_found():
    sent = (
        encode_described(0x70, encode([True, UByte(7), UInt(5_000)]))
        + encode_described(0x71, encode({Symbol("hop"): 1}))
        + encode_described(0x72, encode({Symbol("x-opt-a"): Timestamp(5)}))
        + properties_section(message_id="one")
        + encode_described(0x74, encode({"k": Decimal(b"abcd")}))
        + DATA
    )
    message = read_message(sent)
    assert (message.durable, message.priority, message.ttl_ms) == (True, 7, 5_000)
    assert message.named_annotations() == {"x-opt-a": 5}
    assert message.message_id == "one"
    assert message.named_application_properties() == {"k": b"abcd"}
    assert message.data() == b"hello"


def test_properties_and_body_are_delivered_byte_for_byte():
    properties = properties_section(message_id=UUID(int=1), correlation_id=Decimal(b"abcd"))
    application = encode_described(0x74, bytes.fromhex("d10000000900000002a10161") + b"\x55\x01")
    footer = encode_described(0x78, encode({Symbol("f"): 1}))
    written = write_message(read_message(properties + application + DATA + DATA + footer), delivery_count=3)
    assert written.endswith(properties + application + DATA + DATA + footer)
    assert read_message(written).data() == b"hellohello"


def test_the_header_says_how_many_deliveries_failed():
    header, _ = decode(write_message(Message(durable=True, ttl_ms=9, body=DATA), delivery_count=3))
    assert header == Described(0x70, [True, None, 9, None, 3])


def test_a_body_without_data_sections_is_shown_as_it_came():
    assert read_message(value_section({"a": 1})).data() == value_section({"a": 1})
    assert read_message(value_section("x")).value() == "x"


def test_properties_are_added_behind_those_that_came_and_replace_their_like():
    came = encode_described(0x74, bytes.fromhex("c11304a10161") + b"\x74abcd" + encode("Reason") + encode(1))
    added = application_properties_section({"Reason": "new"}, onto=came)
    assert b"\xa1\x01a\x74abcd" in added
    assert Message(application_properties=added).named_application_properties() == {"a": b"abcd", "Reason": "new"}


def test_an_empty_map_of_properties_can_be_added_to():
    empty = encode_described(0x74, encode({}))
    added = application_properties_section({"a": "b"}, onto=empty)
    assert Message(application_properties=added).named_application_properties() == {"a": "b"}


def test_annotations_of_any_kind_stay_and_ours_take_the_place_of_forged_ones():
    odd = encode_map([encode(Symbol("odd")), b"\xe0\x04\x02\x56\x01\x00", encode(Symbol("ours")), encode("forged")])
    section = annotations_section({Symbol("ours"): 1}, onto=encode_described(0x72, odd), without={"ours"})
    assert b"\xe0\x04\x02\x56\x01\x00" in section
    assert Message(annotations=section).named_annotations() == {"odd": [True, False], "ours": 1}


def test_a_batch_is_a_message_per_data_section():
    batch = b"".join(encode_described(0x75, encode(properties_section(message_id=id) + DATA)) for id in ("a", "b"))
    assert [message.message_id for message in read_batch(batch)] == ["a", "b"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        DATA[:-1],
        b"\x00\x53\x10\x45",  # not a section
        b"\x00\xa1\x01x\x45",  # a name instead of a number
        b"\x00\x53\x70\xa0\x01a",  # a header that is no list
        b"\x00\x53\x75\xa1\x01a",  # data that is text
        encode_described(0x70, encode([True, "high"])),
        encode_described(0x70, encode([True, None, -5])),
        encode_described(0x73, encode([["an", "id"]])),
        encode_described(0x74, b"\xc1\x05\x02\x45\x40"),  # a list as a key
    ],
)
def test_what_is_not_a_message_is_refused(data):
    with pytest.raises(DecodeError):
        read_message(data)
