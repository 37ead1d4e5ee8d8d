"""The Dataverse stand-in over a real socket, seen from both sides: Hunter's client, and the seller and the weather."""

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from shared.clients.dynamics import Dynamics
from shared.clients.http_session import HttpSession


class StandIn:
    """One organisation: its address, its control doors, and clients for it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def client(self, **options: Any) -> Dynamics:
        """Hunter's client for it."""
        token: Callable[..., str] = options.pop("token", lambda force_refresh=False: "token")
        return Dynamics(
            self.address, session=HttpSession(self.address, failure="dyn_unavailable"), token=token, **options
        )

    def control(self, method: str, door: str, content: Any = None) -> Any:
        """Calls a control door under `/_sandbox/`."""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.address}/_sandbox/{door}", data=body, method=method, headers=headers)
        with urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every row of a table as it is stored."""
        return list(self.control("GET", f"rows/{table}"))

    def count(self) -> dict[str, int]:
        """How many records of ours there are, per table."""
        return {table: len(self.rows(table)) for table in ("account", "contact", "lead", "opportunity")}

    def seller(self, deed: str, **wanted: Any) -> Any:
        """Does what a seller does: edit, create, delete, qualify, disqualify, win, lose, merge …"""
        return self.control("POST", f"seller/{deed}", wanted)

    def fault(self, **fault: Any) -> None:
        """Orders bad weather."""
        self.control("POST", "faults", fault)

    def calls(self) -> int:
        """HTTP requests to the Web API so far."""
        counts = self.control("GET", "counts")
        return sum(counts.get(name, 0) for name in ("batches", "requests"))
