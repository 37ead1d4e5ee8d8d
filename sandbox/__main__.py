"""`python -m sandbox` → Hunter's cloud on this machine until SIGINT or SIGTERM; `--help` tells the rest.

Exit code 0 after a signal, 2 for wrong arguments or settings, 3 when a service did not start or ended by itself.
"""

import asyncio
import contextlib
import json
import signal
import sys

from sandbox.child import ChildDiedError
from sandbox.command_line import PROJECT, Options, read_command_line
from sandbox.function_settings import SettingsWrongError, unknown_overrides
from sandbox.parent import parent_gone
from sandbox.readiness import NotStartedError
from sandbox.state_directory import StateDirectory, StateTakenError, open_state
from sandbox.supervisor import Supervisor
from sandbox.welcome import first_sync, welcome

STATE_ROOT = PROJECT / ".sandbox"


async def _serve(options: Options, state: StateDirectory) -> int:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, told.set)
    if options.tied:
        parent_gone(loop, told.set)
    stop = asyncio.create_task(told.wait())
    supervisor = Supervisor(options, state)
    try:
        return await _until_stopped(supervisor, stop)
    finally:
        await supervisor.stop()


async def _until_stopped(supervisor: Supervisor, stop: "asyncio.Task[bool]") -> int:
    start = asyncio.create_task(supervisor.start())
    await asyncio.wait({start, stop}, return_when=asyncio.FIRST_COMPLETED)
    if not start.done():
        start.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await start
        return 0
    start.result()
    print("ready", file=sys.stderr, flush=True)
    if supervisor.options.json:
        print(json.dumps(supervisor.ready()), flush=True)
    else:
        await first_sync(supervisor.services)
        print(welcome(supervisor.ready(), supervisor.options), flush=True)
    watch = asyncio.create_task(supervisor.watch())
    await asyncio.wait({watch, stop}, return_when=asyncio.FIRST_COMPLETED)
    if watch.done():
        watch.result()
    watch.cancel()
    return 0


def main() -> int:
    """Run one sandbox; the exit code."""
    options = read_command_line(sys.argv[1:])
    for name in unknown_overrides(options):
        print(f"--set {name}: Hunter has no such setting; see local.settings.example.json.", file=sys.stderr)
    try:
        state = open_state(STATE_ROOT, keep=options.keep)
    except (StateTakenError, OSError) as error:
        print(f"The state directory cannot be used: {error}", file=sys.stderr)
        return 3
    try:
        return asyncio.run(_serve(options, state))
    except SettingsWrongError as problem:
        print(str(problem), file=sys.stderr)
        return 2
    except (NotStartedError, ChildDiedError, OSError) as problem:
        print(str(problem), file=sys.stderr)
        return 3
    except ExceptionGroup as problems:
        print("; ".join(str(problem) for problem in problems.exceptions), file=sys.stderr)
        return 3
    finally:
        state.close()


if __name__ == "__main__":
    sys.exit(main())
