"""A command → the same command, ended with everything it started once standard input ends.

`python -m sandbox.leash COMMAND …` is for programs that would not notice that the sandbox was killed.
"""

import asyncio
import contextlib
import os
import signal
import sys

from sandbox.parent import parent_gone

GRACE_SECONDS = 5.0


async def _run(command: list[str]) -> int:
    child = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    parent_gone(loop, told.set)
    ended, stop = asyncio.create_task(child.wait()), asyncio.create_task(told.wait())
    await asyncio.wait({ended, stop}, return_when=asyncio.FIRST_COMPLETED)
    if not ended.done():
        _send(child.pid, signal.SIGTERM)
        await asyncio.wait({ended}, timeout=GRACE_SECONDS)
    _send(child.pid, signal.SIGKILL)
    return await ended


def _send(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(asyncio.run(_run(sys.argv[1:])) & 0xFF)
