"""`.sandbox/` → a directory of this run's own; those of runs that were killed are removed first.

A run holds a lock on its `pid` file as long as it lives, however it ends, so a left-over directory is known for sure.
"""

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PREFIX = "run-"
PID_FILE = "pid"


class StateTakenError(Exception):
    """Another run keeps its state in this directory."""


@dataclass(slots=True)
class StateDirectory:
    """Where this run keeps logs, certificates and, with `--keep`, its data."""

    path: Path
    kept: bool
    _lock: IO[str]

    @property
    def logs(self) -> Path:
        """Where every process writes its log."""
        return self.path / "logs"

    def close(self) -> None:
        """Give the directory back; unless it is to be kept it is removed."""
        if not self.kept:
            shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _lock(directory: Path) -> IO[str] | None:
    file = open(directory / PID_FILE, "a+", encoding="ascii")  # noqa: SIM115 - held open: it is the lock
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


def remove_left_overs(root: Path) -> None:
    """Remove the directories of runs that are no more."""
    for directory in root.glob(PREFIX + "*"):
        if (directory / PID_FILE).exists() and (lock := _lock(directory)):
            shutil.rmtree(directory, ignore_errors=True)
            lock.close()


def open_state(root: Path, *, keep: Path | None) -> StateDirectory:
    """A fresh directory below `root`, or the one to keep. Raises StateTakenError when a run has that already."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_left_overs(root)
    if keep is None:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    else:
        path = keep
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _lock(path)
    if lock is None:
        raise StateTakenError(f"{path} is in use by another sandbox: end that one, or keep the state elsewhere.")
    (path / "logs").mkdir(exist_ok=True)
    return StateDirectory(path, keep is not None, lock)
