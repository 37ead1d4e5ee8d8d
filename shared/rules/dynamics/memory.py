"""What Hunter wrote last into each record, as fingerprints: enough to tell a seller's edit, too little to tell a
person."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.rules.dynamics.columns import Record

_REFERENCE = re.compile(r"/?(?:\w+\()?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\)?")


@dataclass(frozen=True, slots=True)
class Memory:
    """One record as Hunter left it: its id, a fingerprint per column written, and the state it was seen in."""

    id: str
    written: Mapping[str, str] = field(default_factory=dict)
    state: str = "open"
    """`open`, or why it is left alone: see `state.state_of`."""
    owner: str | None = None
    """The owner's id, for telling when it changes hands."""

    told: Mapping[str, str] = field(default_factory=dict)
    """Per column, the seller's value that was seen last beside ours (`told_of`), so that it is told once."""

    def then(self, later: "Memory") -> "Memory":
        """This memory after a push; of another record nothing is carried over.

        State and owner stay as they were: that a person changed them is the pull's to tell, however often a push has
        seen it since.
        """
        if later.id != self.id:
            return later
        news = {column: pair for column, pair in later.told.items() if not self._has_told(column, pair)}
        written, told = {**self.written, **later.written}, {**self.told, **news}
        return replace(self, written=written, told=told, owner=self.owner or later.owner)

    def _has_told(self, column: str, pair: str) -> bool:
        """Whether the pair adds nothing: the seller's value is known, and Hunter says what it said before."""
        ours, _, theirs = pair.partition("|")
        return ours == self.written.get(column) and theirs == told_values(self, column)[1]


@dataclass(frozen=True, slots=True)
class Remembered:
    """All that is remembered for one referral.

    `account_decision`: `separate`, an account's id, or None (nobody decided).
    """

    records: Mapping[Record, Memory] = field(default_factory=dict)
    contact_name: str | None = None
    """Fingerprint of the contact's name as it is now: the same name with a new e-mail is the same person."""
    account_decision: str | None = None

    @property
    def ids(self) -> dict[Record, str]:
        """The ids of all that was written."""
        return {record: memory.id for record, memory in self.records.items()}

    def id_of(self, record: Record) -> str | None:
        """The id under which the record was written last."""
        memory = self.records.get(record)
        return memory.id if memory else None


def plain(value: Any) -> Any:
    """A value in the form in which it is compared: no empty text, one kind of line end, references as bare ids."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").strip()
        if found := _REFERENCE.fullmatch(text):
            return found[1].lower()
        return text or None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same."""
    return bool(plain(one) == plain(other))


def fingerprint(value: Any) -> str:
    """A short digest of a value; equal for values that say the same."""
    return hashlib.sha256(json.dumps(plain(value), ensure_ascii=False).encode()).hexdigest()[:16]


def told_of(*values: Any) -> str:
    """A fingerprint of one value, or of several that stand against each other."""
    return "|".join(fingerprint(value) for value in values)


def told_values(memory: Memory, column: str) -> tuple[str, str]:
    """The fingerprints of what Hunter said and what the seller had when they were last seen apart; empty if never."""
    ours, _, theirs = memory.told.get(column, "").partition("|")
    return ours, theirs
