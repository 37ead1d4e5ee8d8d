"""One run of a kind at a time, and one worker per run, whoever else wants the same at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from shared.clients.run_store import RunStore, TakenOver
from shared.clients.run_turns import RunTurns
from shared.clients.tables import Tables
from tests.storage import Storage

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_only_one_of_two_starters_starts_and_only_the_latest_saver_saves(storage: Storage) -> None:
    account = storage.fresh_account()
    stores = [RunStore(Tables(connection_string=account), now=lambda: NOW) for _ in range(2)]
    hosts = [RunTurns(Tables(connection_string=account), one, now=lambda: NOW) for one in stores]
    with ThreadPoolExecutor(2) as pool:
        started = list(pool.map(lambda one: one.start(kind="pull", who="t", trace="t", request={}), hosts))
    assert (started[0][0].id == started[1][0].id, sorted(is_new for _, is_new in started)) == (True, [False, True])
    run = stores[0].get(started[0][0].id)
    assert run is not None
    stores[1].save(run)
    with pytest.raises(TakenOver):
        stores[0].save(run)
