"""A save of a run whose answer gets lost was done all the same: its worker goes on, and nobody else's is mistaken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clients.run_store import RunStore, TakenOver
from shared.clients.run_turns import RunTurns
from shared.clients.tables import Tables
from tests.table_double.process import running_table_double

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def tables() -> Iterator[Tables]:
    """Storage in which nothing is."""
    with running_table_double() as double:
        yield Tables(connection_string=double.connection_string())


def _lose_the_next_answer(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The service does the work, but something between tells 503, and the SDK tries again."""
    transport: Any = tables.table("runs")._client._client._pipeline._transport
    send, lost = transport.send, []

    def losing(request: Any, **options: Any) -> Any:
        answer = send(request, **options)
        if request.method in ("PUT", "POST") and not lost:
            lost.append(answer.status_code)
            answer.status_code = 503
        return answer

    monkeypatch.setattr(transport, "send", losing)
    return lost


def _turns(tables: Tables) -> RunTurns:
    return RunTurns(tables, RunStore(tables, now=lambda: NOW), now=lambda: NOW)


def _start(turns: RunTurns) -> Any:
    return turns.start(kind="referrals", who="timer", trace="t", request={})[0]


def test_a_worker_whose_save_went_through_unheard_goes_on(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = _turns(tables)
    run = _start(turns)
    lost = _lose_the_next_answer(tables, monkeypatch)
    once = turns.renewed(run, fetched=20)
    assert lost == [204]
    assert turns.renewed(once, fetched=40).fetched == 40


def test_a_run_that_was_created_unheard_is_there_once(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = _turns(tables)
    lost = _lose_the_next_answer(tables, monkeypatch)
    run = _start(turns)
    assert lost
    assert [one.id for one in RunStore(tables, now=lambda: NOW).newest()[0]] == [run.id]
    assert turns.renewed(run, fetched=1).fetched == 1


def test_somebody_elses_save_is_still_told_apart(tables: Tables) -> None:
    turns = _turns(tables)
    run = _start(turns)
    turns.renewed(run, fetched=20)
    with pytest.raises(TakenOver):
        turns.renewed(replace(run, fetched=1))
