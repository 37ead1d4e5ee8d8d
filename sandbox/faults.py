"""Faults asked for at `/_sandbox/faults` go in; an aiohttp middleware that makes a stand-in misbehave so comes out."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Literal, Protocol
from urllib.parse import unquote

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import Field, model_validator

from sandbox.armed import AnyFault, AnyMatch, Armed
from sandbox.fault_doors import add_fault_doors, refused_page


class Addressed(Protocol):
    """What a fault looks at: aiohttp's request, or a part of a batch that says as much."""

    @property
    def method(self) -> str:
        """GET, POST …"""

    @property
    def path(self) -> str:
        """The decoded path without the query."""

    @property
    def path_qs(self) -> str:
        """The path with the query, as sent."""


class Match(AnyMatch):
    """Which requests a fault concerns: method, path (a glob, with or without the query), from which one on."""

    method: str | None = Field(None, description="a method such as GET, or leave it out for all")
    path: str = Field("*", description="a glob such as */referrals, or leave it out for all")

    def fits(self, request: Addressed) -> bool:
        """True when the request's method and path fit, `nth` aside."""
        if self.method is not None and self.method.upper() != request.method:
            return False
        return fnmatchcase(request.path, self.path) or fnmatchcase(unquote(request.path_qs), self.path)


class Fault(AnyFault):
    """One misbehaviour over HTTP."""

    match: Match = Field(default_factory=lambda: Match.model_validate({}), description='{"method", "path", "nth"}')
    answer: int | None = Field(None, ge=200, le=599, description="an HTTP status such as 429")
    retry_after: int | float | str | None = Field(None, description="seconds, or the text of an HTTP date")
    body: Any = Field(None, description="the answer's body: JSON, or text (HTML when it begins with <)")
    delay_ms: int = Field(0, ge=0, le=600_000, description="milliseconds from 0 to 600000")
    drop: bool | Literal["reset"] = Field(False, description='true closes the socket unanswered, "reset" resets it')
    truncate: int | None = Field(None, ge=0, description="after how many bytes of the body the connection ends")
    after_commit: bool = Field(False, description="true: the work is done first, then its answer is lost or replaced")

    @model_validator(mode="after")
    def _parts_agree(self) -> "Fault":
        if self.answer is None and (self.retry_after is not None or self.body is not None):
            raise ValueError("retry_after and body belong to an answer: give answer as well")
        if self.after_commit and self.answer is None and not self.drop:
            raise ValueError("after_commit says when, not what: give answer or drop as well")
        if not (self.answer or self.drop or self.delay_ms or self.truncate is not None):
            raise ValueError("nothing would happen: give answer, drop, truncate or delay_ms")
        return self


def _usual_error(status: int) -> Any:
    return {"error": {"code": str(status), "message": HTTPStatus(status).phrase}}


class Faults(Armed[Fault]):
    """The faults of one stand-in; `error_body` gives the supplier's shape to an answer that brings no body."""

    def __init__(self, seed: int = 0, error_body: Callable[[int], Any] = _usual_error) -> None:
        super().__init__(Fault, seed)
        self._error_body = error_body

    def add_doors(self, app: web.Application) -> None:
        """Adds GET, POST and DELETE `/_sandbox/faults`."""
        add_fault_doors(app, self, example='{"match": {"path": "*"}, "answer": 429}')

    @property
    def middleware(self) -> Any:
        """The aiohttp middleware; it never touches `/_sandbox/` doors, save to refuse calls that a web page makes."""

        @web.middleware
        async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/_sandbox/"):
                refused = refused_page(request)
                return await handler(request) if refused is None else refused
            fault = self.due_for(request)
            return await handler(request) if fault is None else await self._apply(fault, request, handler)

        return misbehave

    def due_for(self, request: Addressed, *, beside: Addressed | None = None) -> Fault | None:
        """Counts the request and gives the fault that hits it; `beside`: leaves out those that fit this one as well."""
        return self.strike(lambda one: one.match.fits(request) and not (beside is not None and one.match.fits(beside)))

    async def _apply(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        answer: web.StreamResponse | None = None
        if fault.after_commit or not (fault.answer or fault.drop):
            try:
                answer = await handler(request)
            except web.HTTPException as error:
                answer = web.Response(status=error.status, headers=error.headers, body=error.body)
        if fault.drop:
            return _dropped(request, reset=fault.drop == "reset")
        if fault.answer or answer is None:
            answer = self._answer(fault)
        return answer if fault.truncate is None else await _truncated(request, answer, fault.truncate)

    def _answer(self, fault: Fault) -> web.Response:
        status = fault.answer or 500
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        body = self._error_body(status) if fault.body is None else fault.body
        text = body if isinstance(body, str) else json.dumps(body)
        html = isinstance(body, str) and body.lstrip().startswith("<")
        return web.Response(
            status=status, headers=headers, text=text, content_type="text/html" if html else "application/json"
        )


def _dropped(request: web.Request, *, reset: bool) -> web.Response:
    transport = request.transport
    if transport is not None:
        if reset and (connection := transport.get_extra_info("socket")) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _truncated(request: web.Request, answer: web.StreamResponse, size: int) -> web.StreamResponse:
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
    if size >= len(body):
        return answer
    part = web.StreamResponse(status=answer.status, headers=answer.headers)
    part.content_length = len(body)  # promises the whole, as a server does that dies while it answers
    await part.prepare(request)
    await part.write(body[:size])
    if request.transport is not None:
        request.transport.close()
    return part
