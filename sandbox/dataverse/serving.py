"""Options go in; a served Dataverse comes out: the Web API over HTTP, its control doors, its pages for people."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aiohttp import web

from sandbox.dataverse import snapshot
from sandbox.dataverse.doors import Doors
from sandbox.dataverse.endpoint import LONGEST_URL, Endpoint, VerifyToken
from sandbox.dataverse.limits import Allowance, Limits
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.part_faults import error_body, part_fault
from sandbox.dataverse.service import Service
from sandbox.entra.tokens import TokenAuthority, TokenRefusedError
from sandbox.faults import Faults
from sandbox.running import Running
from sandbox.serving import serve_app

_LARGEST_BODY = 120 * 1024 * 1024


async def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    authority: TokenAuthority | None = None,
    verify_token: VerifyToken | None = None,
    now: Callable[[], float] = time.time,
    seed: int = 0,
    keep: Path | None = None,
    provisioned: bool = True,
    predictive_scores: bool = False,
    duplicate_rules: bool = False,
    key_delay: float = 0.5,
    metadata_delay: float = 0.0,
    stale: float = 0.0,
    latency_ms: float = 0.0,
    servers: int = 1,
    limits: Allowance | None = None,
    tls: ssl.SSLContext | None = None,
) -> Running:
    """Serves one organisation.

    `authority` checks tokens for this address, or `verify_token` gives a token's claims or None; without either
    everybody is the same application user. `provisioned=False` begins without our columns and keys; a new key needs
    `key_delay` seconds, a metadata write `metadata_delay`, and is unseen for `stale` seconds without
    `Consistency: Strong`. `keep` is a folder (or a .json file) in which the rows survive. `servers` share the limits.
    """
    org = Organisation(provisioned, predictive_scores, duplicate_rules, seed, now)
    if keep is not None:
        snapshot.load(org, keep)
    faults, limiter = Faults(seed, error_body), Limits(time.monotonic, limits or Allowance())
    service, doors = Service(org, key_delay, stale, part_fault(faults)), Doors(org, limiter)
    if authority is not None:
        verify_token = _verifier(authority, org)
    endpoint = Endpoint(service, limiter, doors, verify_token, latency_ms / 1000, metadata_delay, servers)

    app = web.Application(middlewares=[faults.middleware], client_max_size=_LARGEST_BODY)
    faults.add_doors(app)
    doors.add_to(app)
    app.router.add_get("/", endpoint.front_page)
    app.router.add_get("/main.aspx", endpoint.main_page)
    app.router.add_route("*", "/api/data/{rest:.*}", endpoint.api)
    if keep is not None:
        app.cleanup_ctx.append(_keeping(org, keep))
    running = await serve_app(app, name="dataverse", host=host, port=port, tls=tls, longest_line=2 * LONGEST_URL)
    org.address = running.address
    return running


def _verifier(authority: TokenAuthority, org: Organisation) -> VerifyToken:
    def verify(token: str) -> dict[str, str] | None:
        try:
            return {"appid": authority.verify(token, audience=org.address).app_id}
        except TokenRefusedError:
            return None

    return verify


def _keeping(org: Organisation, keep: Path) -> Callable[[web.Application], AsyncIterator[None]]:
    """Saves the rows when they changed, at most each second, and at the end."""

    async def keeping(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_save_each_second(org, keep))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        snapshot.save(org, keep)

    return keeping


async def _save_each_second(org: Organisation, keep: Path) -> None:
    saved = org.rows.changes
    while True:
        await asyncio.sleep(1)
        if org.rows.changes != saved:
            saved = org.rows.changes
            snapshot.save(org, keep)
