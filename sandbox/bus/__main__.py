"""`python -m sandbox.bus`: serves until SIGINT or SIGTERM; one JSON line on stdout says where, once it is ready."""

import argparse
import asyncio
import json
import signal
import sys

from sandbox.bus.server import serve
from sandbox.parent import parent_gone

_QUEUES = ["referrals", "scans", "scores", "pushes", "runs"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.bus", description="A Service Bus for one machine.")
    parser.add_argument("--port", type=int, default=0, help="AMQP port (a free one)")
    parser.add_argument("--control-port", type=int, default=0, help="port of the control doors (a free one)")
    parser.add_argument("--queue", action="append", dest="queues", metavar="NAME", help=f"({' '.join(_QUEUES)})")
    parser.add_argument("--lock-seconds", type=float, default=60, help="how long a message stays locked (60)")
    parser.add_argument("--seed", type=int, default=0, help="of the dice behind a fault's probability (0)")
    parser.add_argument(
        "--quick-redelivery", action="store_true", help="give back a vanished client's messages at once"
    )
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parent_gone(asyncio.get_running_loop(), stop.set)
    bus = await serve(
        port=arguments.port,
        control_port=arguments.control_port,
        queues=arguments.queues or _QUEUES,
        lock_seconds=arguments.lock_seconds,
        seed=arguments.seed,
        quick_redelivery=arguments.quick_redelivery,
    )
    ready = {
        "ready": True,
        "bus": bus.address,
        "bus_control": bus.control,
        "connection_string": bus.connection_string,
    }
    print(json.dumps(ready), flush=True)
    await stop.wait()
    await bus.close()


def main() -> int:
    """0 after a signal, 3 when a port is taken."""
    try:
        asyncio.run(_run(_arguments()))
    except OSError as error:
        print(f"bus: {error.strerror or error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
