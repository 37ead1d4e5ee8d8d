"""The lines that alerts and workbook read say how things are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from functions import measure
from functions.ingest import ingest
from functions.measure import measure_inbox, measure_queues, measure_referrals, measure_secrets
from shared.clients.secrets import FileSecret, VaultSecret
from tests.functions.world import World, a_referral, an_envelope


def _lines(caplog: pytest.LogCaptureFixture, event: str) -> list[str]:
    return [line for line in caplog.messages if line.startswith(event)]


@pytest.fixture(autouse=True)
def _listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="functions.measure")


def test_the_age_of_the_oldest_message_leaves_out_what_is_scheduled(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.time = datetime.now(UTC)
    world.queues.send(an_envelope("scan", "soon.example"), delay=timedelta(hours=1))
    world.queues.send(an_envelope("score", "waits.example"))
    world.pass_time(seconds=90)
    measure_queues(world)
    told = {line.split()[1]: line for line in _lines(caplog, "queue.measured")}
    assert told["queue=scans"].endswith("waiting=0 oldest_seconds=0")
    seconds = int(told["queue=scores"].rpartition("=")[2])
    assert "waiting=1" in told["queue=scores"] and 80 <= seconds <= 300


def test_open_referrals_are_counted_by_urgency(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.arrive(a_referral(expirationDateTime="2026-11-24T00:00:00Z"), ingest)
    world.arrive(
        a_referral(id="22222222-0000-4000-8000-000000000002", status="Closed", substatus="Won"), ingest, item="2"
    )
    measure_referrals(world)
    assert _lines(caplog, "referrals.measured") == ["referrals.measured waiting=1 within_24h=1 within_72h=0"]


def test_the_inbox_is_counted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.failures.record(code="bug", queue="scans", key="a", trace="", params={}, cause="", attempts=1, body=b"")
    measure_inbox(world)
    assert _lines(caplog, "inbox.measured") == ["inbox.measured open=1"]


def test_each_secret_with_an_end_tells_its_days(world: World, caplog: pytest.LogCaptureFixture) -> None:
    ends = {"site-client-secret": world.time + timedelta(days=12, hours=3)}
    world.__dict__["token_cache"] = SimpleNamespace(ends=lambda: ends, load=lambda: None)
    measure_secrets(world)
    assert _lines(caplog, "secret.measured") == ["secret.measured name=site-client-secret days_left=12"]


def test_a_vault_tells_only_ends_that_are_set_and_in_force(tmp_path: Path) -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    listed: list[Any] = [
        SimpleNamespace(name="site-client-secret", enabled=True, expires_on=end),
        SimpleNamespace(name="retired", enabled=False, expires_on=end),
        SimpleNamespace(name="partner-center-token-cache", enabled=True, expires_on=None),
    ]
    vault = VaultSecret("https://kv.example", credential=object())
    vault.__dict__["_client"] = SimpleNamespace(list_properties_of_secrets=lambda: listed)
    assert vault.ends() == {"site-client-secret": end}
    assert FileSecret(str(tmp_path / "cache")).ends() == {}


def test_a_measurement_that_cannot_be_taken_hides_none_of_the_others(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> dict[str, datetime]:
        raise HttpResponseError("the vault says who asked")

    world.__dict__["token_cache"] = SimpleNamespace(ends=refuse)
    world.settings = replace(world.settings, key_vault_url="https://kv.example")
    monkeypatch.setattr(measure, "connections", lambda: world)
    monkeypatch.setattr(measure, "measure_referrals", lambda to: refuse())
    measure.measure_day_timer.build().get_user_function()(None)
    assert _lines(caplog, "measure.not_done") == [
        "measure.not_done what=referrals code=HttpResponseError",
        "measure.not_done what=secrets code=HttpResponseError",
    ]
    assert len(_lines(caplog, "inbox.measured")) == 1
