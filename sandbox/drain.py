"""The address of a bus's control doors → a wait until its queues are empty, since messages do not outlive the bus."""

import asyncio
import contextlib
import time

from aiohttp import ClientError, ClientSession

PATIENCE_SECONDS = 20.0
COUNTED = ("active", "locked")


async def drain(control: str, *, patience: float = PATIENCE_SECONDS) -> None:
    """Return when no queue holds a message that is due, or after some seconds.

    What is scheduled for later cannot be waited for; the functions' sweep sends it again after the next start.
    """
    end = time.monotonic() + patience
    with contextlib.suppress(ClientError, OSError):
        async with ClientSession() as session:
            while time.monotonic() < end:
                async with session.get(control + "/_sandbox/queues") as answer:
                    queues = await answer.json()
                if not any(queue.get(name) for queue in queues.values() for name in COUNTED):
                    return
                await asyncio.sleep(0.2)
