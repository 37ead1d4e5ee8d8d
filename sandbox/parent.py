"""A child's standard input → a call when the parent is gone, however it ended: its end of the pipe closes."""

import asyncio
import os
import stat
import sys
from collections.abc import Callable


def parent_gone(loop: asyncio.AbstractEventLoop, then: Callable[[], None]) -> None:
    """Call `then` once when standard input, which must be a pipe that the parent holds open, comes to its end."""
    descriptor = sys.stdin.fileno() if sys.stdin else -1
    if descriptor < 0 or not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        return

    def readable() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            then()

    loop.add_reader(descriptor, readable)
