"""What Partner Center sent that Hunter does not know yet: notes in, one fact per oddity kept, with when it was first
seen."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shared.clients.state_store import StateStore

if TYPE_CHECKING:
    from shared.rules.tolerant import Drift

logger = logging.getLogger(__name__)
_reported: set["Drift"] = set()
_MOST_REMEMBERED = 5_000


def report_drift(notes: Iterable["Drift"], *, state: StateStore) -> None:
    """Keeps each oddity once; what this process has reported is not looked up again."""
    for note in notes:
        if note in _reported:
            continue
        if len(_reported) >= _MOST_REMEMBERED:
            _reported.clear()
        _reported.add(note)
        known = state.get("drift", _name(note))
        state.put("drift", _name(note), {**note._asdict(), "count": 1, "first_seen": _first(known, state)})
        logger.warning("referral.drift kind=%s field=%a", note.kind, note.field)  # %a: the name comes from outside


def count_drift(notes: Iterable["Drift"], *, key: str, state: StateStore) -> None:
    """Notes which referral showed an oddity: a row each, so that one that comes again counts once."""
    for note in notes:
        state.put("drift-of", f"{_name(note)}.{key}", {})


def drift_shown(state: StateStore) -> list[dict[str, Any]]:
    """Every oddity with when it was first seen and how many referrals showed it, the latest first."""
    counts = Counter(name.partition(".")[0] for name in state.names("drift-of"))
    shown = [{**fact, "count": max(counts[name], 1)} for name, fact in state.group("drift").items()]
    return sorted(shown, key=lambda fact: str(fact["first_seen"]), reverse=True)


def _name(note: "Drift") -> str:
    return hashlib.sha256("\n".join(note).encode()).hexdigest()[:24]


def _first(known: dict[str, object] | None, state: StateStore) -> object:
    return known["first_seen"] if known else state.now().isoformat(timespec="seconds").replace("+00:00", "Z")
