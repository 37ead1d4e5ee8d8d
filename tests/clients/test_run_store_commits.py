"""A save of a run whose answer gets lost was done all the same: its worker goes on, and nobody else's is mistaken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clients.run_store import RunStore, TakenOver
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


def _start(runs: RunStore) -> Any:
    return runs.start(kind="referrals", who="timer", trace="t", request={})[0]


def test_a_worker_whose_save_went_through_unheard_goes_on(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = RunStore(tables, now=lambda: NOW)
    run = _start(runs)
    lost = _lose_the_next_answer(tables, monkeypatch)
    once = runs.renewed(run, fetched=20)
    assert lost == [204]
    assert runs.renewed(once, fetched=40).fetched == 40


def test_a_run_that_was_created_unheard_is_there_once(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = RunStore(tables, now=lambda: NOW)
    lost = _lose_the_next_answer(tables, monkeypatch)
    run = _start(runs)
    assert lost
    assert [one.id for one in runs.newest()[0]] == [run.id]
    assert runs.renewed(run, fetched=1).fetched == 1


def test_somebody_elses_save_is_still_told_apart(tables: Tables) -> None:
    runs = RunStore(tables, now=lambda: NOW)
    run = _start(runs)
    runs.renewed(run, fetched=20)
    with pytest.raises(TakenOver):
        runs.renewed(replace(run, fetched=1))
