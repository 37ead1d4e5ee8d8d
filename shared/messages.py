"""A queue message as bytes, and back: the envelope `{v, type, trace, run, data}` and the id that tells copies apart."""

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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


class Envelope(BaseModel):
    """A hint that something is to be done; the step reads the present state. Only `referral` carries its content."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    v: int = VERSION
    type: Kind
    trace: str = Field(max_length=64)
    """Correlation id, from the poll to Dynamics to the page."""
    run: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    """`key` what it is about, `version` of that, `cause` why it was sent, `attempt` from 0; more per type."""

    @property
    def key(self) -> str:
        """The domain, referral key or run id that the message is about."""
        return str(self.data.get("key", ""))

    @property
    def attempt(self) -> int:
        """How often this piece of work has been put off already."""
        return int(self.data.get("attempt", 0))

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
        return self.model_copy(update={"data": {**self.data, **changes}})

    def to_bytes(self) -> bytes:
        """The body on the wire."""
        return self.model_dump_json().encode()


def read_envelope(body: bytes) -> Envelope:
    """The envelope in a body. Raises `PermanentError` `message_version` for what this release cannot read."""
    try:
        content = json.loads(body)
    except ValueError:
        raise PermanentError("message_version", "The body is not JSON.") from None
    if not isinstance(content, dict) or content.get("v") != VERSION:
        found = content.get("v") if isinstance(content, dict) else type(content).__name__
        raise PermanentError("message_version", f"Version {found!r} is not {VERSION}.", found=str(found), known=VERSION)
    try:
        return Envelope.model_validate(content)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise PermanentError("message_version", f"Field {field} is missing or wrong.", field=field) from None
