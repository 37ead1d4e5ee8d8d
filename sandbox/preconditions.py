"""This machine → every reason why the set-up cannot work, each one sentence with its fix; exit 1 if there is any.

Runs on any Python 3, before there is a virtual environment: `python3 -m sandbox.preconditions [--tests]`.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import List

from sandbox.stamps import is_current

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
NETWORK_SECONDS = 60


def _succeeds(command: List[str]) -> bool:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=NETWORK_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def python_problems() -> List[str]:
    """Too old a Python, or one without the module that makes virtual environments."""
    if sys.version_info < OLDEST_PYTHON:
        return [
            "Python %d.%d is too old: install Python 3.11 or newer, or name one: make PYTHON=python3.13 run."
            % sys.version_info[:2]
        ]
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        return ["Python's venv module is missing: install it, on Debian and Ubuntu with apt install python3-venv."]
    return []


def node_problems(needs_npm: bool) -> List[str]:
    """No Node, too old a Node, or no npm where something must be installed with it."""
    found = []
    if shutil.which("node") is None:
        found.append("Node is missing: install Node 18 or newer, Storage (Azurite) runs on it.")
    else:
        version = subprocess.run(["node", "--version"], stdout=subprocess.PIPE).stdout.decode().strip()
        number = re.match(r"v(\d+)", version)
        if number is None or int(number.group(1)) < OLDEST_NODE:
            found.append("Node %s is too old: install Node 18 or newer." % (version or "of unknown version"))
    if needs_npm and shutil.which("npm") is None:
        found.append("npm is missing: install it, it comes with Node or, on Debian, with apt install npm.")
    return found


def network_problems(needs_pip: bool, needs_npm: bool) -> List[str]:
    """A package registry that cannot be reached although something must be installed."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--retries", "0", "--timeout", "20", "download", "-q", "--no-deps",
               "--disable-pip-version-check", "-d", folder, "iniconfig"]  # fmt: skip
        if needs_pip and importlib.util.find_spec("pip") is not None and not _succeeds(pip):
            found.append(
                "The Python package registry cannot be reached: the first set-up needs the network; "
                "check it, or pip's settings for your mirror or proxy, and try again."
            )
    npm = ["npm", "view", "azurite@3.35.0", "version", "--fetch-retries=0", "--fetch-timeout=20000"]
    if needs_npm and shutil.which("npm") and not _succeeds(npm):
        found.append(
            "The npm registry cannot be reached: the first set-up needs the network; "
            "check it, or npm's settings for your mirror or proxy, and try again."
        )
    return found


def problems(for_tests: bool) -> List[str]:
    """All problems at once. Nothing is asked of the network when everything is installed already."""
    needs_pip = not is_current(".venv", "requirements-dev.lock")
    needs_npm = not is_current("sandbox/node_modules", "sandbox/package-lock.json") or (
        for_tests and not is_current("tests/node_modules", "tests/package-lock.json")
    )
    of_python = python_problems()
    found = of_python + node_problems(needs_npm)
    if not os.access(".", os.W_OK):
        found.append("This folder cannot be written to: make a clone that belongs to you.")
    return found + network_problems(needs_pip and not of_python, needs_npm)


def main() -> int:
    """Print the problems to stderr, one a line."""
    found = problems("--tests" in sys.argv[1:])
    for problem in found:
        sys.stderr.write(problem + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
