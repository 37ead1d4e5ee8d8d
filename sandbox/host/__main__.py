"""A function app's folder and settings (the environment) → its functions, served until SIGTERM or the parent's end.

python -m sandbox.host --app DIR --port N [--instance NAME]
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from sandbox.host.admin import Admin
from sandbox.host.host_json import HostJsonError, read_host_json
from sandbox.host.http import BODY_LIMIT, Doors
from sandbox.host.index import Function, IndexingError, import_app, index
from sandbox.host.invoke import Invoker
from sandbox.host.listeners import GRACE_SECONDS, Listeners
from sandbox.host.logs import set_up_logging
from sandbox.host.routes import RouteError
from sandbox.host.schedule import ScheduleError
from sandbox.parent import parent_gone

logger = logging.getLogger(__name__)

TIMED_OUT = 70
TIMED_OUT_SECONDS = 0.5


async def serve(folder: Path, *, port: int, instance: str) -> int:
    """Serve until told to stop; the exit code. An app that cannot be indexed is told and left without functions."""
    functions: list[Function] = []
    errors: list[str] = []
    stopping = asyncio.Event()
    try:
        host_json = read_host_json(folder)
        invoker = Invoker(timeout=host_json.function_timeout)
        functions = index(import_app(folder), os.environ)
        doors = Doors(functions, prefix=host_json.route_prefix, invoker=invoker)
        listeners = Listeners(functions, host_json=host_json, invoker=invoker, instance=instance)
    except HostJsonError as error:
        logger.error("%s", error)
        return 1
    except (IndexingError, RouteError, ScheduleError) as error:
        logger.exception("Worker failed to index functions: %s", error)
        errors, functions = [str(error)], []
        doors = Doors(functions, prefix=host_json.route_prefix, invoker=invoker)
        listeners = Listeners(functions, host_json=host_json, invoker=invoker, instance=instance)

    app = web.Application(client_max_size=BODY_LIMIT)
    Admin(functions, errors=errors, invoker=invoker).add_doors(app)
    app.router.add_route("*", "/{path:.*}", doors.answer)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    listeners.start()
    logger.info("%d functions found; listening on http://127.0.0.1:%d", len(functions), port)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    parent_gone(loop, stopping.set)
    ends = [asyncio.create_task(event.wait()) for event in (stopping, invoker.timed_out)]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    if invoker.timed_out.is_set():
        # As the real host restarts its worker: whatever else runs dies with it; only the abandoning gets out.
        await asyncio.sleep(TIMED_OUT_SECONDS)
        return TIMED_OUT
    await listeners.stop()
    await runner.cleanup()
    invoker.close()
    return 0


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.host", description=__doc__)
    parser.add_argument("--app", type=Path, default=Path.cwd(), help="the folder of function_app.py and host.json")
    parser.add_argument("--port", type=int, default=7071)
    parser.add_argument("--instance", default=f"host-{os.getpid()}", help="the name under which it holds timers")
    given = parser.parse_args()
    set_up_logging()
    code = asyncio.run(serve(given.app.resolve(), port=given.port, instance=given.instance))
    sys.stderr.flush()
    # Threads that are still inside a function must not keep the process.
    os._exit(code)


if __name__ == "__main__":
    main()
