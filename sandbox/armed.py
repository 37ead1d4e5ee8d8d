"""Faults that were asked for go in, the one that strikes now comes out: the same rules for HTTP and for the bus.

Contract section 8: every fault that fits counts what it looks at as seen; of those that are due (from `nth` on, `times`
not used up, the dice say yes) the first one strikes.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class AnyMatch(BaseModel):
    """What a fault concerns; each kind of stand-in adds its own."""

    model_config = ConfigDict(extra="forbid")
    nth: int | None = Field(None, ge=1, description="1 for the first that fits, 2 for the second …")


class AnyFault(BaseModel):
    """One misbehaviour; `times` is 1 when `nth` is given and unlimited otherwise, unless it says so itself."""

    model_config = ConfigDict(extra="forbid", strict=True)
    match: AnyMatch
    times: int | None = Field(None, ge=1, description="how often the fault strikes, at least 1")
    probability: float = Field(1.0, ge=0, le=1, description="a number from 0 to 1")


F = TypeVar("F", bound=AnyFault)


@dataclass(slots=True)
class _Counted(Generic[F]):
    id: int
    fault: F
    seen: int = 0
    hits: int = 0

    def due(self, dice: random.Random) -> bool:
        nth = self.fault.match.nth
        times = self.fault.times or (1 if nth else None)
        if (nth and self.seen < nth) or (times is not None and self.hits >= times):
            return False
        return self.fault.probability >= 1 or dice.random() < self.fault.probability

    def to_json(self) -> dict[str, Any]:
        asked = self.fault.model_dump(mode="json", exclude_defaults=True)
        return {"id": self.id, **asked, "seen": self.seen, "hits": self.hits}


class Armed(Generic[F]):
    """The faults of one stand-in."""

    def __init__(self, kind: type[F], seed: int = 0) -> None:
        self.kind = kind
        self.seed = seed
        self._counted: list[_Counted[F]] = []
        self._made = 0
        self._dice = random.Random(seed)

    def add(self, *faults: F | dict[str, Any]) -> list[int]:
        """Arms faults behind those already there and gives their ids; pydantic's ValidationError for a bad one."""
        checked = [self.kind.model_validate(one) for one in faults]
        counted = [_Counted(self._made + place, fault) for place, fault in enumerate(checked, 1)]
        self._made += len(counted)
        self._counted += counted
        return [one.id for one in counted]

    def remove(self, id: int) -> bool:
        """Disarms one fault; False when there is none with this id."""
        kept = [one for one in self._counted if one.id != id]
        removed = len(kept) < len(self._counted)
        self._counted = kept
        return removed

    def clear(self) -> None:
        """Disarms every fault and rolls the dice back to the seed."""
        self._counted.clear()
        self._dice.seed(self.seed)

    def report(self) -> list[dict[str, Any]]:
        """Every fault with how often it saw something that fits, and how often it struck."""
        return [one.to_json() for one in self._counted]

    def strike(self, fits: Callable[[F], bool]) -> F | None:
        """Counts what happens now as seen by the faults that fit, and gives the one that strikes."""
        fitting = [one for one in self._counted if fits(one.fault)]
        for one in fitting:
            one.seen += 1
        for one in fitting:
            if one.due(self._dice):
                one.hits += 1
                return one.fault
        return None
