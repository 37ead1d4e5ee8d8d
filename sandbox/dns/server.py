"""A zone goes in; a name server on one loopback port, UDP and TCP, comes out."""

import asyncio
import errno
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from sandbox.dns.answers import Answers
from sandbox.dns.zone_file import SAMPLES, read_zone
from sandbox.running import Running

_RECEIVE_BUFFER = 1 << 22
_TRIES = 20


@dataclass(slots=True)
class RunningDns(Running):
    """A name server that can be given another zone while it serves. `address` is `127.0.0.1:PORT`."""

    replace_zone: Callable[[Mapping[str, Any] | Path], None]
    """Serves this zone from the next query on; a wrong one raises ZoneWrongError and changes nothing."""


class _Served:
    """What both transports share: the answers of the moment, and the connections that are open."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.connections: set[asyncio.Transport] = set()


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    zone: Mapping[str, Any] | Path | None = None,
    latency_ms: float = 0,
) -> RunningDns:
    """Serves `zone` (None: the samples) until closed; every answer takes `latency_ms` and what the zone adds.

    Raises ZoneWrongError, a ValueError with every problem, before anything is bound.
    """
    if not ip_address(host).is_loopback:
        raise ValueError(f"dns is a stand-in and serves loopback only, not {host}")
    served = _Served(Answers(read_zone(SAMPLES if zone is None else zone), latency=latency_ms / 1000))
    udp, tcp = await _bind(served, host, port)

    def replace_zone(given: Mapping[str, Any] | Path) -> None:
        served.answers = Answers(read_zone(given), latency=latency_ms / 1000)

    async def close() -> None:
        udp.close()
        tcp.close()
        for connection in list(served.connections):
            connection.abort()
        await tcp.wait_closed()

    bound = udp.get_extra_info("sockname")[1]
    return RunningDns("dns", f"{f'[{host}]' if ':' in host else host}:{bound}", bound, close, replace_zone)


async def _bind(served: _Served, host: str, port: int) -> tuple[asyncio.DatagramTransport, asyncio.Server]:
    """One port for both; a free one is looked for again while another program has its TCP side."""
    loop = asyncio.get_running_loop()
    for left in reversed(range(_TRIES)):
        udp, _ = await loop.create_datagram_endpoint(lambda: _Udp(served), local_addr=(host, port))
        udp.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        try:
            return udp, await loop.create_server(lambda: _Tcp(served), host, udp.get_extra_info("sockname")[1])
        except OSError as error:
            udp.close()
            if port or not left or error.errno != errno.EADDRINUSE:
                raise
    raise AssertionError("the last try either returns or raises")


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, served: _Served) -> None:
        self._served = served

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.DatagramTransport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        wire, delay = self._served.answers.to(data, udp=True)
        if wire is None:
            return
        if delay:
            asyncio.get_running_loop().call_later(delay, self._send, wire, addr)
        else:
            self._transport.sendto(wire, addr)

    def _send(self, wire: bytes, addr: Any) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(wire, addr)


class _Tcp(asyncio.Protocol):
    """Messages with a length in front (RFC 7766); several may be under way, each is answered when it is due."""

    def __init__(self, served: _Served) -> None:
        self._served = served
        self._buffer = b""

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._served.connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._served.connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 2 and len(self._buffer) >= (end := 2 + int.from_bytes(self._buffer[:2])):
            query, self._buffer = self._buffer[2:end], self._buffer[end:]
            wire, delay = self._served.answers.to(query, udp=False)
            if wire is not None:
                asyncio.get_running_loop().call_later(delay, self._send, struct.pack("!H", len(wire)) + wire)

    def _send(self, framed: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(framed)
