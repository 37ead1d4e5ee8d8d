"""`--ports BASE` → one port per service: BASE and those after it, or free ones."""

import errno
import socket
from collections.abc import Sequence

NAMES = (
    "front", "host", "bus", "bus_control", "blob", "queue", "table",
    "entra", "partner-center", "dataverse", "dns", "rdap",
)  # fmt: skip
BESIDE = ("whois", "mta_sts")
"""What a service answers at besides; after the hosts, so that the ports of older releases stand."""
PAGE = 4280


def _free(count: int) -> list[int]:
    """Ports that nobody listens on now, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def demand_free(*ports: int) -> None:
    """For a child that would be mistaken for the program that has its port. OSError when one is taken."""
    for port in ports:
        if not _is_free(port):
            raise OSError(errno.EADDRINUSE, f"port {port} is taken")


def core_tools_ports() -> dict[str, int]:
    """Where Core Tools' extensions look: other languages' Service Bus SDKs know no other port than 5672."""
    fixed = {"host": 7071, "bus": 5672, "blob": 10000, "queue": 10001, "table": 10002}
    return choose_ports(None, hosts=1) | fixed


def choose_ports(base: int | None, *, hosts: int) -> dict[str, int]:
    """Port of each service; further hosts are `host-2`, `host-3` … The page takes 4280, or the next free one."""
    names: Sequence[str] = [*NAMES, *(f"host-{number}" for number in range(2, hosts + 1)), *BESIDE]
    if base:
        return {name: base + offset for offset, name in enumerate(names)}
    ports = dict(zip(names, _free(len(names)), strict=True))
    if base is None:
        ports["front"] = next(port for port in range(PAGE, PAGE + 1000) if _is_free(port))
    return ports
