"""Requests of tests, the supervisor or a curious person go in; counts, messages and faults of the bus come out."""

import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from sandbox.bus.amqp.addresses import Address
from sandbox.bus.amqp.sections import Message as AmqpMessage
from sandbox.bus.broker import Broker
from sandbox.bus.faults import BusFault, Match
from sandbox.bus.queues.message import Message, State
from sandbox.bus.queues.queue import Queue

_FAULTS: TypeAdapter[list[BusFault]] = TypeAdapter(list[BusFault])
_MOST_MESSAGES = 1_000
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def control_app(broker: Broker) -> web.Application:
    """The control doors (contract, section 8). They refuse what a web page sends."""
    doors = _Doors(broker)
    app = web.Application(middlewares=[_refuse_web_pages])
    app.router.add_get("/_sandbox/faults", doors.list_faults)
    app.router.add_post("/_sandbox/faults", doors.add_faults)
    app.router.add_delete("/_sandbox/faults", doors.remove_faults)
    app.router.add_delete("/_sandbox/faults/{id}", doors.remove_faults)
    app.router.add_get("/_sandbox/queues", doors.list_queues)
    app.router.add_get("/_sandbox/queues/{name}/messages", doors.list_messages)
    app.router.add_post("/_sandbox/queues/{name}/purge", doors.purge)
    return app


@web.middleware
async def _refuse_web_pages(request: web.Request, handler: _Handler) -> web.StreamResponse:
    if "Origin" in request.headers:
        return web.json_response({"problem": "control doors refuse web pages (Origin header)"}, status=403)
    return await handler(request)


class _Doors:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def list_faults(self, request: web.Request) -> web.Response:
        return web.json_response({"seed": self._broker.faults.seed, "faults": self._broker.faults.report()})

    async def add_faults(self, request: web.Request) -> web.Response:
        try:
            given = json.loads(await request.text())
            faults = _FAULTS.validate_python(given if isinstance(given, list) else [given])
        except ValidationError as error:
            return web.json_response({"errors": [_explain(one) for one in error.errors()]}, status=400)
        except ValueError:
            wrong = {"field": "body", "problem": "not JSON", "fix": 'send {"match": {"queue": "scans"}, "drop": true}'}
            return web.json_response({"errors": [wrong]}, status=400)
        return web.json_response({"ids": self._broker.faults.add(*faults)}, status=201)

    async def remove_faults(self, request: web.Request) -> web.Response:
        id = request.match_info.get("id")
        if id is None:
            self._broker.faults.clear()
            return web.Response(status=204)
        removed = id.isdecimal() and self._broker.faults.remove(int(id))
        return web.Response(status=204 if removed else 404)

    async def list_queues(self, request: web.Request) -> web.Response:
        return web.json_response({queue.properties.name: _summary(queue) for queue in self._broker.queues()})

    async def list_messages(self, request: web.Request) -> web.Response:
        """`?dead_letter=true` for the dead letters, `?from=` a sequence number for the next page."""
        queue = self._queue(request, dead_letters=request.query.get("dead_letter") == "true")
        first = request.query.get("from", "1")
        if not first.isdecimal():
            raise web.HTTPBadRequest(text="from: not a sequence number; give one such as 1")
        messages = queue.peek(int(first), _MOST_MESSAGES)
        return web.json_response({"messages": [_message(one) for one in messages]})

    async def purge(self, request: web.Request) -> web.Response:
        """Empties a queue and its dead letters; with `?dead_letter=true` only these, with `false` only the queue."""
        wanted = request.query.get("dead_letter")
        purged = [
            self._queue(request, dead_letters=part) for part in (False, True) if wanted in (None, str(part).lower())
        ]
        return web.json_response({"purged": sum(queue.purge() for queue in purged)})

    def _queue(self, request: web.Request, *, dead_letters: bool) -> Queue:
        name = request.match_info["name"]
        dispatcher = self._broker.find(Address(name.lower(), dead_letters))
        if dispatcher is None:
            raise web.HTTPNotFound(text=f"no queue {name}; GET /_sandbox/queues lists them")
        return dispatcher.queue


def _summary(queue: Queue) -> dict[str, Any]:
    dead_letters = sum(queue.dead_letters.counts().values()) if queue.dead_letters else 0
    oldest = next((one.enqueued_at for one in queue.peek() if one.state is not State.SCHEDULED), None)
    return {
        **queue.counts(),
        "dead_letter": dead_letters,
        "oldest": None if oldest is None else _time(oldest),
    }


def _message(message: Message) -> dict[str, Any]:
    content: AmqpMessage = message.draft.content
    return {
        "sequence_number": message.number,
        "message_id": _plain(message.draft.message_id),
        "state": message.state.name.lower(),
        "delivery_count": message.delivery_count,
        "enqueued_at": _time(message.enqueued_at),
        "expires_at": None if message.expires_at is None else _time(message.expires_at),
        "locked_until": None if message.lock_token is None else _time(message.locked_until),
        "properties": _plain(content.named_properties()),
        "application_properties": _plain(content.named_application_properties()),
        "dead_letter_reason": message.death.reason if message.death else None,
        "dead_letter_description": message.death.description if message.death else None,
        "body_base64": base64.b64encode(content.data()).decode(),
    }


def _plain(value: Any) -> Any:
    """An AMQP value in the words of JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, UUID) else value


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _explain(error: Any) -> dict[str, str]:
    names = [str(part) for part in error["loc"] if not isinstance(part, int)]
    model: Any = Match if names[:1] == ["match"] and len(names) > 1 else BusFault
    field = model.model_fields.get(names[-1]) if names else None
    fix = f"give {field.description}" if field is not None and field.description else "see contract section 8"
    return {"field": ".".join(names) or "fault", "problem": error["msg"], "fix": fix}
