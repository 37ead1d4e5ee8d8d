"""Registrations go in; a WHOIS server (RFC 3912) for endings without RDAP, worded as `.tr`'s is, comes out."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sandbox.rdap.registrations import Registration, punycode

WITHOUT_RDAP = frozenset({"tr"})
_LONGEST_QUESTION = 512
_PATIENCE = 10.0
"""Seconds in which a question has to come."""


async def serve_whois(
    registrations: Mapping[str, Registration], *, host: str, port: int, now: Callable[[], float]
) -> asyncio.Server:
    """Answers one question per connection until closed. `now` gives Unix seconds."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            question = await asyncio.wait_for(reader.readuntil(b"\n"), _PATIENCE)
            writer.write(_answer(question.decode("utf-8", "replace").strip(), registrations, now()).encode())
            await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(talk, host, port, limit=_LONGEST_QUESTION)


def _answer(question: str, registrations: Mapping[str, Registration], now: float) -> str:
    try:
        name = punycode(question)
    except ValueError:
        name = ""
    found = registrations.get(name) if name.rpartition(".")[2] in WITHOUT_RDAP else None
    return whois_text(name, found, datetime.fromtimestamp(now, UTC)) if found else f'No match found for "{question}"\n'


def whois_text(name: str, registration: Registration, today: datetime) -> str:
    """What the registry says of a domain; the registrant is hidden."""
    sections = [
        [f"** Domain Name: {name}", "Domain Status: Active", "Frozen Status: -"],
        ["** Registrant:", "   Hidden upon user request"],
        ["** Registrar:", f"NIC Handle\t\t: {registration.registrar_id or '-'}"],
        ["** Domain Servers:", *registration.nameservers],
        ["** Additional Info:"],
    ]
    if registration.registrar:
        sections[2].append(f"Organization Name\t: {registration.registrar}")
    for label, days in (("Created", registration.registered), ("Expires", registration.expires)):
        if days is not None:
            sections[4].append(f"{label} on..............: {today + timedelta(days=days):%Y-%b-%d}.")
    return "".join("\n".join(section) + "\n\n" for section in sections)
