"""Requests of tests, the supervisor or a curious person go in; counts, messages and faults of the bus come out."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from sandbox.bus.amqp.addresses import Address
from sandbox.bus.amqp.sections import Message as AmqpMessage
from sandbox.bus.broker import Broker
from sandbox.bus.queues.message import Message, State
from sandbox.bus.queues.queue import Queue
from sandbox.fault_doors import add_fault_doors, refused_page

_MOST_MESSAGES = 1_000
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def control_app(broker: Broker) -> web.Application:
    """The control doors (contract, section 8). They refuse what a web page sends."""
    doors = _Doors(broker)
    app = web.Application(middlewares=[_refuse_web_pages])
    add_fault_doors(app, broker.faults, example='{"match": {"queue": "scans"}, "drop": true}')
    app.router.add_get("/_sandbox/queues", doors.list_queues)
    app.router.add_get("/_sandbox/queues/{name}/messages", doors.list_messages)
    app.router.add_post("/_sandbox/queues/{name}/purge", doors.purge)
    return app


@web.middleware
async def _refuse_web_pages(request: web.Request, handler: _Handler) -> web.StreamResponse:
    refused = refused_page(request)
    return await handler(request) if refused is None else refused


class _Doors:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker

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
