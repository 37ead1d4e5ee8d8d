"""Each request's user, server, start and end go in; the 429 of the service protection limits comes out when it is due.

Defaults and codes: reference section 5. Sliding window per user and web server. Coming back too early makes it longer.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.dataverse.errors import TOO_MANY_AT_ONCE, TOO_MANY_REQUESTS, TOO_MUCH_TIME, Kind, Refusal


@dataclass(slots=True)
class Allowance:
    """What one user may do on one server: requests and seconds of work in a window (seconds), requests at once."""

    requests: int = 6000
    seconds: float = 1200.0
    concurrent: int = 52
    window: float = 300.0
    punishment: float = 1.0  # seconds that each early return adds to the pause


@dataclass(slots=True)
class _Use:
    calls: deque[tuple[float, float]] = field(default_factory=deque)
    seconds: float = 0.0
    running: int = 0
    closed_until: float = 0.0
    reason: Kind = TOO_MANY_REQUESTS


_SENTENCES = {
    TOO_MANY_REQUESTS: "Number of requests exceeded the limit of {0.requests} over {0.window:g} seconds.",
    TOO_MUCH_TIME: "Combined execution time of requests exceeded limit of {0.seconds:g} s over {0.window:g} seconds.",
    TOO_MANY_AT_ONCE: "Number of concurrent requests exceeded the limit of {0.concurrent}.",
}


@dataclass(slots=True)
class Limits:
    """Counts what every user does on every server; `now` is a clock in seconds."""

    now: Callable[[], float]
    allowance: Allowance = field(default_factory=Allowance)
    refusals: int = 0
    _uses: dict[tuple[str, int], _Use] = field(default_factory=dict)

    def enter(self, user: str, server: int) -> dict[str, str]:
        """Lets a request in and gives the rate limit headers of its answer, or raises the 429."""
        use, now, allowance = self._uses.setdefault((user, server), _Use()), self.now(), self.allowance
        while use.calls and use.calls[0][0] <= now - allowance.window:
            use.seconds -= use.calls.popleft()[1]
        if now < use.closed_until:
            use.closed_until += allowance.punishment
            raise self._refusal(use, now)
        oldest = use.calls[0][0] if use.calls else now
        if len(use.calls) >= allowance.requests:
            self._close(use, TOO_MANY_REQUESTS, oldest + allowance.window)
        elif use.seconds >= allowance.seconds:
            self._close(use, TOO_MUCH_TIME, oldest + allowance.window)
        elif use.running >= allowance.concurrent:
            self._close(use, TOO_MANY_AT_ONCE, now + 1)
        if now < use.closed_until:
            raise self._refusal(use, now)
        use.running += 1
        return {
            "x-ms-ratelimit-burst-remaining-xrm-requests": str(allowance.requests - len(use.calls) - 1),
            "x-ms-ratelimit-time-remaining-xrm-requests": f"{max(0.0, allowance.seconds - use.seconds):.2f}",
        }

    def leave(self, user: str, server: int, began: float) -> None:
        """Books a request that was let in at `began`."""
        use, spent = self._uses[user, server], self.now() - began
        use.running -= 1
        use.calls.append((began, spent))
        use.seconds += spent

    def reset(self, allowance: Allowance | None = None) -> None:
        """Forgets all use; takes a new allowance when one is given. Requests under way keep their place."""
        self.allowance, self.refusals = allowance or self.allowance, 0
        for use in self._uses.values():
            use.calls.clear()
            use.seconds, use.closed_until = 0.0, 0.0

    def _close(self, use: _Use, reason: Kind, until: float) -> None:
        use.reason, use.closed_until = reason, until

    def _refusal(self, use: _Use, now: float) -> Refusal:
        self.refusals += 1
        sentence = _SENTENCES[use.reason].format(self.allowance)
        wait = max(1, math.ceil(use.closed_until - now))
        return Refusal(use.reason, sentence, headers={"Retry-After": str(wait)})
