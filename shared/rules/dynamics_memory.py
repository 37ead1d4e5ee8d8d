"""What Hunter wrote last into each record, as fingerprints: enough to tell a seller's edit, too little to tell a
person."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.rules.dynamics_columns import Record

_REFERENCE = re.compile(r"/?(?:\w+\()?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\)?")


@dataclass(frozen=True, slots=True)
class Memory:
    """One record as Hunter left it: its id, a fingerprint per column written, and the state it was seen in."""

    id: str
    written: Mapping[str, str] = field(default_factory=dict)
    state: str = "open"
    """`open`, or why it is left alone: see `dynamics_state.state_of`."""
    owner: str | None = None
    """The owner's id, for telling when it changes hands."""

    told: Mapping[str, str] = field(default_factory=dict)
    """Per column, the disagreement that was last told of, so that it is told once."""

    def then(self, later: "Memory") -> "Memory":
        """This memory brought up to date; of another record nothing is carried over."""
        if later.id != self.id:
            return later
        return replace(later, written={**self.written, **later.written}, told={**self.told, **later.told})


@dataclass(frozen=True, slots=True)
class Remembered:
    """All that is remembered for one referral.

    `account_decision`: `separate`, an account's id, or None (nobody decided).
    """

    records: Mapping[Record, Memory] = field(default_factory=dict)
    contact_name: str | None = None
    """Fingerprint of the contact's name as it is now: the same name with a new e-mail is the same person."""
    account_decision: str | None = None

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
