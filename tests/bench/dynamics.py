"""How many round trips a lead costs in Dynamics, and what concurrency is worth, against a stand-in that answers in 60
ms.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sandbox.bus.server import serve as serve_bus
from sandbox.dataverse import serve
from shared.clients.dynamics import Dynamics
from shared.clients.http_session import HttpSession
from shared.clients.queues import Queues
from shared.messages import QUEUES
from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.plan import decide
from shared.rules.dynamics.reads import reads_for
from shared.rules.dynamics.records import wanted_records
from tests.background import Background, background
from tests.bench import Row
from tests.clients.dynamics_stand_in import StandIn
from tests.functions.dynamics_world import KEY, DynamicsWorld
from tests.rules.dynamics.cases import a_company, a_referral, given
from tests.storage import running_storage

LEADS = 1_000
ONE_BY_ONE = 60
WORKERS = 24
"""Pushes that two instances with 12 threads each have under way; far below the 52 that the service allows."""
LATENCY_MS = 60.0


def rows() -> Iterator[Row]:
    """Every row of this module."""
    yield from _round_trips()
    yield _concurrency()


def _round_trips() -> Iterator[Row]:
    with _world() as world:
        world.dynamics.organisation()
        world.scored()
        new = world.calls(world.push)
        world.scored(name="Another name", updatedDateTime="2026-11-21T08:00:00Z")
        changed = world.calls(world.push)
        repeated = world.calls(lambda: world.push(times=3))
        world.scored(
            name="Another name",
            updatedDateTime="2026-11-22T08:00:00Z",
            details={"dealValue": 42000, "currency": "EUR", "x": 1},
        )
        same = world.calls(lambda: world.push(KEY))
    yield Row("Dynamics round trips, new lead", str(new), "at most 2", new <= 2)
    yield Row("Dynamics round trips, changed lead", str(changed), "at most 2", changed <= 2)
    yield Row("Dynamics round trips, unchanged lead", str(repeated + same), "0", repeated + same == 0)


def _concurrency() -> Row:
    with _own_process() as address:
        stand_in = StandIn(address)
        session = HttpSession(address, failure="dyn_unavailable", pool=WORKERS)
        dynamics = Dynamics(address, session=session, token=lambda force_refresh=False: "token")
        dynamics.organisation()
        single = _seconds(lambda: [_push(dynamics, f"single-{number}") for number in range(ONE_BY_ONE)]) / ONE_BY_ONE
        spent = time.process_time()
        with ThreadPoolExecutor(WORKERS) as workers:
            many = (
                _seconds(lambda: list(workers.map(lambda number: _push(dynamics, f"many-{number}"), range(LEADS))))
                / LEADS
            )
        spent = (time.process_time() - spent) / LEADS
        leads, refused = len(stand_in.rows("lead")), int(stand_in.control("GET", "counts")["throttled"])
    ratio = single / many
    note = (
        f"{leads} leads in Dynamics, {refused} answers 429; {WORKERS} at once, {many * LEADS:.1f} s beside "
        f"{single * LEADS:.0f} s; our processor's part is {spent * 1000:.1f} ms a lead"
    )
    return Row(
        f"{LEADS} leads into Dynamics beside one after another",
        f"{ratio:.1f} x",
        "at least 5 x",
        ratio >= 5 and leads == LEADS + ONE_BY_ONE,
        note,
    )


def _push(dynamics: Dynamics, name: str) -> None:
    """One lead of a company of its own, as the step does it."""
    told = replace(
        given(organisation=dynamics.organisation()),
        key=name,
        referral=a_referral(id=name, key=name, contact=None),
        lead=a_company(domain=f"{name}.example", company_name=name),
    )
    asked = wanted_records(told)
    plan = decide(asked, dynamics.read(reads_for(asked, Remembered())), Remembered())
    dynamics.write(plan)


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _own_process() -> Iterator[str]:
    """The address of a stand-in that does not share its processor time with the client."""
    context = multiprocessing.get_context("spawn")
    told, hears = context.Pipe()
    process = context.Process(target=_serve_until_killed, args=(hears,), daemon=True)
    process.start()
    try:
        yield told.recv()
    finally:
        process.kill()
        process.join(10)


def _serve_until_killed(tells: Any) -> None:
    with background() as loop:
        tells.send(loop.serve(serve(latency_ms=LATENCY_MS)).address)
        time.sleep(3_600)


@contextmanager
def _world() -> Iterator[DynamicsWorld]:
    with running_storage() as storage, background() as loop:
        yield _made(storage.fresh_account(), loop)


def _made(account: str, loop: Background) -> DynamicsWorld:
    bus: Any = loop.serve(serve_bus(queues=QUEUES))
    stand_in = StandIn(loop.serve(serve()).address)
    queues = Queues(connection_string=bus.connection_string)
    return DynamicsWorld(account, queues, bus.control, stand_in=stand_in)
