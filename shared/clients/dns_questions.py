"""One DNS question in, one answer out: records, "no data", "no such name", or why nobody could say.

Asked over UDP, over TCP when the answer was cut, of the next resolver when one times out or fails; two rounds at most.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["found", "no_data", "nxdomain", "servfail", "refused", "timeout", "unreachable"]
ANSWERED: frozenset[str] = frozenset({"found", "no_data", "nxdomain"})
"""Outcomes that are knowledge; the others mean that nobody could say."""

MOST_IN_FLIGHT = 600
"""Datagrams; beyond that the default socket buffer drops answers, which would read as timeouts (performance.md 3)."""
_ONE_TRY = 2.0
_ROUNDS = 2
_PAYLOAD = 1232
"""Bytes of a UDP answer (DNS flag day 2020)."""


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """What came back. `records` are in presentation format, TXT pieces joined; `target` is where a CNAME ended."""

    outcome: Outcome
    records: tuple[str, ...] = ()
    ttl: int | None = None
    resolver: str = ""
    target: str = ""

    @property
    def known(self) -> bool:
        """Whether this is knowledge, be it of absence."""
        return self.outcome in ANSWERED


class Questions:
    """Asks resolvers from one event loop. Makes no call before its first question."""

    def __init__(self, servers: Sequence[str]) -> None:
        import dns.resolver

        system = [] if servers else [str(address) for address in dns.resolver.Resolver().nameservers]
        self._servers = [_address(server) for server in servers or system]
        self._room = asyncio.Semaphore(MOST_IN_FLIGHT)

    async def ask(self, name: str, kind: str, *, deadline: float) -> DnsAnswer:
        """The answer, from the first resolver that gives one before `deadline` (seconds of the loop's clock)."""
        import dns.exception
        import dns.message

        try:
            query = dns.message.make_query(name, kind, use_edns=0, payload=_PAYLOAD)
        except (dns.exception.DNSException, UnicodeError):
            return DnsAnswer("nxdomain")
        last = DnsAnswer("timeout")
        for turn in range(_ROUNDS):
            for host, port in self._servers:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return last
                last = await self._once(query, host, port, min(left, _ONE_TRY * (turn + 1)))
                if last.known:
                    return last
        return last

    async def _once(self, query: Any, host: str, port: int, seconds: float) -> DnsAnswer:
        import dns.asyncquery
        import dns.exception

        resolver = f"{host}:{port}"
        try:
            async with self._room:
                answer, _ = await dns.asyncquery.udp_with_fallback(
                    query, host, timeout=seconds, port=port, ignore_unexpected=True, ignore_errors=True
                )
        except dns.exception.Timeout:
            return DnsAnswer("timeout", resolver=resolver)
        except (dns.exception.DNSException, OSError, EOFError):
            return DnsAnswer("unreachable", resolver=resolver)
        return _read(answer, query, resolver)


def _read(answer: Any, query: Any, resolver: str) -> DnsAnswer:
    """The answer section along its CNAMEs; NXDOMAIN behind a CNAME is "no data" of the name that was asked."""
    import dns.exception
    import dns.rcode

    code = answer.rcode()
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return DnsAnswer("refused" if code == dns.rcode.REFUSED else "servfail", resolver=resolver)
    try:
        chain = answer.resolve_chaining()
    except dns.exception.DNSException:
        return DnsAnswer("nxdomain" if code == dns.rcode.NXDOMAIN else "no_data", resolver=resolver)
    target = str(chain.canonical_name).rstrip(".").lower()
    if chain.answer is None:
        asked = str(query.question[0].name).rstrip(".").lower()
        gone = code == dns.rcode.NXDOMAIN and target == asked
        return DnsAnswer("nxdomain" if gone else "no_data", resolver=resolver, target=target)
    return DnsAnswer("found", tuple(_text(one) for one in chain.answer), chain.minimum_ttl, resolver, target)


def _text(record: Any) -> str:
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("utf-8", "replace")
    return str(record.to_text())


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
    return host or server, int(port or 53)
