"""How many calls to Storage a referral costs over the whole road, counted by a table double that sees every request."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from functions.ingest import ingest
from functions.push import push
from functions.scan import scan
from functions.score import score
from sandbox.bus.server import serve as serve_bus
from sandbox.dataverse import serve
from shared.clients.queues import Queues
from shared.doors.queue import Step
from shared.messages import QUEUES, Envelope
from tests.background import background
from tests.bench import Row
from tests.clients.dynamics_stand_in import StandIn
from tests.functions.dynamics_world import DynamicsWorld
from tests.functions.world import a_referral
from tests.table_double.process import running_table_double

MOST = 10
_STEPS: tuple[tuple[str, Step], ...] = (("scans", scan), ("scores", score), ("pushes", push))
_TABLES_ARE_THERE = "create table"
"""What a process asks once per table here, and never in Azure."""


def rows() -> Iterator[Row]:
    """A new referral, and the same one again in another run, in a process that is warm."""
    with running_table_double() as double, background() as loop:
        bus: Any = loop.serve(serve_bus(queues=QUEUES))
        stand_in = StandIn(loop.serve(serve()).address)
        queues = Queues(connection_string=bus.connection_string)
        world = DynamicsWorld(double.connection_string(), queues, bus.control, stand_in=stand_in)
        _whole_road(world, _company(1))
        new = _calls(double.counts, lambda: _whole_road(world, _company(2), run="bench"))
        again = _calls(double.counts, lambda: world.arrive(_company(2), ingest, item="00002-000"))
        recorded = _calls(double.counts, lambda: world.arrive(_company(2), ingest, item="00003-000", run="bench"))
        messages = sum(len(world.waiting(queue)) for queue in QUEUES)
        events = [one["code"] for one in world.leads.events("company2.example", limit=100)[0]]
    by_kind = ", ".join(f"{kind} {count}" for kind, count in sorted(new.items()))
    yield Row(
        "storage calls, new referral, whole road and the run's report",
        str(new.total()),
        f"at most {MOST}",
        new.total() <= MOST,
        by_kind,
    )
    yield Row(
        "storage calls, unchanged referral", f"{again.total()}, and {(recorded - again).total()} for the run's report",
        "1 write, the report's", (recorded - again).total() == 1 and again["transaction"] == 0,
        f"{len(events)} events in all",
    )  # fmt: skip
    yield Row("messages of an unchanged referral beyond its own", str(messages), "0", messages == 0)


def _company(number: int) -> dict[str, Any]:
    team = [{"firstName": "Ada", "email": f"ada@company{number}.example"}]
    profile = {"name": f"Company {number}", "address": {"country": "TR"}, "team": team}
    return a_referral(id=f"11111111-0000-4000-8000-{number:012}", customerProfile=profile)


def _whole_road(world: DynamicsWorld, raw: Any, **more: Any) -> None:
    """The referral goes from queue to queue until nothing waits."""
    world.arrive(raw, ingest, **more)
    for queue, step in _STEPS:
        for message in world.waiting(queue):
            world.deliver(Envelope.of(message["content"]), step)
        world.empty_queue(queue)
    assert not any(world.waiting(queue) for queue in QUEUES), "the road is longer than this bench knows"


def _calls(counts: Callable[[], Counter[str]], work: Callable[[], object]) -> Counter[str]:
    before = counts()
    work()
    spent = counts() - before
    del spent[_TABLES_ARE_THERE]
    return spent
