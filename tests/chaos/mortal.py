"""A folder with a plan in; the real function app out, in a host process that SIGKILLs itself at the planned places.

A place is a line of a poll from which a call to Storage, the bus or Partner Center is made, `before` or `after` it.
Places are numbered as the poll first comes to them; `seen` keeps them across deaths, so that each kills once.
"""

import importlib.util
import os
import re
import signal
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tests.functions.death import Reaper, Site

PROJECT = Path(__file__).resolve().parent.parent.parent
PLAN, SEEN = "plan", "seen"
_OF_A_POLL = re.compile(r"\b(poll|run|ingest)\.py:")

APP = f"""from pathlib import Path

from tests.chaos.{Path(__file__).stem} import mortal_app

app = mortal_app(Path(__file__).parent)
"""
"""`function_app.py` of such a folder."""

_at_work: list[AbstractContextManager[None]] = []


class SelfKill:
    """Decides at each call. Never returns where the plan says so: the process is gone."""

    def __init__(self, folder: Path) -> None:
        self._plan = {int(number) for number in (folder / PLAN).read_text().split()}
        self._file = folder / SEEN
        self._seen = set(self._file.read_text().splitlines()) if self._file.exists() else set()
        self._lock = threading.Lock()

    def __call__(self, site: Site) -> bool:
        """Always False, for whoever survives."""
        place, when = site
        name = f"{when} {place}"
        with self._lock:
            if not _OF_A_POLL.search(place) or name in self._seen:
                return False
            self._seen.add(name)
            with open(self._file, "a", encoding="utf-8") as file:
                file.write(f"{name}\n")
            if len(self._seen) in self._plan:
                os.kill(os.getpid(), signal.SIGKILL)
        return False


def mortal_app(folder: Path) -> Any:
    """The project's function app; from now on each call of this process may be its last."""
    _at_work.append(Reaper(SelfKill(folder)).at_work())
    _at_work[-1].__enter__()
    spec = importlib.util.spec_from_file_location("the_function_app", PROJECT / "function_app.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app
