"""The stand-in name server in a process of its own, so that it does not share the scanner's core. For benches only."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def name_server(zone: dict[str, Any], *, latency_ms: float) -> Iterator[str]:
    """`host:port` of a server over this zone; it ends with the block."""
    command = [sys.executable, "-m", "tests.bench.name_server", str(latency_ms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(zone) + "\n")
        process.stdin.flush()
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(10)


async def _serve(zone: dict[str, Any], latency_ms: float) -> None:
    from sandbox import dns

    running = await dns.serve(zone=zone, latency_ms=latency_ms)
    print(running.address, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await running.close()


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.stdin.readline()), float(sys.argv[1])))
