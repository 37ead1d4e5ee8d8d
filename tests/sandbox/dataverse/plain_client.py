"""A plain client: requests to speak, Python's own e-mail parser to read multipart answers."""

import email
import json
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import Any
from uuid import uuid4

import requests

API = "/api/data/v9.2/"


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """One answer inside a batch answer."""

    status: int
    headers: dict[str, str]
    text: str
    content_id: str | None

    @property
    def code(self) -> str:
        """`error.code` of a refusal."""
        return str(json.loads(self.text)["error"]["code"])


class Api:
    """Calls one stand-in as a client of the Web API would."""

    def __init__(self, address: str, *, close: Callable[[], None] = lambda: None) -> None:
        self.address, self.close = address, close
        self.session = requests.Session()
        self.session.headers.update({"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"})

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """A request below the API's base; header names are written with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(method, self.address + API + path, json=body, headers=named, timeout=10)

    def get(self, path: str, **headers: str) -> requests.Response:
        """GET below the API's base."""
        return self.send("GET", path, **headers)

    def value(self, path: str, **headers: str) -> list[dict[str, Any]]:
        """The rows of a collection; the request must succeed."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["value"]
        return rows

    def create(self, entity_set: str, **columns: Any) -> str:
        """Makes a row and gives its id."""
        answer = self.send("POST", entity_set, columns)
        assert answer.status_code == 204, answer.text
        return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")

    def door(self, name: str, body: Any = None) -> requests.Response:
        """POST at a control door."""
        return self.session.post(f"{self.address}/_sandbox/{name}", json=body or {}, timeout=10)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Everything a table holds."""
        found: list[dict[str, Any]] = self.session.get(f"{self.address}/_sandbox/rows/{table}", timeout=10).json()
        return found

    def batch(self, body: bytes, *, boundary: str = "batch_1", **headers: str) -> requests.Response:
        """Sends a ready batch body."""
        named = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.post(self.address + API + "$batch", data=body, headers=named, timeout=10)


def part(method: str, path: str, body: Any = None, *, content_id: int | None = None, **headers: str) -> list[str]:
    """The lines of one request part, without the boundary before it."""
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if content_id is not None:
        lines.append(f"Content-ID: {content_id}")
    lines += ["", f"{method} {path if path.startswith('$') else API + path} HTTP/1.1"]
    lines += ["Content-Type: application/json; type=entry"] if body is not None else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return [*lines, "", "" if body is None else json.dumps(body)]


def multipart(parts: list[list[str]], *, boundary: str = "batch_1", line_end: str = "\r\n") -> bytes:
    """Parts between boundaries, closed."""
    lines = [line for one in parts for line in (f"--{boundary}", *one)]
    return (line_end.join([*lines, f"--{boundary}--"]) + line_end).encode()


def change_set(*parts: list[str]) -> list[str]:
    """The lines of a change set, as a part of a batch."""
    boundary = f"changeset_{uuid4()}"
    inner = multipart(list(parts), boundary=boundary).decode().removesuffix("\r\n").split("\r\n")
    return [f"Content-Type: multipart/mixed; boundary={boundary}", "", *inner, ""]


def parts_of(answer: requests.Response) -> list[PartAnswer | list[PartAnswer]]:
    """The parts of a batch answer; a change set that succeeded is a list."""
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + answer.content)
    assert message.is_multipart(), answer.text
    return [
        [_part_answer(inner) for inner in _inside(one)] if one.is_multipart() else _part_answer(one)
        for one in _inside(message)
    ]


def _inside(message: Message) -> list[Message]:
    return [one for one in message.get_payload() if isinstance(one, Message)]


def _part_answer(message: Message) -> PartAnswer:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    head, _, body = payload.replace(b"\r\n", b"\n").partition(b"\n\n")
    status_line, *lines = head.decode().splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return PartAnswer(int(status_line.split()[1]), headers, body.decode().strip(), message["Content-ID"])
