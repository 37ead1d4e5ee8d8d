"""A worker that dies: at a chosen call to Storage, the bus, Partner Center or Dynamics, before the call or after it.

Nothing of ours runs after a death but `finally`; the message comes again to a new process. The product knows nothing of
this.
"""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from requests.adapters import HTTPAdapter

from shared.clients.queues import Queues

Site = tuple[str, str]
"""Where a call is made from, and whether the death comes `before` or `after` it."""


class Died(BaseException):
    """The end of a process; no handler for errors sees it."""


class Reaper:
    """Decides at each call. `chooses` sees the site and says whether the process dies there."""

    def __init__(self, chooses: Callable[[Site], bool]) -> None:
        self._chooses = chooses
        self.deaths: list[Site] = []
        self.calls = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Every call within the block may be the last."""
        http, bus = HTTPAdapter.send, Queues._transfer
        with (
            patch.object(HTTPAdapter, "send", self._dying(http)),
            patch.object(Queues, "_transfer", self._dying(bus)),
        ):
            yield

    def _dying(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*args: Any, **more: Any) -> Any:
            self.calls += 1
            place = _place()
            self._ask((place, "before"))
            answer = call(*args, **more)
            self._ask((place, "after"))
            return answer

        return dying

    def _ask(self, site: Site) -> None:
        if self._chooses(site):
            self.deaths.append(site)
            raise Died(str(site))


def once_everywhere() -> Callable[[Site], bool]:
    """Dies the first time that the code comes to each place."""
    seen: set[Site] = set()

    def chooses(site: Site) -> bool:
        is_new = site not in seen
        seen.add(site)
        return is_new

    return chooses


def now_and_then(seed: int, *, one_in: int, most: int) -> Callable[[Site], bool]:
    """Dies at random, the same way for the same seed."""
    dice, left = random.Random(seed), [most]

    def chooses(site: Site) -> bool:
        if left[0] and dice.randrange(one_in) == 0:
            left[0] -= 1
            return True
        return False

    return chooses


def _place() -> str:
    """The line of a step, and that of the client below it, from which the call is made."""
    found, frame = [], sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if "/shared/" in name or "/functions/" in name and "/tests/" not in name:
            found.append(f"{name.rsplit('/', 1)[-1]}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(found[:5])
