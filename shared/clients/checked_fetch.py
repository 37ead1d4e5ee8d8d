"""An https address that came from data in, its bounded body out: never from a private network, whatever names resolve to.

The name is resolved once, every address is checked, and the connection goes to the checked address, so that a second
resolution (DNS rebinding) changes nothing. Redirects are followed twice at most, each checked the same way.
"""

import http.client
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urljoin, urlsplit

MOST_BYTES = 1_000_000
MOST_REDIRECTS = 2
_REDIRECTS = (301, 302, 303, 307, 308)

Resolve = Callable[[str, int], list[str]]


class FetchRefused(Exception):
    """The target may not be fetched, or did not answer as it should; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back."""

    status: int
    body: bytes
    url: str


class CheckedFetch:
    """Fetches. `allow_loopback` lets literal loopback addresses pass, over plain http too; it is for one's own machine."""

    def __init__(self, *, allow_loopback: bool = False, resolve: Resolve | None = None, seconds: float = 5) -> None:
        self._allow_loopback = allow_loopback
        self._resolve = resolve or _system_resolve
        self._seconds = seconds
        self._tls = ssl.create_default_context()

    def get(self, url: str, *, accept: str = "application/json", redirects: int = MOST_REDIRECTS) -> Fetched:
        """The answer. Raises `FetchRefused`."""
        for _ in range(redirects + 1):
            status, location, body = self._once(url, accept)
            if status not in _REDIRECTS:
                return Fetched(status, body, url)
            if not location:
                raise FetchRefused("redirect_without_target")
            url = urljoin(url, location)
        raise FetchRefused("too_many_redirects")

    def _once(self, url: str, accept: str) -> tuple[int, str | None, bytes]:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise FetchRefused("no_address") from None
        if parts.username or not host or not self._may_use(parts.scheme, host):
            raise FetchRefused("scheme_or_user")
        connection = self._connection(parts.scheme, host, port, self._checked_address(host, port))
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        try:
            connection.request(
                "GET", target, headers={"Accept": accept, "User-Agent": "Hunter/1.0", "Connection": "close"}
            )
            answer = connection.getresponse()
            body = answer.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise FetchRefused("too_large")
            return answer.status, answer.getheader("Location"), body
        except (OSError, http.client.HTTPException, UnicodeError):
            raise FetchRefused("no_answer") from None
        finally:
            connection.close()

    def _may_use(self, scheme: str, host: str) -> bool:
        return scheme == "https" or (scheme == "http" and self._allow_loopback and host in ("127.0.0.1", "::1"))

    def _checked_address(self, host: str, port: int) -> str:
        """The first address; refused when any of them is private, so that a mixed answer cannot slip one in."""
        try:
            addresses = self._resolve(host, port)
        except OSError:
            raise FetchRefused("no_such_host") from None
        if not addresses:
            raise FetchRefused("no_such_host")
        for address in addresses:
            if not is_public(ip_address(address.partition("%")[0])) and not self._is_own_machine(host, address):
                raise FetchRefused("private_address")
        return addresses[0]

    def _is_own_machine(self, host: str, address: str) -> bool:
        return self._allow_loopback and host == address and ip_address(address).is_loopback

    def _connection(self, scheme: str, host: str, port: int, address: str) -> http.client.HTTPConnection:
        try:
            plain = socket.create_connection((address, port), timeout=self._seconds)
            connected = self._tls.wrap_socket(plain, server_hostname=host) if scheme == "https" else plain
        except (OSError, ValueError):
            raise FetchRefused("no_connection") from None
        connection = http.client.HTTPConnection(host, port, timeout=self._seconds)
        connection.sock = connected
        return connection


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the open internet: not private, shared, link-local, multicast, nor one of those in IPv6."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _system_resolve(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
