"""An https address that came from data in, its bounded body out: never from a private network, whatever a name says.

The name is resolved once, every address is checked, and the connection goes to a checked address with the name in SNI
and Host, so that a second resolution (DNS rebinding) changes nothing. Each redirect is checked the same way.
"""

import asyncio
import http.client
import io
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from urllib.parse import SplitResult, urljoin, urlsplit

from shared.rules.fetch_target import is_address, may_connect, why_not

MOST_REDIRECTS = 2
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_HEAD = 65_536
"""Bytes of status line and headers that are taken beside the body."""
_HTTPS = 443

Resolve = Callable[[str], Awaitable[list[str]]]


class FetchError(Exception):
    """No answer that may be used. `reason` is one word; `refused`: the target itself is not allowed."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back, whatever its status. `headers` ignores letter case; `address` is whom we spoke to."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    address: str


class CheckedFetch:
    """Fetches. `allow_loopback` lets this machine be a target, over plain http too: for one's own machine only.

    `tls`: whom to trust instead of the system's authorities.
    """

    def __init__(self, *, allow_loopback: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self._allow_loopback = allow_loopback
        self._given_tls = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made at the first need: reading all authorities takes a while."""
        return self._given_tls or ssl.create_default_context()

    async def get(
        self,
        url: str,
        *,
        resolve: Resolve,
        accept: str = "*/*",
        seconds: float = 6,
        most_bytes: int = 1_000_000,
        redirects: int = MOST_REDIRECTS,
    ) -> Fetched:
        """The answer within `seconds`, redirects included. Raises `FetchError`."""
        try:
            async with asyncio.timeout(seconds):
                for _ in range(redirects + 1):
                    fetched = await self._once(url, resolve, accept, most_bytes)
                    location = fetched.headers.get("Location")
                    if fetched.status not in _REDIRECTS or not location:
                        return fetched
                    url = urljoin(url, location)
        except TimeoutError:
            raise FetchError("timeout") from None
        raise FetchError("too_many_redirects")

    async def connect(self, host: str, port: int, *, resolve: Resolve) -> tuple[Any, Any]:
        """A plain connection (reader, writer) to a checked address of the host, for protocols that are not HTTP."""
        return await self._opened(await self._checked(host, resolve), port)

    async def _once(self, url: str, resolve: Resolve, accept: str, most_bytes: int) -> Fetched:
        if reason := why_not(url, allow_loopback=self._allow_loopback):
            raise FetchError(reason, refused=True)
        parts = urlsplit(url)
        host, secure = cast(str, parts.hostname), parts.scheme == "https"
        port = parts.port or (_HTTPS if secure else 80)
        address = await self._checked(host, resolve)
        tls: dict[str, Any] = {"ssl": self._tls, "server_hostname": host} if secure else {}
        reader, writer = await self._opened(address, port, **tls)
        try:
            writer.write(_request(parts, accept))
            raw = bytearray()
            while chunk := await reader.read(65_536):
                raw += chunk
                if len(raw) > most_bytes + _MOST_HEAD:
                    raise FetchError("too_large")
        except OSError:
            raise FetchError("no_answer") from None
        finally:
            writer.close()
        status, headers, body = _parsed(bytes(raw), most_bytes)
        return Fetched(status, headers, body, url, address)

    async def _opened(self, address: str, port: int, **tls: Any) -> tuple[Any, Any]:
        try:
            return await asyncio.open_connection(address, port, **tls)
        except ssl.SSLError:
            raise FetchError("tls") from None
        except OSError:
            raise FetchError("no_connection") from None

    async def _checked(self, host: str, resolve: Resolve) -> str:
        """The first address; refused when any of them is private, so that a mixed answer cannot slip one in."""
        addresses = [host] if is_address(host) else await resolve(host)
        if not addresses:
            raise FetchError("no_such_host")
        for address in addresses:
            if not may_connect(address, allow_loopback=self._allow_loopback):
                raise FetchError("private_address", refused=True)
        return addresses[0]


def _request(parts: SplitResult, accept: str) -> bytes:
    """A GET that asks for a plain body and for the connection to end with it."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = (
        f"GET {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Accept: {accept}",
        "Accept-Encoding: identity",
        "User-Agent: Hunter/1.0",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii")


class _Received:
    """Bytes that `http.client` reads as if from a socket, so that the parsing is the standard library's."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> io.BytesIO:
        """The bytes."""
        return io.BytesIO(self._raw)


def _parsed(raw: bytes, most_bytes: int) -> tuple[int, Mapping[str, str], bytes]:
    response = http.client.HTTPResponse(cast(Any, _Received(raw)), method="GET")
    try:
        response.begin()
        body = response.read()
    except (http.client.HTTPException, ValueError, OSError):
        raise FetchError("malformed_answer" if raw else "no_answer") from None
    if len(body) > most_bytes:
        raise FetchError("too_large")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchError("compressed")
    return response.status, cast(Mapping[str, str], response.headers), body
