"""AMQP values against bytes that are written down in, or follow by hand from, the specification (part 1)."""

from uuid import UUID

import pytest

from sandbox.bus.amqp.decoder import decode, skip
from sandbox.bus.amqp.encoder import encode
from sandbox.bus.amqp.types import (
    Array,
    Byte,
    Char,
    Decimal,
    DecodeError,
    Described,
    Float32,
    Int,
    Long,
    Short,
    Symbol,
    Timestamp,
    UByte,
    UInt,
    ULong,
    UShort,
)

AN_ID = UUID("00112233-4455-6677-8899-aabbccddeeff")

BOTH_WAYS = [
    (None, "40"),
    (True, "41"),
    (False, "42"),
    (UByte(255), "50ff"),
    (UShort(258), "600102"),
    (UInt(0), "43"),
    (UInt(255), "52ff"),
    (UInt(256), "7000000100"),
    (ULong(0), "44"),
    (ULong(16), "5310"),
    (ULong(2**64 - 1), "80ffffffffffffffff"),
    (Byte(-1), "51ff"),
    (Short(-2), "61fffe"),
    (Int(-128), "5480"),
    (Int(128), "7100000080"),
    (Long(127), "557f"),
    (Long(-129), "81ffffffffffffff7f"),
    (Float32(1.5), "723fc00000"),
    (1.5, "823ff8000000000000"),
    (Decimal(b"\x01\x02\x03\x04"), "7401020304"),
    (Char("€"), "73000020ac"),
    (Timestamp(1_311_704_463_521), "830000013167adb8a1"),  # the specification's example: 2011-07-26T18:21:03.521Z
    (AN_ID, "9800112233445566778899aabbccddeeff"),
    (b"\x00\xff", "a00200ff"),
    (b"x" * 256, "b000000100" + "78" * 256),
    ("é", "a102c3a9"),
    ("x" * 256, "b100000100" + "78" * 256),
    (Symbol("amqp:not-found"), "a30e" + b"amqp:not-found".hex()),
    ([], "45"),
    ([UInt(1), None], "c004025201" + "40"),
    ({"a": Long(1)}, "c10602a10161" + "5501"),
    (Array([Long(1), Long(-1)]), "f0000000150000000281" + "0000000000000001" + "ffffffffffffffff"),
    (Described(ULong(0x24), []), "00532445"),
]


@pytest.mark.parametrize(("value", "data"), BOTH_WAYS, ids=repr)
def test_a_value_and_its_bytes_are_the_same_thing(value, data):
    assert encode(value).hex() == data
    decoded, end = decode(bytes.fromhex(data))
    assert (decoded, type(decoded), end) == (value, type(value), len(data) // 2)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("5601", True),
        ("7000000001", UInt(1)),
        ("800000000000000001", ULong(1)),
        ("d00000000500000001" + "41", [True]),
        ("d10000000900000002" + "a10161" + "5501", {"a": Long(1)}),
        ("e0020040", Array()),
    ],
)
def test_longer_forms_than_needed_are_read_too(data, value):
    assert decode(bytes.fromhex(data)) == (value, len(data) // 2)


def test_the_described_url_of_the_specification_is_read():
    data = b"\x00\xa1\x03URL\xa1\x1ehttp://example.org/hello-world"
    assert decode(data) == (Described("URL", "http://example.org/hello-world"), len(data))


def test_the_book_of_the_specification_is_read():
    authors = b"\xe0\x25\x02\xa1\x0eRob J. Godfrey\x13Rafael H. Schloming"
    data = b"\x00\xa3\x11example:book:list\xc0\x40\x03\xa1\x15AMQP for & by Dummies" + authors + b"\x40"
    book = Described(
        "example:book:list", ["AMQP for & by Dummies", Array(["Rob J. Godfrey", "Rafael H. Schloming"]), None]
    )
    assert decode(data) == (book, len(data))


@pytest.mark.parametrize("case", BOTH_WAYS, ids=repr)
def test_skipping_a_value_ends_where_reading_it_ends(case):
    data = bytes.fromhex(case[1]) + b"rest"
    assert skip(data, 0) == decode(data)[1]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "70000000",  # cut off in the middle
        "a005616263",  # says five bytes, has three
        "a1" + "02c328",  # not UTF-8
        "a301e9",  # not ASCII
        "c0060252015201",  # says it is longer than it is
        "c0040152ff41",  # ends before its size says
        "c10301" + "5201",  # a key without a value
        "c1050245" + "4100",  # a list as a key
        "3f",  # no such constructor
        "f0000000090000ffff" + "f0",  # an array of a constructor that is none
        "f000000005ffffffff40",  # four billion nulls in ten bytes
        "00" * 5_000,  # descriptors of descriptors
        "7300ffffff",  # beyond Unicode
    ],
)
def test_bytes_that_are_not_amqp_are_refused(data):
    with pytest.raises(DecodeError):
        decode(bytes.fromhex(data))


@pytest.mark.parametrize("data", ["", "b000000010", "a0", "00532f", "3f", "00" * 5_000])
def test_skipping_bytes_that_are_not_amqp_is_refused(data):
    with pytest.raises(DecodeError):
        skip(bytes.fromhex(data), 0)


def test_a_value_without_an_amqp_form_is_refused():
    with pytest.raises(TypeError, match="object has no AMQP form"):
        encode(object())
