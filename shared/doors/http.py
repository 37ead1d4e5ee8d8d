"""HTTP doors: a declaration and a handler in, a registered function out that checks everything before the handler runs.

Order: correlation id, principal (401), role (403), cross-site and content type (415), parameters (400), body (400,
413).
Models are named as text and found in `shared.doors.questions` on the first call, so that indexing stays light.
"""

import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import azure.functions as func

from shared.connections import Connections, connections, settings
from shared.doors.principal import Principal, read_principal
from shared.doors.problems import Problem, from_fault
from shared.doors.requests import read_body, read_query, refuse_foreign_writes
from shared.errors import HunterError, TransientError

if TYPE_CHECKING:
    from pydantic import BaseModel

logger = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Door:
    """One declared door, as the OpenAPI document lists it. `role` None: open to all."""

    method: str
    route: str
    name: str
    role: str | None
    query: str | None
    body: str | None
    answer: str | None
    status: int
    summary: str
    dry_run: str | None = None
    """The answer, with 200, to the same question when it is only to show what it would do."""
    also: tuple[int, ...] = ()
    """Further statuses that only this door answers with: 304, 404, 409, 413."""


DOORS: list[Door] = []
"""Every door, in the order of registration."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: who calls, what was asked, checked and typed."""

    principal: Principal
    path: Mapping[str, str]
    query: Any
    body: Any
    trace: str
    headers: Mapping[str, str]
    to: Connections


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers. `content` is a model, JSON-ready data or bytes."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


_NEEDS_HELP = (403, 500, 502, 503)
"""What the caller cannot mend: the answer tells whom to ask (`SUPPORT_CONTACT`)."""
Handler = Callable[[Call], Reply]
NOBODY = Principal("anonymous", "", None)


def door(
    blueprint: func.Blueprint,
    method: str,
    route: str,
    *,
    role: str | None,
    query: str | None = None,
    body: str | None = None,
    answer: str | None = None,
    status: int = 200,
    dry_run: str | None = None,
    also: tuple[int, ...] = (),
) -> Callable[[Handler], Handler]:
    """Registers the decorated handler under `/api/{route}`. `query`, `body`, `answer` and `dry_run` name models."""

    def register(handler: Handler) -> Handler:
        name = handler.__name__
        summary = (handler.__doc__ or "").strip().splitlines()[0]
        declared = Door(method, route, name, role, query, body, answer, status, summary, dry_run, also)
        DOORS.append(declared)

        def entry(req: func.HttpRequest) -> func.HttpResponse:
            return serve(declared, handler, req)

        entry.__name__ = name
        routed = blueprint.route(route=route, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)(entry)
        blueprint.function_name(name)(routed)
        return handler

    return register


def serve(declared: Door, handler: Handler, request: func.HttpRequest) -> func.HttpResponse:
    """Checks the request, calls the handler, and turns whatever happens into an answer."""
    trace = uuid.uuid4().hex
    try:
        reply = handler(_checked(declared, request, trace))
    except Problem as problem:
        return _refusal(problem, trace, declared.name)
    except TransientError as error:
        logger.warning("door.unavailable door=%s code=%s trace=%s", declared.name, error.code, trace)
        later = from_fault(error, status=503, detail=f"{error.cause} Try again in a moment.")
        return _refusal(later, trace, declared.name)
    except HunterError as error:
        logger.warning("door.failed door=%s code=%s trace=%s", declared.name, error.code, trace)
        return _refusal(from_fault(error, status=502, detail=error.cause), trace, declared.name)
    except Exception as error:  # the last fence: the caller gets an id, the log the place, nobody the content
        logger.error(
            "door.bug door=%s error=%s at=%s trace=%s", declared.name, type(error).__name__, place_of(error), trace
        )
        return _refusal(Problem(500, "internal"), trace, declared.name)
    return _response(reply, trace)


def place_of(error: BaseException) -> str:
    """Where an exception was raised, as `file:line` pairs; never its message, which may hold personal data."""
    places, frame = [], error.__traceback__
    while frame:
        places.append(f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}")
        frame = frame.tb_next
    return ">".join(places[-4:])


def _checked(declared: Door, request: func.HttpRequest, trace: str) -> Call:
    principal = read_principal(request.headers.get("x-ms-client-principal"), trusted=settings().principal_trusted)
    if declared.role is not None:
        if principal is None:
            raise Problem(401, "unauthenticated", "Sign in, then repeat.")
        if not principal.may(declared.role):
            raise Problem(403, "forbidden", f"This needs the role {declared.role}.", role=declared.role)
    if declared.method != "GET":
        refuse_foreign_writes(request.headers)
    return Call(
        principal=principal or NOBODY,
        path=request.route_params,
        query=read_query(model_named(declared.query), request.params),
        body=read_body(model_named(declared.body), request.get_body()) if declared.method != "GET" else None,
        trace=trace,
        headers=request.headers,
        to=connections(),
    )


def model_named(name: str | None) -> "type[BaseModel] | None":
    """The question's model, imported on first use."""
    if name is None:
        return None
    import shared.doors.questions as questions

    model: type[BaseModel] = getattr(questions, name)
    return model


def _refusal(problem: Problem, trace: str, name: str) -> func.HttpResponse:
    contact = settings().support_contact
    if contact and problem.status in _NEEDS_HELP:
        problem.params = {**problem.params, "support": contact}
    logger.info("door.refused door=%s status=%d code=%s trace=%s", name, problem.status, problem.code, trace)
    headers = {"Retry-After": "5"} if problem.status == 503 else {}
    return _response(Reply(problem.document(trace), problem.status, headers, "application/problem+json"), trace)


def _response(reply: Reply, trace: str) -> func.HttpResponse:
    headers = {**SECURITY_HEADERS, "Cache-Control": "no-store", "X-Correlation-Id": trace, **reply.headers}
    return func.HttpResponse(
        _bytes(reply.content), status_code=reply.status, headers=headers, mimetype=reply.media_type, charset="utf-8"
    )


def _bytes(content: Any) -> bytes:
    if content is None:
        return b""
    if isinstance(content, bytes):
        return content
    if hasattr(content, "model_dump_json"):
        return str(content.model_dump_json()).encode()
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair in one row must not take the page from its others
