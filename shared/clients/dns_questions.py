"""One DNS question in, one answer out: records, "no data", "no such name", or why nobody could say.

Asked over UDP, over TCP when the answer was cut, of the next resolver when one times out or fails; two rounds at most.
"""

import asyncio
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from shared.clients.dns_exchange import answer_counts, exchange, negative_ttl, query_bytes
from shared.rules.dns_answers import DnsAnswer, Outcome, Question
from shared.rules.moments import iso

MOST_IN_FLIGHT = 600
"""Datagrams; beyond that the default socket buffer drops answers, which would read as timeouts."""
_ROUNDS = 2
_NAME_HOLDS = 60.0
"""Seconds for which a resolver's name keeps its address."""

_TYPES = {"A": 1, "CNAME": 5, "MX": 15, "TXT": 16, "AAAA": 28, "DS": 43, "CAA": 257}
_NOERROR, _NXDOMAIN = 0, 3
_FAILURES: dict[int, Outcome] = {2: "servfail", 5: "refused"}
"""RCODEs (RFC 1035 4.1.1)."""


class Questions:
    """Asks resolvers, from one event loop. `patience`: seconds for the first try; a later round gets as much again."""

    def __init__(self, servers: Sequence[str], *, patience: float = 2.0) -> None:
        import dns.resolver

        self._servers = [_address(server) for server in servers]
        if not self._servers:
            self._servers = [(str(address), 53) for address in dns.resolver.Resolver().nameservers]
        self._names = {host for host, _ in self._servers if not _is_address(host)}
        self._found: dict[str, tuple[str, float]] = {}
        self._patience = patience
        self._room = asyncio.Semaphore(MOST_IN_FLIGHT)

    async def ask(self, question: Question, *, deadline: float) -> DnsAnswer:
        """The first answer that is knowledge, else the last failure. No try outlasts `deadline` (the loop's clock)."""
        query = query_bytes(question.name, _TYPES[question.type])
        if query is None:
            return DnsAnswer("nxdomain", at=_now())
        last = None
        for turn in range(_ROUNDS):
            for host, port in self._servers:
                async with self._room:
                    left = deadline - asyncio.get_running_loop().time()
                    if left <= 0:
                        break
                    last = await self._once(question, query, host, port, min(left, self._patience * (turn + 1)))
                if last.known:
                    return last
        return last or DnsAnswer("timeout", at=_now())

    async def _once(self, question: Question, query: bytes, host: str, port: int, seconds: float) -> DnsAnswer:
        resolver = f"{host}:{port}"
        try:
            async with asyncio.timeout(seconds):
                answer = await exchange(query, await self._address_of(host), port)
        except TimeoutError:
            return DnsAnswer("timeout", resolver=resolver, at=_now())
        except OSError:
            return DnsAnswer("unreachable", resolver=resolver, at=_now())
        return _read(answer, question, resolver)

    async def _address_of(self, host: str) -> str:
        """The address of a resolver that is given by name, of the older kind where it has both; asked of the system,
        and again after a minute.
        """
        if host not in self._names:
            return host
        loop = asyncio.get_running_loop()
        address, until = self._found.get(host, ("", 0.0))
        if loop.time() >= until:
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
            address = str(min(found, key=lambda one: one[0] != socket.AF_INET)[4][0])
            self._found[host] = (address, loop.time() + _NAME_HOLDS)
        return address


def _read(wire: bytes, question: Question, resolver: str) -> DnsAnswer:
    """The records at the end of the CNAMEs; no such name behind a CNAME is "no data" of the name that was asked."""
    code, answers = answer_counts(wire)
    if code not in (_NOERROR, _NXDOMAIN):
        return DnsAnswer(_FAILURES.get(code, "bad_answer"), resolver=resolver, at=_now())
    if not answers:
        outcome: Outcome = "nxdomain" if code == _NXDOMAIN else "no_data"
        return DnsAnswer(outcome, ttl=negative_ttl(wire), resolver=resolver, at=_now())
    import dns.exception
    import dns.message

    try:
        chain = dns.message.from_wire(wire).resolve_chaining()  # type: ignore[attr-defined]
        records = tuple(_text(one) for one in chain.answer or ())
    except (dns.exception.DNSException, ValueError):
        return DnsAnswer("bad_answer", resolver=resolver, at=_now())
    target = str(chain.canonical_name).rstrip(".").lower()
    alias = "" if target == question.name else target
    return DnsAnswer("found" if records else "no_data", records, int(chain.minimum_ttl), resolver, _now(), alias)


def _text(record: Any) -> str:
    """Presentation format, but a TXT as the text that its pieces make."""
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("utf-8", "replace")
    return str(record.to_text())


def _address(server: str) -> tuple[str, int]:
    """`192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:53`, `dns.example` or `dns.example:53`."""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        return host, int(port.lstrip(":") or 53)
    host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
    return host or server, int(port or 53)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _now() -> str:
    return iso(datetime.now(UTC))
