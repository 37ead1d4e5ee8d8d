"""Names of queues go in; a Service Bus on a loopback port, and the doors to control it on another, come out."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sandbox.bus.broker import Broker
from sandbox.bus.control import control_app
from sandbox.bus.endpoint.connection import Connection
from sandbox.bus.faults import BusFaults
from sandbox.bus.queues.message import QueueProperties
from sandbox.running import Running
from sandbox.serving import serve_app

_TICK_SECONDS = 0.05


@dataclass(slots=True)
class RunningBus(Running):
    """A started bus. `control` is the address of its control doors; the rest is what runs behind it."""

    control: str
    connection_string: str
    faults: BusFaults
    broker: Broker
    connections: set[Connection]


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    control_port: int = 0,
    queues: Iterable[str | QueueProperties],
    lock_seconds: float | None = None,
    seed: int = 0,
    quick_redelivery: bool = False,
) -> RunningBus:
    """Serves until `close` is awaited; port 0 takes a free one.

    A queue given by name has the properties of `QueueProperties`; `lock_seconds` rules over those of every queue. With
    `quick_redelivery` messages of a vanished client come back at once, else when their locks end. OSError when a port
    is taken.
    """
    loop = asyncio.get_running_loop()
    faults = BusFaults(seed)
    broker = Broker(_properties(queues, lock_seconds), faults=faults, quick_redelivery=quick_redelivery)
    connections: set[Connection] = set()
    server = await loop.create_server(lambda: Connection(broker, connections), host, port)
    try:
        control = await serve_app(control_app(broker), name="bus control", host=host, port=control_port)
    except BaseException:
        server.close()
        raise
    ticking = loop.create_task(_tick(broker))

    async def close() -> None:
        ticking.cancel()
        server.close()
        for connection in list(connections):
            connection.drop()
        await server.wait_closed()
        await control.close()

    bound = server.sockets[0].getsockname()[1]
    return RunningBus(
        name="bus",
        address=f"sb://{host}:{bound}",
        port=bound,
        close=close,
        control=control.address,
        connection_string=_connection_string(host, bound),
        faults=faults,
        broker=broker,
        connections=connections,
    )


async def _tick(broker: Broker) -> None:
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        broker.tick()


def _properties(queues: Iterable[str | QueueProperties], lock_seconds: float | None) -> list[QueueProperties]:
    known = [QueueProperties(queue) if isinstance(queue, str) else queue for queue in queues]
    return known if lock_seconds is None else [replace(one, lock_seconds=lock_seconds) for one in known]


def _connection_string(host: str, port: int) -> str:
    """The SDKs ask for a key; any text in base64 will do. The last part makes them speak plain TCP."""
    return (
        f"Endpoint=sb://{host}:{port};SharedAccessKeyName=sandbox;SharedAccessKey=c2FuZGJveA==;"
        "UseDevelopmentEmulator=true"
    )
