"""An aiohttp application goes in; a `Running` stand-in on a loopback port comes out."""

import ssl
from ipaddress import ip_address

from aiohttp import web

from sandbox.running import Running


async def serve_app(
    app: web.Application,
    *,
    name: str,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    longest_line: int = 8190,
) -> Running:
    """Serves `app` (over HTTPS when `tls` is given) until `close` is awaited; port 0 takes a free one.

    `longest_line` is the longest request line that is read at all, in bytes.
    """
    if not ip_address(host).is_loopback:
        raise ValueError(f"{name} has control doors and serves loopback only, not {host}")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, max_line_size=longest_line)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()
    bound = runner.addresses[0][1]
    return Running(name, f"{'https' if tls else 'http'}://{host}:{bound}", bound, runner.cleanup)
