"""The bytes of a query go in; the bytes of its answer and how long they take come out.

An answer is built once and kept under the query's bytes without their id, so that a known question costs one look-up.
"""

import struct
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.message
from dns.opcode import QUERY
from dns.rcode import FORMERR, NOERROR, NOTIMP, NXDOMAIN, REFUSED, SERVFAIL, Rcode
from dns.rdataclass import IN

from sandbox.dns.zone import Found, Outcome, Zone

SMALLEST_LIMIT = 512
"""Bytes of an answer over UDP without EDNS (RFC 1035 section 4.2.1)."""

LARGEST_LIMIT = 4096
"""Bytes that we send over UDP at most, whatever a client allows."""

OUR_PAYLOAD = 1232
LARGEST_MESSAGE = 65_535
MOST_KEPT = 50_000
_HEADER = 12
_RCODES = {
    Outcome.NXDOMAIN: NXDOMAIN,
    Outcome.SERVFAIL: SERVFAIL,
    Outcome.REFUSED: REFUSED,
}


class Answer(NamedTuple):
    """`wire` None: nothing is sent, ever. `delay` in seconds."""

    wire: bytes | None
    delay: float = 0.0


class Answers:
    """Answers of one zone."""

    def __init__(self, zone: Zone, *, latency: float = 0.0) -> None:
        self._zone = zone
        self._latency = latency
        self._kept: dict[tuple[bytes, bool], Answer] = {}

    def to(self, query: bytes, *, udp: bool) -> Answer:
        """The answer to a query as it came from the network, whatever it holds."""
        key = (query[2:], udp)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._build(query, udp=udp)
            if len(self._kept) < MOST_KEPT:
                self._kept[key] = kept
        return kept if kept.wire is None else Answer(query[:2] + kept.wire[2:], kept.delay)

    def _build(self, wire: bytes, *, udp: bool) -> Answer:
        if len(wire) < _HEADER or wire[2] & 0x80:
            return Answer(None)  # an answer to an answer would go to and fro for ever
        if (wire[2] >> 3) & 0xF != QUERY:
            return Answer(_bare(wire, NOTIMP), self._latency)
        try:
            query = dns.message.from_wire(wire, ignore_trailing=True)
        except dns.exception.DNSException:
            return Answer(_bare(wire, FORMERR), self._latency)
        if len(query.question) != 1:
            return Answer(_bare(wire, FORMERR), self._latency)
        question = query.question[0]
        found = Found(Outcome.REFUSED)
        if question.rdclass == IN:
            found = self._zone.find(question.name.canonicalize(), question.rdtype)
        delay = self._latency + found.delay
        return Answer(None if found.outcome is Outcome.TIMEOUT else _rendered(query, found, udp=udp), delay)


def _rendered(query: dns.message.Message, found: Found, *, udp: bool) -> bytes:
    response = dns.message.make_response(query, recursion_available=True, our_payload=OUR_PAYLOAD)
    response.set_rcode(_RCODES.get(found.outcome, NOERROR))
    if not (udp and found.truncated):
        if found.outcome not in (Outcome.SERVFAIL, Outcome.REFUSED):
            response.answer, response.authority = found.answer, found.authority
        limit = min(max(SMALLEST_LIMIT, query.payload), LARGEST_LIMIT) if udp else LARGEST_MESSAGE
        try:
            return response.to_wire(max_size=limit, want_shuffle=False)
        except dns.exception.TooBig:
            response.answer, response.authority = [], []
    response.flags |= dns.flags.TC
    return response.to_wire()


def _bare(wire: bytes, rcode: Rcode) -> bytes:
    """A header alone, for a query that nobody can read."""
    flags = 0x8000 | (wire[2] & 0x79) << 8 | rcode
    return wire[:2] + struct.pack("!5H", flags, 0, 0, 0, 0)
