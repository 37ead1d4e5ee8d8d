"""Message ids and times go in; whether an id was seen within the last so many seconds comes out."""

from collections import deque
from collections.abc import Hashable


class DuplicateWindow:
    """Remembers ids for `seconds`, counted from their first appearance. A repetition does not prolong that."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: set[Hashable] = set()
        self._ends: deque[tuple[float, Hashable]] = deque()

    def repeats(self, message_id: Hashable | None, now: float) -> bool:
        """True when the id was seen already; else it is from now on. Messages without an id never repeat."""
        while self._ends and self._ends[0][0] <= now:
            self._seen.discard(self._ends.popleft()[1])
        if message_id is None or self._seconds <= 0:
            return False
        if message_id in self._seen:
            return True
        self._seen.add(message_id)
        self._ends.append((now + self._seconds, message_id))
        return False

    def forget(self) -> None:
        """Starts anew."""
        self._seen.clear()
        self._ends.clear()
