"""What Partner Center sent that Hunter does not know yet: notes in, one fact per oddity kept, with when it was first
seen."""

import hashlib
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from shared.clients.state_store import StateStore

if TYPE_CHECKING:
    from shared.rules.tolerant import Drift

logger = logging.getLogger(__name__)
_reported: set["Drift"] = set()
_MOST_REMEMBERED = 5_000


def report_drift(notes: Iterable["Drift"], *, state: StateStore) -> None:
    """Keeps each oddity once.

    What this process has reported is not looked up again, so `count` is of processes, not records.
    """
    for note in notes:
        if note in _reported:
            continue
        if len(_reported) >= _MOST_REMEMBERED:
            _reported.clear()
        _reported.add(note)
        name = hashlib.sha256("\n".join(note).encode()).hexdigest()[:24]
        known = state.get("drift", name)
        state.put(
            "drift",
            name,
            {**note._asdict(), "count": (known or {}).get("count", 0) + 1, "first_seen": _first(known, state)},
        )
        logger.warning("referral.drift kind=%s field=%a", note.kind, note.field)  # %a: the name comes from outside


def _first(known: dict[str, object] | None, state: StateStore) -> object:
    return known["first_seen"] if known else state.now().isoformat(timespec="seconds").replace("+00:00", "Z")
