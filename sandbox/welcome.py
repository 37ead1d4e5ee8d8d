"""What runs → what a person wants to know after `make run`: the page, the data, the faults, the logs, the end."""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError, ClientSession

from sandbox.command_line import Options
from sandbox.dns import SAMPLES as ZONE
from sandbox.sample_referrals import SAMPLES as REFERRALS

FIRST_SYNC = "sync_timer"


def _loaded(options: Options) -> str:
    """How much the functions find at Partner Center and in DNS, and from where."""
    told = []
    for service, given, samples, noun in (
        ("partner-center", options.referrals, REFERRALS, "referrals"),
        ("dns", options.zone, ZONE, "domain names"),
    ):
        if service in options.services:
            count = len(json.loads((given or samples).read_text(encoding="utf-8")))
            told.append(f"{count} {noun} of {given or 'the samples'}")
    return ", ".join(told) or "nothing: its services were not asked for"


def welcome(ready: dict[str, Any], options: Options) -> str:
    """A few lines for the terminal."""
    services = ready["services"]
    lines = [""]
    if "front" in services:
        lines.append(f"  Hunter is at     {services['front']}   (signed in as Demo · operator)")
    lines.append(f"  Loaded           {_loaded(options)}")
    if "bus_control" in services:
        lines.append(f"  Queues           {services['bus_control']}/_sandbox/queues")
    breakable = [name for name in ("partner-center", "dataverse", "entra", "rdap", "bus_control") if name in services]
    if breakable:
        lines.append("  Break things     POST a fault to /_sandbox/faults of any service above, for example:")
        fault = '{"answer": 429, "retry_after": 5, "times": 3}'
        lines.append(f"                   curl -X POST {services[breakable[0]]}/_sandbox/faults -d '{fault}'")
    lines.append(f"  Logs             {ready['state']}/logs")
    lines.append("  Stop             Ctrl-C")
    return "\n".join(lines)


async def first_sync(services: Mapping[str, Any]) -> None:
    """Ask Partner Center at once: a person should not wait for the timer."""
    if not {"host", "partner-center"} <= services.keys():
        return
    with contextlib.suppress(ClientError, OSError):
        async with ClientSession() as session:
            await session.post(f"{services['host']}/admin/functions/{FIRST_SYNC}", json={})
