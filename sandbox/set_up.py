"""The lock files → a virtual environment, the Node modules and, with `--tests`, the tools and browser of the tests.

Each part is stamped with its lock's hash, so that a second run installs nothing and works without a network.
"""

import os
import shutil
import subprocess
import sys
import venv

from sandbox.python_313 import find_python_313
from sandbox.stamps import is_current, stamp

PYTHON = os.path.join(".venv", "bin", "python")
HEADLESS, WHOLE = "chromium-headless-shell", "chromium"
FONTS = ["fonts-liberation", "fonts-dejavu-core"]
DIG = ["bind9-dnsutils"]


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if done.returncode:
        sys.exit(f"Set-up stopped: `{' '.join(command)}` failed; its own message stands above.")


def _is_of_this_python(python: str) -> bool:
    asked = [python, "-c", "import sys, pip; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError:
        return False
    return done.stdout.split() == [str(part) for part in sys.version_info[:2]]


def python_packages() -> None:
    """Bring `.venv` to what the lock says; one of another Python, or a broken one, is made anew."""
    works = _is_of_this_python(PYTHON)
    if works and is_current(".venv", "requirements-dev.lock"):
        return
    print("Installing the Python packages (a minute, once) ...", file=sys.stderr)
    if not works:
        venv.create(".venv", clear=True, with_pip=True)
    _run(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes",
         "-r", "requirements-dev.lock")  # fmt: skip
    stamp(".venv", "requirements-dev.lock")


def node_packages(folder: str, what: str) -> None:
    """Fill `folder`/node_modules from its lock; install scripts stay off, since one of them downloads a binary."""
    modules, lock = os.path.join(folder, "node_modules"), os.path.join(folder, "package-lock.json")
    if is_current(modules, lock):
        return
    print(f"Installing {what} (half a minute, once) ...", file=sys.stderr)
    _run("npm", "--prefix", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp(modules, lock)


def programs() -> None:
    """Install what the tests run and is not there: a Chromium, and `dig` as a second opinion on our name server.

    As root Debian's; else Playwright's own Chromium, and no dig.
    """
    find = [PYTHON, "-c", "import sys; from sandbox.browser import find; sys.exit(find() is None)"]
    has_browser = subprocess.run(find, stdin=subprocess.DEVNULL).returncode == 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        if not has_browser or not shutil.which("dig"):
            print("Installing a browser and dig for the tests (a minute, once) ...", file=sys.stderr)
            _run("apt-get", "update", "-qq")
            missing = [*([] if has_browser else [_browser(), *FONTS]), *([] if shutil.which("dig") else DIG)]
            _run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", *missing)
    elif not has_browser:
        print("Installing a browser for the tests (a minute, once) ...", file=sys.stderr)
        _run(PYTHON, "-m", "playwright", "install", "chromium")


def _browser() -> str:
    """The headless shell, half as heavy as the whole browser, where this release of Debian has it."""
    asked = subprocess.run(["apt-cache", "show", HEADLESS], stdin=subprocess.DEVNULL, capture_output=True)
    return HEADLESS if asked.returncode == 0 else WHOLE


def genuine_runtime() -> None:
    """Microsoft's worker library in an environment of its own, where a Python 3.13 really starts; else nothing."""
    folder, lock = os.path.join("tests", "genuine_runtime", ".venv"), "tests/genuine_runtime/requirements.lock"
    if is_current(folder, lock):
        return
    python = find_python_313()
    if python is None:
        return
    print("Installing the genuine Functions runtime for the tests (once) ...", file=sys.stderr)
    install = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", lock]
    for command in ([python, "-m", "venv", "--clear", folder], [os.path.join(folder, "bin", "python"), *install]):
        if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode:
            print("It could not be installed; its tests will not run.", file=sys.stderr)
            return
    stamp(folder, lock)


def main() -> None:
    """Install what is missing for `make run`, and with `--tests` what `make test` adds."""
    python_packages()
    node_packages("sandbox", "Azurite, the sandbox's Storage")
    if "--tests" in sys.argv[1:]:
        node_packages("tests", "the tools of the tests")
        programs()
        genuine_runtime()


if __name__ == "__main__":
    main()
