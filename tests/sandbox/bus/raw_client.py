"""A client that says exactly what a test tells it to, also what no decent client would say."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sandbox.bus import QueueProperties, RunningBus, serve
from sandbox.bus.amqp.encoder import encode, encode_described
from sandbox.bus.amqp.frames import AMQP_HEADER, Frame, FrameReader, encode_frame
from sandbox.bus.amqp.performatives import Attach, Begin, Flow, Open, Source, Target, Transfer
from sandbox.bus.amqp.sections import properties_section

_T = TypeVar("_T")


class RawClient:
    """One connection. Channel 0 unless a test says otherwise."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._frames = FrameReader(max_frame_size=2**20)
        self._came: list[Any] = []

    @classmethod
    async def connected(cls, bus: RunningBus) -> "RawClient":
        return cls(*await asyncio.open_connection("127.0.0.1", bus.port))

    @classmethod
    async def begun(cls, bus: RunningBus, *, window: int = 5_000, **opened: Any) -> "RawClient":
        """A client whose session 0 is up."""
        client = await cls.connected(bus)
        client.write(AMQP_HEADER)
        client.send(Open("raw", **opened))
        client.send(Begin(next_outgoing_id=0, incoming_window=window, outgoing_window=5_000))
        await client.next(Begin)
        return client

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def send(self, performative: Any, payload: bytes = b"", *, channel: int = 0) -> None:
        self.write(encode_frame(channel, performative, payload))

    async def next(self, kind: type[_T]) -> _T:
        """The next performative of this kind; those of other kinds before it are dropped."""
        return (await self.next_frame(kind)).performative

    async def next_frame(self, kind: type[Any]) -> Frame:
        while True:
            while self._came:
                item = self._came.pop(0)
                if isinstance(item, Frame) and isinstance(item.performative, kind):
                    return item
            await self._read()

    async def next_item(self) -> Any:
        """The next header or frame, whatever it is."""
        while not self._came:
            await self._read()
        return self._came.pop(0)

    async def is_hung_up(self) -> bool:
        """True when the bus ends the connection."""
        try:
            while data := await self._reader.read(65_536):
                self._came += self._frames.feed(data)
        except ConnectionError:
            return True
        return not data

    async def nothing_comes(self) -> bool:
        """True when the bus is silent for a moment."""
        try:
            await asyncio.wait_for(self._read(), 0.15)
        except TimeoutError:
            return not self._came
        return False

    async def attach_sender(self, address: str = "scans", *, handle: int = 0) -> Attach:
        self.send(Attach(f"s{handle}", handle, False, 0, 0, Source("me"), Target(address), initial_delivery_count=0))
        return await self.next(Attach)

    async def attach_receiver(
        self, address: str = "scans", *, handle: int = 1, credit: int = 0, settled: bool = False
    ) -> Attach:
        self.send(Attach(f"r{handle}", handle, True, int(settled), 1, Source(address), Target("me")))
        attached = await self.next(Attach)
        if credit:
            self.give_credit(credit, handle=handle)
        return attached

    def give_credit(self, credit: int, *, handle: int = 1, seen: int = 0, window: int = 5_000, **more: Any) -> None:
        self.send(
            Flow(
                next_incoming_id=seen,
                incoming_window=window,
                next_outgoing_id=0,
                outgoing_window=5_000,
                handle=handle,
                delivery_count=seen,
                link_credit=credit,
                **more,
            )
        )

    def transfer(self, *bodies: bytes, first_id: int = 0, handle: int = 0, **more: Any) -> None:
        for delivery_id, body in enumerate(bodies, first_id):
            tag = delivery_id.to_bytes(4, "big")
            self.send(Transfer(handle, delivery_id, tag, 0, **more), message(body))

    async def _read(self) -> None:
        data = await self._reader.read(65_536)
        if not data:
            raise ConnectionError("the bus hung up")
        self._came += self._frames.feed(data)


def message(body: bytes, *, message_id: str | None = None) -> bytes:
    """An encoded message."""
    head = b"" if message_id is None else properties_section(message_id=message_id)
    return head + encode_described(0x75, encode(body))


def with_bus(story: Callable[[RunningBus], Awaitable[Any]], **options: Any) -> Any:
    """Runs a story against a bus of its own for at most 20 seconds."""

    async def run() -> Any:
        bus = await serve(**{"queues": ["scans", QueueProperties("brief", lock_seconds=0.2)], **options})
        try:
            return await asyncio.wait_for(story(bus), 20)
        finally:
            await bus.close()

    return asyncio.run(run())


def queue_of(bus: RunningBus, name: str = "scans") -> Any:
    return next(queue for queue in bus.broker.queues() if queue.properties.name == name)


def bodies(bus: RunningBus, name: str = "scans", *, dead: bool = False) -> list[bytes]:
    """What the queue, or its dead letters, hold."""
    queue = queue_of(bus, name)
    return [one.draft.content.data() for one in (queue.dead_letters if dead else queue).peek()]
