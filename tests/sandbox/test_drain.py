"""Before a kept sandbox ends, what is in its queues is given time to get through."""

import asyncio

from aiohttp import web

from sandbox.drain import drain
from sandbox.serving import serve_app


def drained(answers: list[dict[str, dict[str, int]]], *, patience: float = 20) -> int:
    """How often the counts were asked for until the wait was over."""
    asked = 0

    async def counts(_request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.json_response(answers[min(asked, len(answers)) - 1])

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/_sandbox/queues", counts)
        bus = await serve_app(app, name="bus")
        try:
            await drain(bus.address, patience=patience)
        finally:
            await bus.close()

    asyncio.run(run())
    return asked


def test_waits_until_no_message_is_due() -> None:
    busy = {"scans": {"active": 1, "locked": 0, "scheduled": 2}, "pushes": {"active": 0, "locked": 1, "scheduled": 0}}
    idle = {"scans": {"active": 0, "locked": 0, "scheduled": 2}, "pushes": {"active": 0, "locked": 0, "scheduled": 0}}
    assert drained([busy, busy, idle, busy]) == 3


def test_gives_up_when_a_queue_never_empties() -> None:
    assert drained([{"scans": {"active": 1, "locked": 0}}], patience=0.5) >= 2


def test_bus_that_is_gone_is_not_waited_for() -> None:
    asyncio.run(drain("http://127.0.0.1:9"))
