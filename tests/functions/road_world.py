"""The world of the whole road: Partner Center at one end, Dynamics at the other, and processes that can be replaced."""

from typing import Any

from tests.clients.dynamics_stand_in import StandIn
from tests.functions.poll_world import PollWorld
from tests.functions.world import a_scan

_OF_A_PROCESS = (
    "tables", "leads", "runs", "run_items", "turns", "seen", "failures", "state", "ledger", "list_rows", "lead_list",
    "referral_list", "partner_center_gate", "dynamics_gate",
)  # fmt: skip


class RoadWorld(PollWorld):
    """Partner Center and Dynamics at both ends."""

    def __init__(self, *given: Any, stand_in: StandIn, **more: Any) -> None:
        super().__init__(*given, DYNAMICS_ENABLED="true", DYNAMICS_URL=stand_in.address, **more)
        self.stand_in = stand_in
        self.next_scan = a_scan(dkim="unknown")
        self.be_another_process()

    def be_another_process(self) -> None:
        """Nothing that was in memory is left."""
        for name in _OF_A_PROCESS:
            self.__dict__.pop(name, None)
        self.be_client()
        self.__dict__["dynamics"] = self.stand_in.client(gate=self.dynamics_gate, now=self.now)
