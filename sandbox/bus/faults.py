"""Faults asked for go in; which one strikes this operation on this queue, if any, comes out. No network here.

Rules and answers are those of `sandbox.faults`: every fault that fits counts the operation as seen, of those that are
due the first one strikes, `times` is 1 when `nth` is given and unlimited otherwise.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Operation(StrEnum):
    """What a client and the bus do together."""

    ATTACH = "attach"
    SEND = "send"
    DELIVER = "deliver"
    SETTLE = "settle"
    MANAGE = "manage"


class Kind(StrEnum):
    """How the bus can misbehave."""

    DROP = "drop"
    DUPLICATE = "duplicate"
    DELAY = "delay"
    DETACH = "detach"
    SERVER_BUSY = "server_busy"
    LOSE_LOCK = "lose_lock"


_USUAL = {Operation.SEND, Operation.DELIVER, Operation.SETTLE}
_STRIKES: dict[Kind, tuple[set[Operation], set[Operation]]] = {  # without `on`; what `on` may name
    Kind.DROP: (_USUAL, set(Operation)),
    Kind.DUPLICATE: ({Operation.SETTLE}, {Operation.SEND, Operation.SETTLE}),
    Kind.DELAY: (_USUAL, _USUAL | {Operation.MANAGE}),
    Kind.DETACH: (_USUAL, set(Operation)),
    Kind.SERVER_BUSY: ({Operation.SEND}, set(Operation)),
    Kind.LOSE_LOCK: ({Operation.SETTLE}, {Operation.DELIVER, Operation.SETTLE}),
}


class Match(BaseModel):
    """What a fault concerns."""

    model_config = ConfigDict(extra="forbid")
    queue: str = Field("*", description="a glob such as scans, or leave it out for all; dead letters: */$dead*")
    on: Operation | None = Field(None, description="attach, send, deliver, settle or manage")
    message_id: str = Field("*", description="a glob over the message id, or leave it out for all")
    nth: int | None = Field(None, ge=1, description="1 for the first operation that fits, 2 for the second …")


class BusFault(BaseModel):
    """One misbehaviour: exactly one of the six kinds."""

    model_config = ConfigDict(extra="forbid", strict=True)
    match: Match = Field(
        default_factory=lambda: Match.model_validate({}), strict=False, description='{"queue", "on", "nth"}'
    )
    drop: bool = Field(False, description="true, to end the connection without an answer")
    duplicate: bool = Field(
        False, description="true, to bring a completed message once more; on send, to keep it twice"
    )
    delay: bool = Field(False, description="true, to wait for delay_ms, or a second")
    delay_ms: int | None = Field(None, ge=0, le=600_000, description="milliseconds from 0 to 600000")
    detach: bool | str = Field(False, description="true, or an AMQP condition, to end the link with it")
    server_busy: bool = Field(False, description="true, to refuse with com.microsoft:server-busy")
    lose_lock: bool = Field(False, description="true, to end the lock just before the message is settled")
    after_commit: bool = Field(False, description="true, to do the work before its answer is lost or replaced")
    times: int | None = Field(None, ge=1, description="how often the fault strikes, at least 1")
    probability: float = Field(1.0, ge=0, le=1, description="a number from 0 to 1")

    @model_validator(mode="after")
    def _parts_agree(self) -> "BusFault":
        kinds = [kind for kind in Kind if getattr(self, kind.value) or (kind is Kind.DELAY and self.delay_ms)]
        if len(kinds) != 1:
            raise ValueError(f"give exactly one of {', '.join(Kind)}, not {len(kinds)}")
        if self.match.on is not None and self.match.on not in _STRIKES[kinds[0]][1]:
            possible = ", ".join(one for one in Operation if one in _STRIKES[kinds[0]][1])
            raise ValueError(f"{kinds[0]} cannot strike on {self.match.on}: give one of {possible}")
        if self.after_commit and kinds[0] not in (Kind.DROP, Kind.DETACH, Kind.SERVER_BUSY):
            raise ValueError("after_commit belongs to drop, detach or server_busy")
        return self

    @property
    def kind(self) -> Kind:
        """Which of the six it is."""
        return next(kind for kind in Kind if getattr(self, kind.value) or (kind is Kind.DELAY and self.delay_ms))

    @property
    def seconds(self) -> float:
        """How long a delay lasts; one second unless it says so."""
        return (1000 if self.delay_ms is None else self.delay_ms) / 1000

    @property
    def condition(self) -> str:
        """The AMQP condition that the client is told."""
        if self.kind is Kind.SERVER_BUSY:
            return "com.microsoft:server-busy"
        return self.detach if isinstance(self.detach, str) else "amqp:link:detach-forced"

    def fits(self, operation: Operation, queue: str, message_ids: Iterable[Any]) -> bool:
        """True when operation, queue and any of the ids fit, `nth` aside."""
        wanted = {self.match.on} if self.match.on else _STRIKES[self.kind][0]
        if operation not in wanted or not fnmatchcase(queue.lower(), self.match.queue.lower()):
            return False
        return self.match.message_id == "*" or any(fnmatchcase(str(one), self.match.message_id) for one in message_ids)


@dataclass(slots=True)
class _Armed:
    id: int
    fault: BusFault
    seen: int = 0
    hits: int = 0

    def due(self, dice: random.Random) -> bool:
        nth = self.fault.match.nth
        times = self.fault.times or (1 if nth else None)
        if (nth and self.seen < nth) or (times is not None and self.hits >= times):
            return False
        return self.fault.probability >= 1 or dice.random() < self.fault.probability


class BusFaults:
    """The faults of one bus."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._armed: list[_Armed] = []
        self._made = 0
        self._dice = random.Random(seed)

    def add(self, *faults: BusFault | dict[str, Any]) -> list[int]:
        """Arms faults behind those already there and gives their ids; pydantic's ValidationError for a bad one."""
        checked = [one if isinstance(one, BusFault) else BusFault.model_validate(one) for one in faults]
        armed = [_Armed(self._made + place, fault) for place, fault in enumerate(checked, 1)]
        self._made += len(armed)
        self._armed += armed
        return [one.id for one in armed]

    def remove(self, id: int) -> bool:
        """Disarms one fault; False when there is none with this id."""
        kept = [one for one in self._armed if one.id != id]
        removed = len(kept) < len(self._armed)
        self._armed = kept
        return removed

    def clear(self) -> None:
        """Disarms every fault and rolls the dice back to the seed."""
        self._armed.clear()
        self._dice.seed(self.seed)

    def report(self) -> list[dict[str, Any]]:
        """Every fault with how many operations it saw and how many it hit."""
        return [
            {
                "id": one.id,
                **one.fault.model_dump(mode="json", exclude_defaults=True),
                "seen": one.seen,
                "hits": one.hits,
            }
            for one in self._armed
        ]

    def pick(
        self,
        operation: Operation,
        queue: str,
        message_ids: Iterable[Any] = (),
        *,
        without: frozenset[Kind] = frozenset(),
    ) -> BusFault | None:
        """The fault that strikes now; kinds in `without` make no sense at this place."""
        if not self._armed:
            return None
        ids = list(message_ids)
        fitting = [
            one for one in self._armed if one.fault.kind not in without and one.fault.fits(operation, queue, ids)
        ]
        for one in fitting:
            one.seen += 1
        for one in fitting:
            if one.due(self._dice):
                one.hits += 1
                return one.fault
        return None
