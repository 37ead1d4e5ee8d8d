"""A gate closes for everybody: for as long as was asked, or for longer each time that nobody said how long."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.clients.gates import Gate
from shared.clients.retry_after import retry_after_seconds
from shared.clients.tables import Tables
from shared.errors import GateClosed, TransientError
from tests.storage import Storage


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(storage: Storage, clock: Clock) -> Gate:
    tables = Tables(connection_string=storage.fresh_account())
    return Gate("partner-center", tables=tables, code="pc_throttled", now=clock)


def _throttled(gate: Gate, seconds: float | None = None) -> float:
    closed = gate.closing(TransientError("pc_throttled", "Partner Center answered 429.", retry_after=seconds))
    assert isinstance(closed, GateClosed) and closed.retry_after is not None
    return closed.retry_after


def test_untold_waits_double_with_jitter_up_to_ten_minutes_and_begin_anew_after_a_quiet_time(
    gate: Gate, clock: Clock
) -> None:
    for guess in (10, 20, 40, 80, 160, 320, 600, 600):
        wait = _throttled(gate)
        assert guess <= wait <= guess * 1.2
        clock.wait(wait + 1)
        gate.check()
    clock.wait(700)
    assert _throttled(gate) <= 12


def test_answers_to_one_burst_close_the_gate_once(gate: Gate, clock: Clock) -> None:
    assert all(_throttled(gate) <= 12 for _ in range(5))
    clock.wait(13)
    assert 20 <= _throttled(gate) <= 24


def test_a_told_wait_is_kept_to_up_to_two_hours_and_ends_the_guessing(gate: Gate, clock: Clock) -> None:
    assert _throttled(gate) <= 12
    assert _throttled(gate, 3600) == 3600
    clock.wait(3601)
    assert _throttled(gate) <= 12
    assert _throttled(gate, 1e300) == 7200


@pytest.mark.parametrize(
    ("told", "seconds"), [("3", 3.0), ("-1", 0.0), ("1e400", None), ("inf", None), ("NaN", None), ("soon", None)]
)
def test_a_wait_that_is_no_number_of_seconds_was_not_told(told: str, seconds: float | None) -> None:
    assert retry_after_seconds({"Retry-After": told}, now=datetime(2026, 11, 23, tzinfo=UTC)) == seconds


def test_a_closed_gate_is_seen_by_another_process_within_a_second(storage: Storage, clock: Clock) -> None:
    account = storage.fresh_account()
    here, there = (
        Gate("dynamics", tables=Tables(connection_string=account), code="dyn_throttled", now=clock) for _ in range(2)
    )
    there.check()
    here.close(30)
    clock.wait(seconds=1)
    with pytest.raises(GateClosed) as closed:
        there.check()
    assert closed.value.retry_after == 29
    there.close(5)
    with pytest.raises(GateClosed):
        here.check()
    clock.wait(seconds=30)
    here.check()
    there.check()
