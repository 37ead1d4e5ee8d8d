"""A command and its environment → a child process in a group of its own, started again when it dies, ended for sure.

The child's standard input is a pipe that only we hold: should we be killed, it ends, and so does the child.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 8.0
QUICK_DEATH_SECONDS = 2.0
REST_SECONDS = 1.0


class ChildDiedError(Exception):
    """A child that is not to be started again has ended by itself."""


class Child:
    """One service in a process of its own."""

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path, restart: bool = False,
        started: Callable[[], None] = lambda: None, folder: Path | None = None,
    ) -> None:  # fmt: skip
        self.name = name
        self._command = list(command)
        self._environment = dict(environment)
        self._log = log
        self._restart = restart
        self._started = started
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process id now; it changes when the child is started again."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the process; its output is added to the log."""
        with open(self._log, "ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log,
                start_new_session=True, cwd=self._folder,
            )  # fmt: skip
        self._started()

    async def watch(self) -> None:
        """Return when told to stop; start the child again if it may be, else raise ChildDiedError when it ends."""
        while not self._stopping and self._process:
            began = time.monotonic()
            code = await self._process.wait()
            self._kill_group()
            if self._stopping:
                return
            if not self._restart:
                raise ChildDiedError(f"{self.name} ended by itself (exit code {code}): its log is {self._log}.")
            if time.monotonic() - began < QUICK_DEATH_SECONDS:
                await asyncio.sleep(REST_SECONDS)
            await self.start()

    async def stop(self) -> None:
        """SIGTERM, some seconds to end, then SIGKILL for the whole group."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GRACE_SECONDS)
        self._kill_group()
        await process.wait()

    def _kill_group(self) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        """The last line of the log, for a sentence about why it did not start."""
        with contextlib.suppress(OSError):
            lines = [line.strip() for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
            if lines:
                return lines[-1][:300]
        return "it wrote nothing"
