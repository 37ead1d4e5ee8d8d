"""An address of a started process → a wait until it answers, or the reason why it will not."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError, ClientSession

from sandbox.child import Child

START_SECONDS = 60.0
EVERY_SECONDS = 0.05


class NotStartedError(Exception):
    """A service did not come up; the text is one sentence for a person."""


async def port_answers(child: Child, port: int) -> None:
    """Wait until something listens. Raises NotStartedError when the child ends before, or takes too long."""

    async def asked() -> bool:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    await _until(child, asked)


async def status_of_host(child: Child, address: str) -> dict[str, Any]:
    """Wait until a function host answers; what it says about itself, such as why it could not index the app."""
    status: dict[str, Any] = {}
    async with ClientSession() as session:

        async def asked() -> bool:
            with contextlib.suppress(ClientError, OSError):
                async with session.get(address + "/admin/host/status") as answer:
                    status.update(await answer.json())
                    return True
            return False

        await _until(child, asked)
    return status


async def _until(child: Child, asked: Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + START_SECONDS
    while not await asked():
        if child.pid is None:
            raise NotStartedError(f"{child.name} did not start: {child.last_words()}")
        if time.monotonic() > end:
            raise NotStartedError(f"{child.name} did not start within {START_SECONDS:.0f} s: {child.last_words()}")
        await asyncio.sleep(EVERY_SECONDS)
