"""Old runs go with their items; one that is not over, whose faults are open, or that a rate still counts, stays."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.retention import keep_no_longer
from shared.clients import old_rows
from shared.clients.domain_sets import DomainSets
from shared.clients.run_store import RunStore
from shared.rules.run import Run
from tests.functions.doors import Doors
from tests.functions.world import World


def _run(world: World, *, trace: str = "t", state: str | None = "succeeded", items: int = 2, **request: Any) -> Run:
    """A run of this moment, with items, in this state; None leaves it queued."""
    run = world.runs.create(kind="bulk-push", who="timer", trace=trace, request=request)
    for number in range(items):
        world.run_items.put(run.id, f"{number:05}", outcome="new", key=f"k{number}")
    return world.turns.ended(run, state, outcomes={"new": items}) if state else run


def _rows(world: World) -> dict[str, int]:
    """How many rows of each kind the table of runs holds."""
    kinds = [row["PartitionKey"].partition(":")[0] for row in world.tables.table("runs").list_entities()]
    return {kind: kinds.count(kind) for kind in set(kinds)}


def _fault(world: World, trace: str) -> str:
    return world.failures.record(
        code="bug", queue="pushes", key="k0", trace=trace, params={}, cause="c", attempts=1, body=b"{}"
    )


def test_a_run_goes_with_its_items_its_set_and_its_word_to_stop(world: World) -> None:
    old_set = DomainSets(world.tables, now=world.now).put(["a.example"])
    old = _run(world, set=old_set)
    world.turns.ask_to_cancel(old.id)
    world.seen.put(old.id, "leads", 0, ["k0"])
    world.pass_time(days=366)
    new_set = DomainSets(world.tables, now=world.now).put(["b.example"])
    new = _run(world, set=new_set)

    gone = keep_no_longer(world)

    assert (gone["runs"], gone["run_items"]) == (1, 2)
    assert _rows(world) == {"runs": 1, "items": 2, "set": 1}
    assert world.runs.get(old.id) is None and world.runs.get(new.id) == new
    assert DomainSets(world.tables, now=world.now).piece(new_set, 0) == ["b.example"]
    assert Doors(world).get(f"runs/{old.id}").status == 404


def test_a_set_that_a_standing_run_names_stays_however_old(world: World) -> None:
    kept = DomainSets(world.tables, now=world.now).put(["a.example"])
    _run(world, state=None, set=kept)
    world.pass_time(days=366)
    keep_no_longer(world)
    assert DomainSets(world.tables, now=world.now).piece(kept, 0) == ["a.example"]


def test_a_run_that_is_not_over_stays(world: World) -> None:
    waiting = _run(world, state=None)
    world.pass_time(days=3650)
    assert set(keep_no_longer(world).values()) == {0}
    assert (world.runs.get(waiting.id), len(world.run_items.page(waiting.id)[0])) == (waiting, 2)


@pytest.mark.parametrize("trace", ["t1", "t1-00001-000"], ids=["its own", "an item's"])
def test_a_run_whose_fault_is_open_stays_until_it_is_settled(world: World, trace: str) -> None:
    run, other = _run(world, trace="t1"), _run(world, trace="t")
    fault = _fault(world, trace)
    world.pass_time(days=366)
    keep_no_longer(world)
    assert world.runs.get(run.id) == run and world.runs.get(other.id) is None
    assert len(world.run_items.page(run.id)[0]) == 2
    failure = world.failures.get(fault)
    assert failure is not None
    world.failures.overcome(failure)
    assert keep_no_longer(world)["runs"] == 1


def test_what_the_rates_of_ninety_days_count_stays_however_short_the_retention(storage: Any, bus: Any) -> None:
    running, queues = bus
    world = World(storage.fresh_account(), queues, running.control, RETENTION_DAYS="1")
    counted = _run(world)
    world.pass_time(days=89)
    before = Doors(world).get("runs?days=90").json["per_day"]
    assert keep_no_longer(world)["runs"] == 0 and world.runs.get(counted.id) == counted
    assert Doors(world).get("runs?days=90").json["per_day"] == before != []
    world.pass_time(days=2)
    assert keep_no_longer(world)["runs"] == 1


def test_a_night_with_too_much_for_it_is_gone_on_with_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        world.pass_time(seconds=1)
        _run(world, items=3)
    world.pass_time(days=366)
    monkeypatch.setattr("shared.clients.old_runs.MOST", 2)
    nights = [keep_no_longer(world) for _ in range(6)]
    assert [night["runs"] for night in nights] == [2, 1, 0, 0, 0, 0]
    assert [night["run_items"] for night in nights] == [2, 2, 2, 2, 1, 0]
    assert _rows(world) == {}


@pytest.fixture
def resumed_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run that a person resumes after the night has read it and before it deletes."""
    run = _run(world, state="failed")
    deleted = old_rows._deleted

    def later(table: Any, rows: list[Any], unless_changed: bool) -> int:
        if rows[0]["RowKey"] == run.id:
            world.turns.reopened(run)
        return deleted(table, rows, unless_changed)

    monkeypatch.setattr(old_rows, "_deleted", later)
    yield run


def test_a_run_that_somebody_resumes_at_that_moment_stays_whole(world: World, resumed_meanwhile: Run) -> None:
    world.pass_time(days=366)
    gone = keep_no_longer(world)
    found = world.runs.get(resumed_meanwhile.id)
    assert found is not None and (found.state, gone["runs"], gone["run_items"]) == ("queued", 0, 0)
    assert len(world.run_items.page(found.id)[0]) == 2


def test_a_deletion_whose_answer_was_lost_stops_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        world.pass_time(seconds=1)
        _run(world)
    world.pass_time(days=366)
    transport: Any = world.tables.table("runs")._client._client._pipeline._transport._transport  # of every table
    send, lost = transport.send, []

    def losing(request: Any, **options: Any) -> Any:
        answer = send(request, **options)
        if request.method == "POST" and "$batch" in request.url and not lost:
            lost.append(answer.status_code)
            answer.status_code = 503
        return answer

    monkeypatch.setattr(transport, "send", losing)
    keep_no_longer(world)
    assert (lost, _rows(world)) == ([202], {})
    assert RunStore(world.tables, now=world.now).newest() == ([], None)
