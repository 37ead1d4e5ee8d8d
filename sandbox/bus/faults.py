"""Faults asked for go in; which one strikes this operation on this queue, if any, comes out. No network here."""

from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field, model_validator

from sandbox.armed import AnyFault, AnyMatch, Armed


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


class Match(AnyMatch):
    """What a fault concerns."""

    queue: str = Field("*", description="a glob such as scans, or leave it out for all; dead letters: */$dead*")
    on: Operation | None = Field(None, description="attach, send, deliver, settle or manage")
    message_id: str = Field("*", description="a glob over the message id, or leave it out for all")


class BusFault(AnyFault):
    """One misbehaviour: exactly one of the six kinds."""

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


class BusFaults(Armed[BusFault]):
    """The faults of one bus."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(BusFault, seed)

    def pick(
        self,
        operation: Operation,
        queue: str,
        message_ids: Iterable[Any] = (),
        *,
        without: frozenset[Kind] = frozenset(),
    ) -> BusFault | None:
        """The fault that strikes now; kinds in `without` make no sense at this place."""
        ids = list(message_ids)
        return self.strike(lambda one: one.kind not in without and one.fits(operation, queue, ids))
