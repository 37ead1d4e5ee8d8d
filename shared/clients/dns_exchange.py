"""The bytes of one DNS question in, the bytes of its answer out: over UDP, and over TCP when the answer was cut.

Each question has a socket of its own, so that a forger has to guess the port as well as the id (RFC 5452). Written by
hand because a scan asks dozens of questions, most of them in vain, and messages as objects cost more than all the rest.
"""

import asyncio
import secrets
import socket
import struct

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
"""What follows the name of a record: type, class, TTL, length."""
_RECURSION_DESIRED = 0x0100
_TRUNCATED = 0x0200
_IN = 1
_SOA = 6
_OPT = struct.pack("!BHHIH", 0, 41, 1232, 0, 0)
"""EDNS (RFC 6891): answers of up to 1232 bytes over UDP, the size of DNS flag day 2020."""
_LONGEST_NAME = 255
_LONGEST_ANSWER = 65_535


def query_bytes(name: str, rdtype: int) -> bytes | None:
    """A question with an id of its own; None for a name that cannot be."""
    encoded = bytearray()
    for label in name.split("."):
        if not label.isascii() or not 0 < len(label) < 64:
            return None
        encoded += bytes((len(label),)) + label.encode("ascii")
    if len(encoded) + 1 > _LONGEST_NAME:
        return None
    header = _HEADER.pack(secrets.randbits(16), _RECURSION_DESIRED, 1, 0, 0, 1)
    return b"".join((header, encoded, b"\0", struct.pack("!HH", rdtype, _IN), _OPT))


def answer_counts(wire: bytes) -> tuple[int, int]:
    """RCODE and number of records in the answer section."""
    _, flags, _, answers, _, _ = _HEADER.unpack_from(wire)
    return flags & 0xF, answers


def negative_ttl(wire: bytes) -> int | None:
    """Seconds for which an answer without records holds: the SOA's TTL or MINIMUM, the smaller one (RFC 2308 5).

    None when no SOA came along, or it cannot be read.
    """
    _, _, questions, _, authorities, _ = _HEADER.unpack_from(wire)
    at = _HEADER.size
    try:
        for _ in range(questions):
            at = _past_name(wire, at) + 4
        for _ in range(authorities):
            kind, _, ttl, size = _RECORD.unpack_from(wire, at := _past_name(wire, at))
            at += _RECORD.size + size
            if kind == _SOA:
                minimum = int.from_bytes(wire[at - 4 : at], "big")
                return min(int(ttl), minimum)
    except (struct.error, IndexError):
        return None
    return None


def _past_name(wire: bytes, at: int) -> int:
    """Where a name ends: after its root label, or after a pointer to the rest (RFC 1035 4.1.4)."""
    while size := wire[at]:
        if size >= 0xC0:
            return at + 2
        at += 1 + size
    return at + 1


async def exchange(query: bytes, address: str, port: int) -> bytes:
    """The answer to this question; whatever else arrives is passed over. Raises `OSError`; how long to wait is the
    caller's.
    """
    answer = await _over_udp(query, address, port)
    if _HEADER.unpack_from(answer)[1] & _TRUNCATED:
        answer = await _over_tcp(query, address, port)
    return answer


async def _over_udp(query: bytes, host: str, port: int) -> bytes:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.setblocking(False)
        udp.connect((host, port))  # from now on only that address is heard, and "nobody listens there" too
        udp.send(query)
        while True:
            answer = await loop.sock_recv(udp, _LONGEST_ANSWER)
            if _answers(answer, query):
                return answer


async def _over_tcp(query: bytes, host: str, port: int) -> bytes:
    """The same with a length in front (RFC 7766)."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(struct.pack("!H", len(query)) + query)
        size = int.from_bytes(await reader.readexactly(2), "big")
        answer = await reader.readexactly(size)
    except asyncio.IncompleteReadError:
        raise ConnectionResetError("the answer was cut off") from None
    finally:
        writer.close()
    if not _answers(answer, query):
        raise ConnectionAbortedError("an answer to something else")
    return answer


def _answers(answer: bytes, query: bytes) -> bool:
    """Whether id and question are those of the query (letter case aside) and it is an answer at all."""
    end = len(query) - len(_OPT)
    return (
        len(answer) >= end
        and answer[:2] == query[:2]
        and bool(answer[2] & 0x80)
        and answer[4:6] == query[4:6]
        and answer[12:end].lower() == query[12:end].lower()
    )
