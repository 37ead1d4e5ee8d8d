"""The bytes of a `$batch` body go in; its requests and change sets come out, or the refusal that the real reader gives.

Every rule here is one of reference/dataverse-web-api.md section 4.1: CRLF, part headers, Content-IDs, blank lines.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.dataverse.errors import BAD_PAYLOAD, BAD_REQUEST, Refusal
from sandbox.dataverse.exchange import Request

MOST_REQUESTS = 1000
LONGEST_BOUNDARY = 70
_BOUNDARY = re.compile(r'multipart/mixed\s*;.*?boundary=(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_REQUEST_LINE = re.compile(rb"([A-Z]+) (.+) HTTP/1\.1")


class Malformed(Exception):
    """The body cannot be read: the answer is 400 with one error part."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(slots=True)
class Part:
    """One request of a batch."""

    request: Request
    content_id: str | None = None


@dataclass(slots=True)
class ChangeSet:
    """Requests that succeed or fail together."""

    parts: list[Part]


def boundary_of(content_type: str) -> str:
    """The boundary of a multipart body; anything else is refused with an ordinary JSON error."""
    match = _BOUNDARY.match(content_type)
    if match is None:
        raise Refusal(BAD_REQUEST, "The content type of a batch must be multipart/mixed with a boundary.")
    boundary = match.group(1) or match.group(2)
    if len(boundary) > LONGEST_BOUNDARY:
        raise Refusal(BAD_REQUEST, f"The boundary '{boundary}' is longer than {LONGEST_BOUNDARY} characters.")
    return boundary


def read_batch(body: bytes, content_type: str) -> list[Part | ChangeSet]:
    """The whole batch, in order."""
    boundary = boundary_of(content_type)
    _refuse_bare_line_feeds(body)
    found: list[Part | ChangeSet] = []
    for headers, content in _parts(body, boundary):
        if headers.get("content-type", "").lower().startswith("multipart/mixed"):
            inner = _parts(content + b"\r\n", boundary_of(headers["content-type"]))
            found.append(ChangeSet([_write(*part) for part in inner]))
        else:
            found.append(_single(headers, content))
    _refuse_repeated_ids(found)
    if sum(len(one.parts) if isinstance(one, ChangeSet) else 1 for one in found) > MOST_REQUESTS:
        raise Refusal(BAD_REQUEST, f"The batch holds more than {MOST_REQUESTS} requests, the most that is allowed.")
    return found


def _refuse_bare_line_feeds(body: bytes) -> None:
    """Every line ends with CRLF, the last one too; the way out for clients that cannot is two line ends at the end."""
    if body.endswith((b"\n\n", b"\r\n\r\n")):
        return
    first_line_end = body.find(b"\n")
    if not body.endswith(b"\r\n") or body[first_line_end - 1 : first_line_end] != b"\r":
        lead_in = "Error identified in Payload provided by the user for Entity :''"
        raise _malformed(f"{lead_in}  ---->  InnerException : System.ArgumentException: Stream was not readable.")


def _parts(body: bytes, boundary: str) -> Iterator[tuple[dict[str, str], bytes]]:
    pieces = re.split(rb"(?:^|\r?\n)--" + re.escape(boundary.encode()) + rb"(?=--|[ \t]*\r?\n)", body)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise _malformed("Unexpected end of stream: the closing boundary of the batch or change set is missing.")
    for piece in pieces[1:-1]:
        if piece.startswith(b"--"):
            raise _malformed("A part follows the closing boundary.")
        head, content = _divided(piece.lstrip(b" \t"))
        if content is None:
            raise _malformed(f"The message header '--{boundary}' is invalid. The blank line after it is missing.")
        yield _headers(head), content


def _divided(data: bytes) -> tuple[bytes, bytes | None]:
    """What stands before and after the first blank line; None when there is no blank line."""
    match = _BLANK_LINE.search(data)
    return (data, None) if match is None else (data[: match.start()], data[match.end() :])


def _headers(head: bytes) -> dict[str, str]:
    found = {}
    for line in head.decode("utf-8", "replace").strip("\r\n").splitlines():
        name, colon, value = line.partition(":")
        if not colon:
            raise _malformed(f"The message header '{line}' is invalid. It must be of the format 'name: value'.")
        found[name.strip().lower()] = value.strip()
    return found


def _single(headers: dict[str, str], content: bytes) -> Part:
    if not headers.get("content-type", "").lower().startswith("application/http"):
        raise _malformed("The content type of a batch part must be 'application/http' or 'multipart/mixed'.")
    if headers.get("content-transfer-encoding", "").lower() != "binary":
        raise _malformed("The part header 'Content-Transfer-Encoding: binary' is missing.")
    return Part(_request(content), headers.get("content-id"))


def _write(headers: dict[str, str], content: bytes) -> Part:
    if headers.get("content-type", "").lower().startswith("multipart/mixed"):
        raise _malformed("A change set cannot hold another change set or batch.")
    part = _single(headers, content)
    if part.request.method == "GET":
        raise _malformed(
            "An invalid HTTP method 'GET' was detected for a request in a change set. Requests in change sets only "
            "support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'."
        )
    if part.content_id is None:
        raise _malformed("The Content-ID header is missing: each request of a change set must have one.")
    return part


def _request(content: bytes) -> Request:
    head, body = _divided(content)
    if body is None and not content.endswith(b"\n"):
        raise _malformed("The message header '--batch' is invalid. A part without a body ends with two blank lines.")
    line, _, rest = head.partition(b"\n")
    line = line.rstrip(b"\r")
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        shown = line.decode("utf-8", "replace")
        raise _malformed(f"The request line '{shown}' is invalid. It must be of the format 'METHOD URL HTTP/1.1'.")
    method, url = match.group(1).decode(), match.group(2).decode("utf-8", "replace")
    headers = _headers(rest)
    if body and body.strip() and "content-type" not in headers:
        raise _malformed(
            "A missing or empty content type header was found when trying to read a message. The content type header "
            "is required."
        )
    return Request(method, url, headers, body or b"")


def _refuse_repeated_ids(found: list[Part | ChangeSet]) -> None:
    seen: set[str] = set()
    for one in found:
        for part in one.parts if isinstance(one, ChangeSet) else [one]:
            if part.content_id is not None and part.content_id in seen:
                raise _malformed(f"The Content-ID '{part.content_id}' is used more than once in the batch.")
            seen.add(part.content_id or "")


def _malformed(message: str) -> Malformed:
    kind = BAD_PAYLOAD if "Stream was not readable" in message else BAD_REQUEST
    return Malformed(Refusal(kind, message))
