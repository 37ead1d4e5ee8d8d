"""A part of a batch goes in; the answer of the fault that was asked for it comes out, or None.

A fault whose method and path fit the batch itself is about the whole batch and never about its parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sandbox.dataverse.exchange import Answer, Request
from sandbox.dataverse.resource import API, api_path
from sandbox.faults import Faults

_CODES = {
    401: "",
    403: "0x80040220",
    404: "0x80040217",
    412: "0x80060882",
    429: "0x80072322",
    500: "0x80044150",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part would go if it travelled alone: what a fault's `match` looks at."""

    method: str
    path: str
    path_qs: str


_WHOLE_BATCH = Place("POST", API + "$batch", API + "$batch")


def error_body(status: int) -> Any:
    """The body of a fault that brings none, in Dataverse's shape."""
    message = f"{HTTPStatus(status).phrase}: a fault that was asked for at /_sandbox/faults"
    return {"error": {"code": _CODES.get(status, "0x0"), "message": message}}


def part_fault(faults: Faults) -> Callable[[Request], Answer | None]:
    """What the service asks before it does a part."""

    def spoil(request: Request) -> Answer | None:
        path, mark, query = (API + (api_path(request.url) or request.url)).partition("?")
        fault = faults.due_for(Place(request.method, path, path + mark + query), beside=_WHOLE_BATCH)
        if fault is None or fault.answer is None:
            return None
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return Answer(fault.answer, error_body(fault.answer) if fault.body is None else fault.body, headers)

    return spoil
