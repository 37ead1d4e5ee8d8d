"""The stand-in of Partner Center over a real socket, a client of it, and what tests do to them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sandbox.partner_center import serve
from shared.clients.http_session import HttpSession
from shared.clients.partner_center import PartnerCenter
from shared.rules.ticks import ticks_of, ticks_text
from tests.background import Background, background
from tests.clients.signed import TOKENS, Signed

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
EVERYONE = [f"r-{number:04}" for number in range(1, 26)]


def a_referral(number: int, **changes: Any) -> dict[str, Any]:
    """Referral number n, updated n minutes after midnight."""
    stamp = ticks_text(ticks_of(datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=number)) + number)
    return {
        "id": f"r-{number:04}",
        "eTag": f'"{number}"',
        "createdDateTime": stamp,
        "updatedDateTime": stamp,
        "status": "New",
        "substatus": "Pending",
        "direction": "Incoming",
        "externalReferenceId": None,
        **changes,
    }


class World:
    """The stand-in, a client of it, and what tests do to them."""

    def __init__(self, loop: Background, count: int) -> None:
        running = loop.serve(serve(authority=TOKENS, referrals=[a_referral(n) for n in range(1, count + 1)]))
        self.address = running.address
        self.signed = Signed()
        self.pauses: list[float] = []
        self.client = self.client_with(self.signed)

    def client_with(self, token: Any, *, url: str | None = None) -> PartnerCenter:
        url = url or self.address
        session = HttpSession(url, failure="pc_bad_answer")
        return PartnerCenter(url, session=session, token=token, now=lambda: NOW, pause=self.pauses.append)

    def post(self, door: str, body: Any) -> Any:
        answer = requests.post(f"{self.address}/_sandbox/{door}", json=body, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def fault(self, **fault: Any) -> None:
        self.post("faults", fault)

    def hits(self) -> list[int]:
        report = requests.get(f"{self.address}/_sandbox/faults", timeout=5).json()
        return [fault["hits"] for fault in report["faults"]]

    def ids(self, mode: str = "full", since: int | None = None) -> list[str]:
        return [record["id"] for page in self.client.pages(mode, since) for record in page.records]


@pytest.fixture
def world() -> Iterator[World]:
    with background() as loop:
        yield World(loop, 25)


@pytest.fixture
def paged(world: World) -> World:
    world.post("oddities", {"page_size": 10})
    return world
