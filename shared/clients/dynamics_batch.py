"""Requests in, a `$batch` body out; a `$batch` answer in, its parts out. Bytes throughout, every line ended by CRLF.

The grammar is in reference/dataverse-web-api.md 4.1 and 4.3: with a bare LF, or without the last CRLF, the service
answers "Stream was not readable".
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

API = "/api/data/v9.2/"
MOST_REQUESTS = 1000
"""Per batch, as the service counts them."""
_CRLF = b"\r\n"
_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


class BadBatch(ValueError):
    """The answer is not what the grammar says."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One request inside a batch. `path` is relative to the API, its query percent-encoded."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class BatchPart:
    """One answer inside a batch. Header names are in lower case. `content_id` numbers a change set's answers."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    content_id: str | None = None


def write_reads(requests: Sequence[BatchRequest]) -> tuple[str, bytes]:
    """Content type and body of a batch of reads, answered in this order."""
    boundary = f"batch_{uuid.uuid4()}"
    return _multipart(boundary, [_part(request) for request in requests])


def write_change_set(requests: Sequence[BatchRequest]) -> tuple[str, bytes]:
    """Content type and body of a batch with one change set: all of these writes or none."""
    inner = f"changeset_{uuid.uuid4()}"
    parts = [_part(request, content_id=number) for number, request in enumerate(requests, start=1)]
    content_type, body = _multipart(inner, parts)
    return _multipart(f"batch_{uuid.uuid4()}", [f"Content-Type: {content_type}".encode() + _CRLF * 2 + body])


def read_batch(content_type: str, body: bytes) -> list[BatchPart]:
    """The parts of an answer in order, those of a change set among them. Raises `BadBatch`.

    Fewer parts than requests mean that the rest was not carried out.
    """
    parts: list[BatchPart] = []
    for headers, content in _split(content_type, body):
        kind = headers.get("content-type", "")
        if kind.lower().startswith("multipart/mixed"):
            parts += [_answer(inner, text) for inner, text in _split(kind, content)]
        else:
            parts.append(_answer(headers, content))
    return parts


def _part(request: BatchRequest, *, content_id: int | None = None) -> bytes:
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if content_id is not None:
        head.append(f"Content-ID: {content_id}")
    lines = [*head, "", f"{request.method} {API}{request.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.content is None:
        # Two blank lines: the line end before a boundary belongs to the boundary.
        return _CRLF.join(line.encode() for line in [*lines, "", ""]) + _CRLF
    lines += ["Content-Type: application/json; type=entry", ""]
    return _CRLF.join(line.encode() for line in lines) + _CRLF + json.dumps(request.content).encode("ascii") + _CRLF


def _multipart(boundary: str, parts: Sequence[bytes]) -> tuple[str, bytes]:
    opened = b"".join(b"--" + boundary.encode() + _CRLF + part for part in parts)
    return f'multipart/mixed; boundary="{boundary}"', opened + b"--" + boundary.encode() + b"--" + _CRLF


def _split(content_type: str, body: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Headers and content of each part. A boundary counts only where it fills a line of its own."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BadBatch(f"no boundary in '{content_type[:80]}'")
    lines = list(_boundary_lines(b"--" + (found[1] or found[2]).encode(), body))
    if not lines or not lines[-1][2]:
        raise BadBatch("the answer breaks off before its last boundary")
    return [
        _headed(body[one[1] : following[0]].lstrip(b"\r\n")) for one, following in zip(lines, lines[1:], strict=False)
    ]


def _boundary_lines(mark: bytes, body: bytes) -> Iterator[tuple[int, int, bool]]:
    """Begin and end of each line that is the boundary, and whether it is the closing one."""
    place = body.find(mark)
    while place >= 0:
        after = place + len(mark)
        closing = body.startswith(b"--", after)
        end = body.find(b"\n", after)
        rest = body[after + 2 * closing : end if end >= 0 else len(body)]
        if (place == 0 or body[place - 1 : place] == b"\n") and not rest.strip():
            yield place, after + 2 * closing, closing
        place = body.find(mark, after)


def _headed(text: bytes) -> tuple[dict[str, str], bytes]:
    end = _BLANK_LINE.search(text)
    head, rest = (text[: end.start()], text[end.end() :]) if end else (text, b"")
    lines = (line.partition(":") for line in head.decode("latin-1").splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in lines if colon}, rest


def _answer(headers: Mapping[str, str], content: bytes) -> BatchPart:
    first, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    status = _STATUS.match(first)
    if status is None:
        raise BadBatch("a part does not begin with a status line")
    inner, body = ({}, rest) if rest.startswith((b"\r\n", b"\n")) else _headed(rest)
    return BatchPart(int(status[1]), inner, body.strip(b"\r\n"), headers.get("content-id"))
