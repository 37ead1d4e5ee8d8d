"""A name and what all stand-ins share → that stand-in, served from this process's event loop.

Imports stay inside: a sandbox with `--only bus` starts without loading the others.
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.certificates import Certificates
from sandbox.command_line import Options
from sandbox.entra import App, SignInState, TokenAuthority, signed_in_cache
from sandbox.run_identity import RunIdentity
from sandbox.running import Running


@dataclass(frozen=True, slots=True)
class Shared:
    """What more than one stand-in needs. `now` is the services' clock, which `--clock-offset` makes wrong."""

    options: Options
    ports: dict[str, int]
    state: Path
    identity: RunIdentity
    certificates: Certificates
    authority: TokenAuthority
    now: Callable[[], float]


def share(
    options: Options, ports: dict[str, int], state: Path, identity: RunIdentity, certificates: Certificates
) -> Shared:
    """One clock and one key for tokens."""

    def now() -> float:
        return time.time() + options.clock_offset

    authority = TokenAuthority(identity.key, now=now)
    return Shared(options, ports, state, identity, certificates, authority, now)


async def start_entra(shared: Shared) -> Running:
    """Entra over HTTPS, with the two applications of this run."""
    from sandbox import entra

    identity = shared.identity
    return await entra.serve(
        tls=shared.certificates.server_context(),
        authority=shared.authority,
        apps=[
            App(identity.partner_center_client_id),
            App(identity.dynamics_client_id, secret=identity.dynamics_secret),
        ],
        port=shared.ports["entra"],
        seed=shared.options.seed,
    )


def write_token_cache(shared: Shared, entra: str) -> Path:
    """The functions start signed in to Partner Center. A kept cache stays while it is of the same address."""
    file = shared.state / "token-cache.json"
    if file.exists() and entra.removeprefix("https://") in file.read_text(encoding="utf-8"):
        return file
    cache = signed_in_cache(
        authority=shared.authority,
        address=entra,
        tenant_id=shared.identity.tenant_id,
        client_id=shared.identity.partner_center_client_id,
        state=SignInState(),
    )
    file.touch(mode=0o600)
    file.write_text(cache, encoding="utf-8")
    return file


async def start_partner_center(shared: Shared) -> Running:
    """The Referrals API over the samples or the given file."""
    from sandbox import partner_center

    given = shared.options.referrals
    return await partner_center.serve(
        referrals=json.loads(given.read_text(encoding="utf-8")) if given else None,
        authority=shared.authority,
        port=shared.ports["partner-center"],
        seed=shared.options.seed,
        now=shared.now,
    )


async def start_dataverse(shared: Shared) -> Running:
    """The Web API of one organisation; its rows survive with `--keep`."""
    from sandbox import dataverse

    return await dataverse.serve(
        authority=shared.authority,
        port=shared.ports["dataverse"],
        seed=shared.options.seed,
        now=shared.now,
        keep=shared.state / "dataverse" if shared.options.keep else None,
        predictive_scores=True,
    )


async def start_dns(shared: Shared) -> Running:
    """Name server over the samples' zone or the given file, and hosts for the samples' MTA-STS policies."""
    from sandbox import dns, policy_host

    names = await dns.serve(zone=shared.options.zone, port=shared.ports["dns"])
    try:
        tls = shared.certificates.server_context()
        hosts = await policy_host.serve(tls=tls, port=shared.ports["mta_sts"], seed=shared.options.seed)
    except OSError:
        await names.close()
        raise

    async def close() -> None:
        await hosts.close()
        await names.close()

    return Running("dns", names.address, names.port, close, beside={"mta_sts_port": str(hosts.port)})


async def start_rdap(shared: Shared) -> Running:
    """Registration data of domains, by RDAP and WHOIS."""
    from sandbox import rdap

    ports = shared.ports
    return await rdap.serve(port=ports["rdap"], whois_port=ports["whois"], seed=shared.options.seed, now=shared.now)


async def start_front(shared: Shared, hosts: list[str]) -> Running:
    """The page and the way to the API; without fixed ports it moves on when another program was quicker."""
    from sandbox import front
    from sandbox.command_line import PROJECT

    app = shared.options.app
    folder = app / "static-ui" if (app / "static-ui").is_dir() else PROJECT / "static-ui"
    port = shared.ports["front"]
    while True:
        try:
            return await front.serve(folder=folder, hosts=hosts, port=port, seed=shared.options.seed)
        except OSError:
            if shared.options.ports or port > shared.ports["front"] + 100:
                raise
            port += 1


STAND_INS: dict[str, Callable[[Shared], Awaitable[Running]]] = {
    "entra": start_entra,
    "partner-center": start_partner_center,
    "dataverse": start_dataverse,
    "dns": start_dns,
    "rdap": start_rdap,
}
