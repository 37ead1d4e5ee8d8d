"""The world of a poll: Partner Center's stand-in over a real socket, its bad days, and runs that are worked off."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import requests

from sandbox.partner_center import serve
from shared.clients.http_session import HttpSession
from shared.clients.partner_center import PartnerCenter
from shared.rules.run import Run
from shared.runs.starting import start_run
from tests.background import Background
from tests.clients.signed import TOKENS, Signed
from tests.functions.host import Host
from tests.functions.world import NOW, World, a_referral

COUNT = 5
PAGE = 2


def numbered(number: int, **changes: Any) -> dict[str, Any]:
    """Referral n of company n, updated n minutes after eight o'clock."""
    stamp = f"2026-11-22T08:{number:02}:00.{number:07}Z"
    profile = {"name": f"Company {number}", "team": [{"firstName": "Ada", "email": f"ada@company{number}.example"}]}
    return a_referral(
        **{
            "id": f"ref-{number:02}",
            "customerProfile": profile,
            "createdDateTime": stamp,
            "updatedDateTime": stamp,
            **changes,
        }
    )


class PollWorld(World):
    """A world whose Partner Center is the stand-in; `signed` is who is signed in there."""

    def __init__(self, *given: Any, loop: Background, records: Iterable[Any] | None = None, **more: str) -> None:
        super().__init__(*given, ALLOW_LOOPBACK="true", **more)
        self.now = self._tick
        told = [numbered(number) for number in range(1, COUNT + 1)] if records is None else list(records)
        running = loop.serve(serve(authority=TOKENS, referrals=told, now=lambda: self.time.timestamp()))
        self.address = running.address
        self.signed = Signed()
        self.pauses: list[float] = []
        self.be_client()
        self.post("oddities", {"page_size": PAGE})

    def _tick(self) -> datetime:
        """A clock that never shows the same moment twice."""
        self.pass_time(microseconds=1)
        return self.time

    def be_client(self, token: Any = None) -> None:
        """A fresh client, as a new process has it."""
        session = HttpSession(self.address, failure="pc_unavailable")
        self.__dict__["partner_center"] = PartnerCenter(
            self.address, session=session, token=token or self.signed, now=self.now, pause=self.pauses.append
        )

    def post(self, door: str, body: Any) -> Any:
        """A control door of the stand-in."""
        answer = requests.post(f"{self.address}/_sandbox/{door}", json=body, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def fault(self, **fault: Any) -> None:
        """Orders bad weather."""
        self.post("faults", fault)

    def hits(self) -> int:
        """How often bad weather struck."""
        report = requests.get(f"{self.address}/_sandbox/faults", timeout=5).json()
        return sum(int(fault["hits"]) for fault in report["faults"])

    def poll(self, mode: str = "filter", *, work: bool = True, **request: Any) -> Run:
        """A run from its start to its end; returns it as it is kept."""
        self.pass_time(seconds=30)
        run, _ = start_run("referrals", who="timer", trace="t" * 32, request={"mode": mode, **request}, to=self)
        if work:
            Host(self, only=("run", "referral")).work_off()
        return self.run(run.id)

    def run(self, run_id: str) -> Run:
        """A run as it is kept."""
        found = self.runs.get(run_id)
        assert found is not None
        return found

    def kept(self) -> tuple[int, int]:
        """How many leads and referrals there are."""
        return len(list(self.list_rows.cards("lead"))), len(list(self.list_rows.cards("ref")))

    def mark(self) -> int | None:
        """Up to where Partner Center has been read."""
        known = self.state.get("cursor", "referrals")
        return int(known["ticks"]) if known else None

    def inbox(self) -> list[str]:
        """The codes of the open failures."""
        return sorted(one.code for one in self.failures.all(state="open"))


__all__ = ["COUNT", "NOW", "PAGE", "PollWorld", "Signed", "numbered"]
