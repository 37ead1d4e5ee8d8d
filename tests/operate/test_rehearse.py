"""`python -m operate rehearse`: another rule table tried on the stored leads, which stay as they are."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from operate import rehearse
from shared.connections import Connections
from shared.rules.change import Change
from shared.rules.judging import judge
from shared.rules.lead import Lead, ScanState
from shared.rules.scoring import TABLE
from shared.rules.signals import MailSignals
from shared.settings import read_settings
from tests.rules.judged import signals
from tests.storage import Storage, running_storage

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with running_storage() as running:
        yield running


@pytest.fixture
def to(storage: Storage) -> Connections:
    """Connections over an account with three leads: two judged, one never scanned."""
    to = connected(storage.fresh_account())
    keep(to, "google.example", signals(dkim="absent", dmarc="present", dmarc_policy="reject"))
    keep(to, "xn--rnek-4qa.example", signals(provider="Local", mx_hosts=("mail.x.example",)))
    keep(to, "new.example", None)
    return to


def connected(account: str) -> Connections:
    bus = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=k"
    return Connections(read_settings({"Storage": account, "ServiceBus": bus}), now=lambda: NOW)


def keep(to: Connections, domain: str, found: MailSignals | None) -> None:
    lead = Lead(domain, scan=ScanState(wanted=1, done=1, version=1, signals=found, scanned_at=NOW))
    if found:
        judged = judge(lead, table=TABLE, now=NOW, trace="t").lead
        assert judged
        lead = judged
    to.leads.change(lambda _: Change(lead=lead), to.leads.find(domain=domain))


def rules(tmp_path: Path, text: str) -> argparse.Namespace:
    file = tmp_path / "trial.json"
    file.write_text(text, encoding="utf-8")
    return arguments(str(file))


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    rehearse.add_arguments(parser)
    return parser.parse_args(words)


def test_it_prints_who_would_move_and_why(to: Connections, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = rules(tmp_path, '{"name": "trial", "prices": {"no_dkim": -40}, "provider": {"Local": 60}}')
    assert rehearse.run(args, to=to) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith(f"{TABLE.version} -> trial+")
    assert lines[:2] == [
        "2 leads judged from stored evidence, 1 not scanned yet.",
        "2 would move. Nothing was changed.",
    ]
    table = [line.split("  ") for line in lines[3:6]]
    assert [[cell.strip() for cell in row if cell] for row in table] == [
        ["domain", "score", "segment", "priority", "why"],
        ["google.example", "65 -> 40", "Migration -> Cold", "P2 -> P5", "-25: DKIM counts differently"],
        ["örnek.example", "30 -> 80", "Cold -> Migration", "P1", "+50: Mail provider counts differently"],
    ]


def test_it_touches_nothing(to: Connections, tmp_path: Path) -> None:
    before = list(to.leads.all_leads())
    feed = to.list_rows.feed("lead", NOW.replace(hour=0))
    rehearse.run(rules(tmp_path, '{"name": "trial", "prices": {"spf": 0}}'), to=to)
    assert list(to.leads.all_leads()) == before
    assert to.list_rows.feed("lead", NOW.replace(hour=0)) == feed


def test_a_table_that_moves_nobody_says_so(to: Connections, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rehearse.run(rules(tmp_path, '{"name": "same"}'), to=to) == 0
    assert "0 would move. Nothing was changed." in capsys.readouterr().out


def test_the_limit_says_how_many_are_not_shown(
    to: Connections, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = rules(tmp_path, '{"name": "trial", "prices": {"spf": 0}}')
    args.limit = 1
    rehearse.run(args, to=to)
    assert "… and 1 more; --limit 0 shows all." in capsys.readouterr().out


def test_a_wrong_file_ends_with_2_and_every_problem(
    to: Connections, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearse.run(rules(tmp_path, '{"name": "t", "prices": {"spf": "a", "dkin": 1}}'), to=to) == 2
    said = capsys.readouterr().err
    assert "prices.spf: input should be a valid integer" in said
    assert "prices.dkin: is not known" in said


def test_a_storage_that_does_not_answer_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:9/a;"
    to = connected(nowhere)
    assert rehearse.run(rules(tmp_path, '{"name": "t"}'), to=to) == 1
    assert "storage_unavailable" in capsys.readouterr().err
