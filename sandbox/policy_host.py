"""MTA-STS policies (RFC 8461) of the samples go in; the hosts `mta-sts.DOMAIN` that publish them, over HTTPS, come out.

Of the samples, one names hosts that are no longer its MX, and one has a record but no host: both are found in the wild.
"""

import json
import ssl
from pathlib import Path

from aiohttp import web

from sandbox.faults import Faults
from sandbox.running import Running
from sandbox.serving import serve_app

SAMPLES = Path(__file__).parent / "samples" / "policies.json"
_DAYS_30 = 2_592_000


def policies() -> dict[str, str]:
    """Host name → the text of its policy."""
    read = json.loads(SAMPLES.read_text(encoding="utf-8"))
    return {f"mta-sts.{domain}": _text(one["mode"], one["mx"]) for domain, one in read.items()}


async def serve(*, tls: ssl.SSLContext, port: int = 0, seed: int = 0) -> Running:
    """Serves the policies until closed; `tls` has a certificate for their hosts."""
    texts = policies()

    async def policy(request: web.Request) -> web.Response:
        text = texts.get((request.host or "").partition(":")[0].lower())
        return web.Response(text=text) if text else web.Response(status=404, text="No policy is published here.\n")

    faults = Faults(seed, error_body=lambda status: {"status": status})
    app = web.Application(middlewares=[faults.middleware])
    faults.add_doors(app)
    app.router.add_get("/.well-known/mta-sts.txt", policy)
    return await serve_app(app, name="mta_sts", port=port, tls=tls)


def _text(mode: str, hosts: list[str]) -> str:
    lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {host}" for host in hosts), f"max_age: {_DAYS_30}"]
    return "".join(f"{line}\r\n" for line in lines)
