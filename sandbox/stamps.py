"""A folder and the lock file it was filled from → whether it still is what the lock says.

Runs on any Python 3, since the set-up checks use it before the right one is known to be there.
"""

import hashlib
import os
import sys

STAMP = ".installed"


def _digest(lock: str) -> str:
    with open(lock, "rb") as file:
        digest = hashlib.sha256(file.read())
    digest.update(b"%d.%d" % sys.version_info[:2])
    return digest.hexdigest()


def is_current(folder: str, lock: str) -> bool:
    """True when `folder` was filled from `lock` as it is now, by a Python of this version."""
    try:
        with open(os.path.join(folder, STAMP)) as file:
            return file.read() == _digest(lock)
    except OSError:
        return False


def stamp(folder: str, lock: str) -> None:
    """Remember that `folder` holds what `lock` says."""
    with open(os.path.join(folder, STAMP), "w") as file:
        file.write(_digest(lock))
