"""One DNS question in, one answer out: records, "no data", "no such name", or why nobody could say.

Asked over UDP, over TCP when the answer was cut, of the next resolver when one times out or fails; two rounds at most.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.rules.dns_answers import DnsAnswer, Question

MOST_IN_FLIGHT = 600
"""Datagrams; beyond that the default socket buffer drops answers, which would read as timeouts."""
_ROUNDS = 2
_PAYLOAD = 1232
"""Bytes of a UDP answer (DNS flag day 2020)."""


class Questions:
    """Asks resolvers, from one event loop. `patience`: seconds for the first try; a later round gets as much again."""

    def __init__(self, servers: Sequence[str], *, patience: float = 2.0) -> None:
        import dns.resolver

        self._servers = [_address(server) for server in servers]
        if not self._servers:
            self._servers = [(str(address), 53) for address in dns.resolver.Resolver().nameservers]
        self._patience = patience
        self._room = asyncio.Semaphore(MOST_IN_FLIGHT)

    async def ask(self, question: Question, *, deadline: float) -> DnsAnswer:
        """The first answer that is knowledge, else the last failure; at `deadline` (the loop's clock) at the latest."""
        query = _query(question)
        if query is None:
            return DnsAnswer("nxdomain", at=_now())
        last = DnsAnswer("timeout", at=_now())
        try:
            async with asyncio.timeout_at(deadline):
                for turn in range(_ROUNDS):
                    for host, port in self._servers:
                        last = await self._once(query, host, port, self._patience * (turn + 1))
                        if last.known:
                            return last
        except TimeoutError:
            pass
        return last

    async def _once(self, query: Any, host: str, port: int, seconds: float) -> DnsAnswer:
        import dns.asyncquery
        import dns.exception

        resolver, at = f"{host}:{port}", _now()
        try:
            async with self._room:
                answer, _ = await dns.asyncquery.udp_with_fallback(
                    query, host, timeout=seconds, port=port, ignore_unexpected=True, ignore_errors=True
                )
        except dns.exception.Timeout:
            return DnsAnswer("timeout", resolver=resolver, at=at)
        except (OSError, EOFError):
            return DnsAnswer("unreachable", resolver=resolver, at=at)
        except dns.exception.DNSException:
            return DnsAnswer("bad_answer", resolver=resolver, at=at)
        return _read(answer, query, resolver, at)


def _query(question: Question) -> Any:
    """The message, or None for a name that cannot be: nothing can stand there."""
    import dns.exception
    import dns.message

    try:
        return dns.message.make_query(question.name, question.type, use_edns=0, payload=_PAYLOAD)
    except (dns.exception.DNSException, UnicodeError):
        return None


def _read(answer: Any, query: Any, resolver: str, at: str) -> DnsAnswer:
    """The records at the end of the CNAMEs; no such name behind a CNAME is "no data" of the name that was asked."""
    import dns.exception
    import dns.rcode

    code = answer.rcode()
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        known = {dns.rcode.SERVFAIL: "servfail", dns.rcode.REFUSED: "refused"}
        return DnsAnswer(known.get(code, "bad_answer"), resolver=resolver, at=at)  # type: ignore[arg-type]
    try:
        chain = answer.resolve_chaining()
    except dns.exception.DNSException:
        return DnsAnswer("bad_answer", resolver=resolver, at=at)
    is_alias = chain.canonical_name != query.question[0].name
    target = str(chain.canonical_name).rstrip(".").lower() if is_alias else ""
    ttl = int(chain.minimum_ttl)
    if chain.answer is None:
        gone = code == dns.rcode.NXDOMAIN and not is_alias
        return DnsAnswer("nxdomain" if gone else "no_data", (), ttl, resolver, at, target)
    return DnsAnswer("found", tuple(_text(one) for one in chain.answer), ttl, resolver, at, target)


def _text(record: Any) -> str:
    """Presentation format, but a TXT as the text that its pieces make."""
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("utf-8", "replace")
    return str(record.to_text())


def _address(server: str) -> tuple[str, int]:
    """`192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:53`."""
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        return host, int(port.lstrip(":") or 53)
    host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
    return host or server, int(port or 53)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
