"""Azurite's address in; an address out that leads there, and now and then cuts the connection on request.

A request is one piece of data here: what the SDK writes in a few packets may be cut in the middle as well, as it may be
on a real network.
"""

import asyncio
import random
from contextlib import suppress


class StorageDoor:
    """A TCP relay. `before` and `after` are the chances that a request is lost, or that its answer is."""

    def __init__(self, host: str, port: int, *, seed: int) -> None:
        self._target = (host, port)
        self._dice = random.Random(seed)
        self.before = self.after = 0.0
        self.cuts = 0
        self.port = 0

    async def open(self) -> "StorageDoor":
        """Listens on a free loopback port."""
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        """Listens no more; connections that are open end with the loop."""
        self._server.close()

    async def _relay(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            server, onward = await asyncio.open_connection(*self._target)
        except OSError:
            back.transport.abort()
            return
        lose_answer = asyncio.Event()
        ways = [
            asyncio.create_task(self._requests(client, onward, lose_answer)),
            asyncio.create_task(self._answers(server, back, lose_answer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (onward, back):
            end.transport.abort() if lose_answer.is_set() else end.close()

    async def _requests(self, client: asyncio.StreamReader, onward: asyncio.StreamWriter, lose: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await client.read(1 << 16):
                chance = self._dice.random()
                if chance < self.before:
                    self.cuts += 1
                    lose.set()
                    return
                if chance < self.before + self.after:
                    self.cuts += 1
                    lose.set()
                onward.write(data)
                await onward.drain()

    async def _answers(self, server: asyncio.StreamReader, back: asyncio.StreamWriter, lose: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await server.read(1 << 16):
                if lose.is_set():
                    return
                back.write(data)
                await back.drain()
