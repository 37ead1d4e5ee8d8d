"""A domain in, the text of its registry's WHOIS answer out (RFC 3912), for the few registries without RDAP."""

import asyncio

from shared.clients.checked_fetch import CheckedFetch, FetchError, Resolve

WHOIS_SERVERS = {
    "tr": "whois.trabis.gov.tr",
    "ru": "whois.tcinet.ru",
    "cn": "whois.cnnic.cn",
    "it": "whois.nic.it",
}
"""`host[:port]` by ending. Asked only for endings that IANA's bootstrap file does not list."""

_PORT = 43
_MOST_BYTES = 65_536


async def ask_whois(server: str, domain: str, *, fetch: CheckedFetch, resolve: Resolve, seconds: float = 6) -> str:
    """The answer. Raises `FetchError`."""
    host, _, port = server.partition(":")
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await fetch.connect(host, int(port or _PORT), resolve=resolve)
            try:
                writer.write(f"{domain}\r\n".encode("ascii"))
                answer = bytearray()
                while chunk := await reader.read(4096):
                    answer += chunk
                    if len(answer) > _MOST_BYTES:
                        raise FetchError("too_large")
            finally:
                writer.close()
    except TimeoutError:
        raise FetchError("timeout") from None
    except OSError:
        raise FetchError("no_answer") from None
    if not answer:
        raise FetchError("no_answer")
    return answer.decode("utf-8", "replace")
