"""A queue message as bytes, and back: the envelope `{v, type, trace, run, data}` and the id that tells copies apart."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from shared.errors import PermanentError

VERSION = 1
Kind = Literal["referral", "scan", "score", "push", "run"]
QUEUE_OF: dict[str, str] = {
    "referral": "referrals",
    "scan": "scans",
    "score": "scores",
    "push": "pushes",
    "run": "runs",
}
"""The queue that carries each type of message; the only list of queues there is."""
QUEUES = tuple(QUEUE_OF.values())
_LONGEST_ID = 128
_LONGEST_TRACE = 64
_LONGEST_KEY = 512
"""Characters of a row key in Table Storage, two bytes each."""
_NO_KEY = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
"""What no key of a row may hold
(learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model)."""


def _is_key(given: Any) -> bool:
    return isinstance(given, str) and 0 < len(given) <= _LONGEST_KEY and not _NO_KEY.search(given)


def _is_count(given: Any) -> bool:
    return given is None or (type(given) is int and given >= 0)


_FIELDS: dict[str, Callable[[Any], bool]] = {
    "type": lambda given: isinstance(given, str) and given in QUEUE_OF,
    "trace": lambda given: isinstance(given, str) and len(given) <= _LONGEST_TRACE,
    "run": lambda given: given in (None, "") or _is_key(given),
    "data": lambda given: isinstance(given, dict),
}
"""What each field of a message must be; outsiders may write to the queue as well."""
_DATA: dict[str, Callable[[Any], bool]] = {
    "key": _is_key,
    "item": lambda given: given is None or _is_key(given),
    "failure": lambda given: given is None or _is_key(given),
    "attempt": _is_count,
    "waits": _is_count,
}
"""The same for what `data` says of every type: a step that knew no key would have nothing to do, and say it is done."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A hint that something is to be done; the step reads the present state. Only `referral` carries its content."""

    type: Kind
    trace: str
    """Correlation id, from the poll to Dynamics to the page."""
    run: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    """`key` what it is about, `version` of that, `cause` why it was sent, `attempt` from 0; more per type."""
    v: int = VERSION

    @classmethod
    def of(cls, content: Any) -> "Envelope":
        """The envelope in JSON-ready data. Raises `PermanentError` `message_version`; a newer field is passed over."""
        if not isinstance(content, dict) or content.get("v") != VERSION:
            found = content.get("v") if isinstance(content, dict) else type(content).__name__
            raise PermanentError("message_version", why="version_differs", found=str(found), known=VERSION)
        given: dict[str, Any] = {name: content.get(name) for name in ("type", "trace", "run", "data")}
        given["data"] = content.get("data", {})
        _refuse_wrong(given, _FIELDS)
        _refuse_wrong(given["data"], _DATA, within="data.")
        return cls(**given)

    @property
    def key(self) -> str:
        """The domain, referral key or run id that the message is about."""
        return str(self.data.get("key", ""))

    @property
    def attempt(self) -> int:
        """How often this piece of work has been put off already."""
        return int(self.data.get("attempt") or 0)

    @property
    def message_id(self) -> str:
        """`{step}:{key}:{version}:{cause}:{attempt}`, hashed when longer than Service Bus allows (128)."""
        parts = (self.type, self.key, self.data.get("version", 0), self.data.get("cause", "road"), self.attempt)
        text = ":".join(str(part) for part in parts)
        return text if len(text) <= _LONGEST_ID else hashlib.sha256(text.encode()).hexdigest()

    @property
    def work(self) -> str:
        """Names the piece of work, whichever attempt at it this is."""
        return f"{self.type}:{self.key}:{self.data.get('version', 0)}:{self.data.get('cause', 'road')}"

    def again(self, **changes: Any) -> "Envelope":
        """The same work with other particulars, so that the copy has an id of its own."""
        return replace(self, data={**self.data, **changes})

    def to_bytes(self) -> bytes:
        """The body on the wire."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()


def _refuse_wrong(given: dict[str, Any], fields: dict[str, Callable[[Any], bool]], *, within: str = "") -> None:
    for name, is_right in fields.items():
        if not is_right(given.get(name)):
            raise PermanentError("message_version", why="field_wrong", field=f"{within}{name}")


def read_envelope(body: bytes) -> Envelope:
    """The envelope in a body. Raises `PermanentError` `message_version` for what this release cannot read."""
    try:
        content = json.loads(body)
        if b"\\u" in body:
            json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair can neither be kept nor shown
    except (ValueError, RecursionError):
        raise PermanentError("message_version", why="body_not_json") from None
    return Envelope.of(content)
