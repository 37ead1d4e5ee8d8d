"""Faults asked for at `/_sandbox/faults` go in; an aiohttp middleware that makes a stand-in misbehave so comes out.

Contract section 8 has the names. Every fault whose method and path fit counts the request as seen; of those that are
due (from `nth` on, `times` not used up, the dice say yes) the first one is applied.
"""

import asyncio
import json
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Literal, Protocol
from urllib.parse import unquote

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

PATH = "/_sandbox/faults"
_HINT = "see GET /_sandbox/faults and contract section 8"


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


class Match(BaseModel):
    """Which requests a fault concerns: method, path (a glob, with or without the query), from which one on."""

    model_config = ConfigDict(extra="forbid")
    method: str | None = Field(None, description="a method such as GET, or leave it out for all")
    path: str = Field("*", description="a glob such as */referrals, or leave it out for all")
    nth: int | None = Field(None, ge=1, description="1 for the first request that fits, 2 for the second …")

    def fits(self, request: Addressed) -> bool:
        """True when the request's method and path fit, `nth` aside."""
        if self.method is not None and self.method.upper() != request.method:
            return False
        return fnmatchcase(request.path, self.path) or fnmatchcase(unquote(request.path_qs), self.path)


class Fault(BaseModel):
    """One misbehaviour; `times` is 1 when `nth` is given and unlimited otherwise, unless it says so itself."""

    model_config = ConfigDict(extra="forbid", strict=True)
    match: Match = Field(default_factory=lambda: Match.model_validate({}), description='{"method", "path", "nth"}')
    answer: int | None = Field(None, ge=200, le=599, description="an HTTP status such as 429")
    retry_after: int | float | str | None = Field(None, description="seconds, or the text of an HTTP date")
    body: Any = Field(None, description="the answer's body: JSON, or text (HTML when it begins with <)")
    times: int | None = Field(None, ge=1, description="how often the fault is applied, at least 1")
    probability: float = Field(1.0, ge=0, le=1, description="a number from 0 to 1")
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


_FAULTS: TypeAdapter[list[Fault]] = TypeAdapter(list[Fault])


@dataclass(slots=True)
class _Armed:
    id: int
    fault: Fault
    seen: int = 0
    hits: int = 0

    def due(self, dice: random.Random) -> bool:
        fault, nth = self.fault, self.fault.match.nth
        times = fault.times or (1 if nth else None)
        if (nth and self.seen < nth) or (times is not None and self.hits >= times):
            return False
        return fault.probability >= 1 or dice.random() < fault.probability

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, **self.fault.model_dump(exclude_defaults=True), "seen": self.seen, "hits": self.hits}


@dataclass(slots=True)
class Faults:
    """The faults of one stand-in; `error_body` gives the supplier's shape to an answer that brings no body."""

    seed: int = 0
    error_body: Callable[[int], Any] = field(
        default=lambda status: {"error": {"code": str(status), "message": HTTPStatus(status).phrase}}
    )
    _armed: list[_Armed] = field(default_factory=list, init=False)
    _made: int = field(default=0, init=False)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def add(self, *faults: Fault | dict[str, Any]) -> list[int]:
        """Arms faults (behind those already there) and gives their ids."""
        armed = []
        for fault in faults:
            self._made += 1
            armed.append(_Armed(self._made, fault if isinstance(fault, Fault) else Fault.model_validate(fault)))
        self._armed.extend(armed)
        return [one.id for one in armed]

    def clear(self) -> None:
        """Disarms every fault and rolls the dice back to the seed."""
        self._armed.clear()
        self._dice.seed(self.seed)

    def report(self) -> list[dict[str, Any]]:
        """Every fault with how many requests it saw and how many it hit."""
        return [one.to_json() for one in self._armed]

    def add_doors(self, app: web.Application) -> None:
        """Adds GET, POST and DELETE `/_sandbox/faults` (one fault: DELETE `/_sandbox/faults/{id}`)."""
        app.router.add_get(PATH, self._list)
        app.router.add_post(PATH, self._post)
        app.router.add_delete(PATH, self._delete)
        app.router.add_delete(PATH + "/{id}", self._delete)

    @property
    def middleware(self) -> Any:
        """The aiohttp middleware; it never touches `/_sandbox/` doors, save to refuse calls that a web page makes."""

        @web.middleware
        async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/_sandbox/"):
                if "Origin" in request.headers:
                    return web.json_response({"problem": "control doors refuse web pages (Origin header)"}, status=403)
                return await handler(request)
            fault = self.due_for(request)
            return await handler(request) if fault is None else await self._apply(fault, request, handler)

        return misbehave

    def due_for(self, request: Addressed, *, beside: Addressed | None = None) -> Fault | None:
        """Counts the request and gives the fault that hits it; `beside`: leaves out those that fit this one as well."""
        fitting = [one for one in self._armed if one.fault.match.fits(request)]
        if beside is not None:
            fitting = [one for one in fitting if not one.fault.match.fits(beside)]
        for one in fitting:
            one.seen += 1
        for one in fitting:
            if one.due(self._dice):
                one.hits += 1
                return one.fault
        return None

    async def _apply(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        answer: web.StreamResponse | None = None
        if fault.after_commit or not (fault.answer or fault.drop):
            try:
                answer = await handler(request)
            except web.HTTPException as error:
                answer = error
        if fault.drop:
            return _dropped(request, reset=fault.drop == "reset")
        if fault.answer or answer is None:
            answer = self._answer(fault)
        return answer if fault.truncate is None else await _truncated(request, answer, fault.truncate)

    def _answer(self, fault: Fault) -> web.Response:
        status = fault.answer or 500
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        body = self.error_body(status) if fault.body is None else fault.body
        text = body if isinstance(body, str) else json.dumps(body)
        html = isinstance(body, str) and body.lstrip().startswith("<")
        return web.Response(
            status=status, headers=headers, text=text, content_type="text/html" if html else "application/json"
        )

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response({"seed": self.seed, "faults": self.report()})

    async def _post(self, request: web.Request) -> web.Response:
        try:
            given = json.loads(await request.text())
            faults = _FAULTS.validate_python(given if isinstance(given, list) else [given])
        except ValidationError as error:
            return web.json_response({"errors": [_explain(one) for one in error.errors()]}, status=400)
        except ValueError:
            wrong = {"field": "body", "problem": "not JSON", "fix": 'send {"match": {"path": "*"}, "answer": 429}'}
            return web.json_response({"errors": [wrong]}, status=400)
        return web.json_response({"ids": self.add(*faults)}, status=201)

    async def _delete(self, request: web.Request) -> web.Response:
        wanted = request.match_info.get("id")
        if wanted is None:
            self.clear()
            return web.Response(status=204)
        kept = [one for one in self._armed if str(one.id) != wanted]
        status = 204 if len(kept) < len(self._armed) else 404
        self._armed[:] = kept
        return web.Response(status=status)


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


def _explain(error: Any) -> dict[str, str]:
    names = [str(part) for part in error["loc"] if not isinstance(part, int)]
    known: Any = Match if names[:1] == ["match"] and len(names) > 1 else Fault
    described = known.model_fields.get(names[1] if known is Match else names[0]) if names else None
    fix = f"give {described.description}" if described is not None and described.description else _HINT
    return {"field": ".".join(names) or "fault", "problem": error["msg"], "fix": fix}
