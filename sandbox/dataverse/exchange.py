"""The shape of one request and one answer, whether they travel alone or as a part of a batch."""

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.dataverse.errors import BAD_PAYLOAD, Kind, Refusal
from sandbox.dataverse.rows import Link

JSON_TYPE = "application/json; odata.metadata=minimal"
UNSUPPORTED_MEDIA_TYPE = Kind(415, "0x80060888")


@dataclass(slots=True)
class Request:
    """Method, URL as sent (path or full address, with query), headers by lower-case name, body."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def prefer(self) -> dict[str, str]:
        """The preferences by name, without quotes."""
        found = {}
        for part in self.headers.get("prefer", "").split(","):
            name, _, value = part.strip().partition("=")
            if name:
                found[name] = value.strip('"')
        return found

    def header(self, name: str) -> str | None:
        """A header's value; `null`, which clients send to defeat caches, counts as none."""
        value = self.headers.get(name)
        return None if value in (None, "null") else value

    def json(self) -> dict[str, Any]:
        """The body as a JSON object."""
        if not self.headers.get("content-type", "").lower().startswith("application/json"):
            raise Refusal(UNSUPPORTED_MEDIA_TYPE, "The content type of a request with a body must be application/json.")
        try:
            body = json.loads(self.body, parse_constant=_refuse_constant)
        except ValueError as error:
            raise Refusal(BAD_PAYLOAD, f"Error identified in Payload provided by the user: {error}") from error
        if not isinstance(body, dict):
            raise Refusal(BAD_PAYLOAD, "Error identified in Payload provided by the user: a JSON object was expected.")
        return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class SpoiledPart(Refusal):
    """A fault that was asked for hit a part of a batch; `answer` stands in for the part's own."""

    def __init__(self, answer: "Answer") -> None:
        super().__init__(Kind(answer.status, ""), "a fault that was asked for")
        self.answer = answer


@dataclass(slots=True)
class Answer:
    """Status, headers and a JSON value or ready bytes (no body when `content` is None); `made` is the row written."""

    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    made: Link | None = None

    @property
    def body(self) -> bytes:
        """The bytes to send."""
        if self.content is None or isinstance(self.content, bytes):
            return self.content or b""
        return json.dumps(self.content, ensure_ascii=False).encode("utf-8", "replace")

    @property
    def content_type(self) -> str | None:
        """The type of the body, None without one."""
        return None if self.content is None else self.headers.get("Content-Type", JSON_TYPE)


def refused(refusal: Refusal) -> Answer:
    """The answer that tells of a refusal."""
    if isinstance(refusal, SpoiledPart):
        return refusal.answer
    return Answer(refusal.kind.status, refusal.to_json(), dict(refusal.headers))
