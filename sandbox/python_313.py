"""This machine → a Python 3.13 that really starts, which is what Azure runs; pyenv's shims may not."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def _candidates() -> Iterator[str]:
    yield sys.executable
    yield "python3.13"
    for pattern in (".pyenv/versions/3.13*/bin/python", ".local/share/uv/python/cpython-3.13*/bin/python3.13"):
        yield from sorted(str(path) for path in Path.home().glob(pattern))


def find_python_313() -> str | None:
    """The first candidate that starts and is a 3.13."""
    for candidate in _candidates():
        asked = [candidate, "-c", "import sys, ensurepip; print(*sys.version_info[:2])"]
        try:
            done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.stdout.split() == ["3", "13"]:
            return candidate
    return None
