"""The world of a push: leads that have been scored, the Dataverse stand-in over a real socket, and what a seller does
there.
"""

from typing import Any

from functions.ingest import ingest
from functions.push import push
from functions.scan import scan
from functions.score import score
from shared.messages import Envelope
from shared.rules.lead import DynamicsState, Lead
from tests.clients.dynamics_stand_in import StandIn
from tests.functions.world import World, a_referral, an_envelope

DOMAIN = "anadolu.com.tr"
KEY = "11111111-0000-4000-8000-000000000001"
ONE_OF_EACH = {"account": 1, "contact": 1, "lead": 1, "opportunity": 1}


class DynamicsWorld(World):
    """Connections with Dynamics switched on; `dynamics` is the genuine client of the stand-in."""

    def __init__(self, *given: Any, stand_in: StandIn, **more: str) -> None:
        super().__init__(*given, DYNAMICS_ENABLED="true", DYNAMICS_URL=stand_in.address, ALLOW_LOOPBACK="true", **more)
        self.stand_in = stand_in
        self.__dict__["dynamics"] = stand_in.client(gate=self.dynamics_gate, now=self.now)

    def scored(self, *, times: int = 1, **changes: Any) -> None:
        """A referral comes in and goes as far as the push."""
        self.arrive(a_referral(**changes), ingest, times=times)
        self.work_off()

    def work_off(self) -> None:
        """Scans and scores every lead that is owed it."""
        for lead in self._leads():
            self.deliver(an_envelope("scan", lead.domain, version=f"w{lead.scan.wanted}", cause="road"), scan)
            self.deliver(an_envelope("score", lead.domain), score)

    def push(self, key: str = KEY, *, times: int = 1, **data: Any) -> None:
        """Delivers the push of one referral."""
        self.deliver(an_envelope("push", key, **data), push, times=times)

    def pushed(self, **changes: Any) -> None:
        """A referral comes in and reaches Dynamics."""
        self.scored(**changes)
        self.push(changes.get("id", KEY))

    def standing(self, key: str = KEY, domain: str = DOMAIN) -> DynamicsState:
        """How a referral stands."""
        lead = self.leads.lead(domain)
        assert lead is not None
        return lead.dynamics.get(key, DynamicsState())

    def row(self, table: str) -> dict[str, Any]:
        """The only row of a table."""
        rows = self.stand_in.rows(table)
        assert len(rows) == 1, [row.get("name") for row in rows]
        return rows[0]

    def events(self, domain: str = DOMAIN) -> list[str]:
        """The codes of a timeline, newest first."""
        return [one["code"] for one in self.leads.events(domain, limit=100)[0]]

    def event(self, code: str, domain: str = DOMAIN) -> dict[str, Any]:
        """The newest event with this code."""
        return next(one for one in self.leads.events(domain, limit=100)[0] if one["code"] == code)

    def inbox(self) -> list[str]:
        """The codes of the open failures."""
        return [one.code for one in self.failures.all(state="open")]

    def calls(self, door: Any) -> int:
        """How many round trips Dynamics sees while `door` runs."""
        before = self.stand_in.calls()
        door()
        return self.stand_in.calls() - before

    def _leads(self) -> list[Lead]:
        found = [self.leads.lead(row.key) for row in self.list_rows.cards("lead")]
        return [lead for lead in found if lead]


def waiting_pushes(world: World) -> list[Envelope]:
    """The pushes that wait on the queue."""
    return [Envelope.of(one["content"]) for one in world.waiting("pushes")]
