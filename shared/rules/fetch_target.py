"""An address that came from data in; whether Hunter may ask it, and if not why, out: never a private network."""

from ipaddress import IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

_HTTPS = 443
_LOWEST_FREE_PORT = 1024
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NEVER_NEEDED = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/32", "2002::/16")))
"""Protocol assignments and relays; Teredo and 6to4, which lead to IPv4 addresses."""


def why_not(url: str, *, allow_loopback: bool) -> str | None:
    """Why this URL may not be asked, in one word: https and usual ports only; http for one's own machine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "malformed_address"
    host = parts.hostname or ""
    if not host or parts.username is not None or not url.isascii() or not url.isprintable() or " " in url:
        return "malformed_address"
    if allow_loopback and _is_loopback(host):
        return None
    if parts.scheme != "https":
        return "not_https"
    return "port" if port is not None and port != _HTTPS and port < _LOWEST_FREE_PORT else None


def may_connect(address: str, *, allow_loopback: bool) -> bool:
    """Whether a connection may go to this IP address."""
    return is_public(address) or (allow_loopback and _is_loopback(address))


def is_public(text: str) -> bool:
    """Whether an address is on the open internet: not private, shared, link-local, multicast, reserved, IPv4 in v6."""
    address = ip_address(text)
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    if any(address in network for network in _NEVER_NEEDED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_address(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return is_address(host) and ip_address(host).is_loopback
