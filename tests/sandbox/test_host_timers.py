"""A timer's runs: the one that was missed while no host ran, the next ones, and who may run them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.functions as func

from sandbox.host.index import index
from sandbox.host.invoke import Invoker
from sandbox.host.timer_state import Status
from sandbox.host.timers import Timer


class KnownState:
    """What one Storage knows of one timer."""

    def __init__(self, status: Status | None, *, ours: bool = True) -> None:
        self.status = status
        self.ours = ours

    async def hold(self, timer: str) -> bool:
        return self.ours

    async def read(self, timer: str) -> Status | None:
        return self.status

    async def remember(self, timer: str, status: Status) -> None:
        self.status = status

    async def close(self) -> None:
        return None


def runs_of(state: KnownState, *, schedule: str, seconds: float, **options: Any) -> list[bool]:
    """`past_due` of each run within some seconds."""
    seen: list[bool] = []
    app = func.FunctionApp()

    @app.timer_trigger(arg_name="timer", schedule=schedule, **options)
    def tick(timer: func.TimerRequest) -> None:
        seen.append(timer.past_due)

    async def run() -> None:
        timer = Timer(index(app, {})[0], state=state, invoker=Invoker(timeout=None))
        task = asyncio.create_task(timer.run())
        await asyncio.sleep(seconds)
        task.cancel()

    asyncio.run(run())
    return seen


def test_missed_run_is_made_up_for_once_and_is_past_due() -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    state = KnownState(Status(yesterday - timedelta(days=1), yesterday))
    assert runs_of(state, schedule="0 0 0 1 1 *", seconds=0.3) == [True]
    assert state.status and state.status.next > datetime.now(UTC)


def test_first_start_waits_for_the_schedule_and_remembers_when_it_comes() -> None:
    state = KnownState(None)
    assert runs_of(state, schedule="0 0 0 1 1 *", seconds=0.3) == []
    assert state.status and (state.status.last, state.status.next.month) == (None, 1)


def test_schedule_of_seconds_is_not_made_up_for() -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    state = KnownState(Status(yesterday, yesterday))
    assert runs_of(state, schedule="* * * * * *", seconds=1.3) in ([False], [False, False])
    assert state.status and state.status.next == yesterday


def test_run_on_startup_runs_at_once_and_is_not_past_due() -> None:
    assert runs_of(KnownState(None), schedule="0 0 0 1 1 *", seconds=0.3, run_on_startup=True) == [False]


def test_timer_that_another_host_holds_does_not_run() -> None:
    assert runs_of(KnownState(None, ours=False), schedule="* * * * * *", seconds=1.3) == []
