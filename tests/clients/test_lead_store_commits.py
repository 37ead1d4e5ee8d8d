"""A transaction whose answer gets lost was done all the same: it is not decided and told a second time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clients.lead_store import LeadStore
from shared.clients.tables import Tables
from shared.rules.change import Change, Found
from shared.rules.events import Event
from shared.rules.lead import Identity, Lead
from tests.table_double.process import running_table_double

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def tables() -> Iterator[Tables]:
    """Storage in which nothing is."""
    with running_table_double() as double:
        yield Tables(connection_string=double.connection_string())


def _lose_the_next_answer(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service does the work, but something between tells 503, and the SDK tries again."""
    transport: Any = tables.table("leads")._client._client._pipeline._transport
    send, lost = transport.send, []

    def losing(request: Any, **options: Any) -> Any:
        answer = send(request, **options)
        if "$batch" in request.url and not lost:
            lost.append(answer)
            answer.status_code = 503
        return answer

    monkeypatch.setattr(transport, "send", losing)


@pytest.mark.parametrize("known", [False, True])
def test_a_save_that_went_through_unheard_is_saved_once(
    tables: Tables, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    leads = LeadStore(tables, now=lambda: NOW)
    lead = Lead(domain="a.example", version=0, identity=Identity(first_seen_at=NOW), updated_at=NOW)
    if known:
        leads.change(lambda found: Change(lead=lead), leads.find(domain="a.example"))
    _lose_the_next_answer(tables, monkeypatch)

    def scanned(found: Found) -> Change:
        return Change(lead=replace(found.lead or lead), events=(Event("scan.asked"),))

    saved = leads.change(scanned, leads.find(domain="a.example"))
    stored = leads.lead("a.example")
    assert saved and saved.lead and stored
    assert saved.lead.version == stored.version == (2 if known else 1)
    assert len(leads.events("a.example", limit=10)[0]) == 1
