"""What is saved together is saved at once or not at all, two writers lose nothing, and readers see it at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from shared.clients.lead_store import LeadStore
from shared.clients.list_rows import ListRows
from shared.clients.list_view import ListView
from shared.clients.tables import Tables
from shared.rules.change import BigText, Change, Found
from shared.rules.events import Event
from shared.rules.kept_referral import KeptReferral
from shared.rules.lead import Identity, Lead
from shared.rules.list_columns import LEAD_COLUMNS
from shared.rules.list_shape import Conditions
from shared.rules.referral_reading import parse_referral
from tests.storage import Storage

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still unless it is told to move."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def wait(self, **amount: float) -> None:
        """Moves on."""
        self.time += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account(storage: Storage) -> str:
    return storage.fresh_account()


@pytest.fixture
def store(account: str, clock: Clock) -> Iterator[LeadStore]:
    yield LeadStore(Tables(connection_string=account), now=clock)


def _rows(account: str) -> ListRows:
    return ListRows(Tables(connection_string=account))


def _rename(store: LeadStore, name: str, *, domain: str = "a.example") -> None:
    def decide(found: Found) -> Change:
        lead = found.lead or Lead(domain=domain, identity=Identity(first_seen_at=NOW))
        names = f"{lead.identity.company_name or ''}{name}"
        return Change(
            lead=replace(lead, identity=replace(lead.identity, company_name=names)),
            events=[Event("lead.added", params={"name": name})],
        )

    assert store.change(decide, store.find(domain=domain))


def test_two_writers_lose_neither_a_change_nor_an_event(account: str, clock: Clock) -> None:
    stores = [LeadStore(Tables(connection_string=account), now=clock) for _ in range(2)]
    _rename(stores[0], "-")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda number: _rename(stores[number % 2], chr(97 + number)), range(6)))
    lead = stores[0].lead("a.example")
    assert lead is not None
    assert sorted(lead.identity.company_name or "") == sorted("-abcdef")
    assert lead.version == 7
    assert len(stores[0].events("a.example", limit=50)[0]) == 7


def test_two_who_create_the_same_lead_make_one(store: LeadStore) -> None:
    nothing = store.find(domain="a.example")
    _rename(store, "first")

    def decide(found: Found) -> Change | None:
        return None if found.lead else Change(lead=Lead(domain="a.example"))

    assert store.change(decide, nothing) is None
    assert store.lead("a.example").version == 1


def test_a_change_that_cannot_be_saved_whole_leaves_no_part(account: str, store: LeadStore) -> None:
    too_much = [Event("lead.added", params={"number": number}) for number in range(120)]
    with pytest.raises(Exception):  # noqa: B017 - whatever the service says of it
        store.change(
            lambda found: Change(lead=Lead(domain="a.example"), events=too_much), store.find(domain="a.example")
        )
    assert store.lead("a.example") is None
    assert _rows(account).feed("lead", NOW - timedelta(hours=1)) == []


@pytest.mark.parametrize(
    "text",
    ["{}", "Şğ" * 400_000, Random(7).randbytes(50_000).hex(), Random(7).randbytes(300_000).hex()],
)
def test_a_big_text_of_any_length_is_kept_with_the_row_that_points_to_it(
    account: str, store: LeadStore, text: str
) -> None:
    big = BigText("evidence", "a.example", "one", text)
    store.change(lambda found: Change(lead=Lead(domain="a.example"), big_text=big), store.find(domain="a.example"))
    assert store.big_text("evidence", "a.example", "one") == text
    assert store.big_text("evidence", "a.example", "two") is None
    assert [lead.domain for lead in store.all_leads()] == ["a.example"]
    assert len(store.events("a.example", limit=9)[0]) == len(_rows(account).feed("ref", NOW - timedelta(hours=1))) == 0


def test_a_referral_that_its_lead_does_not_list_is_not_taken_for_new_when_it_is_known(store: LeadStore) -> None:
    parsed = parse_referral({"id": "r-1"}).referral
    kept = KeptReferral("r-1", parsed, NOW, domain="old.example", first_seen_at=NOW)
    old = Lead(domain="old.example").with_referral(kept.summary())
    store.change(lambda found: Change(lead=old, referral=kept), store.find(domain="old.example", referral_key="r-1"))
    seen: list[bool] = []

    def decide(found: Found) -> Change | None:
        seen.append(found.referral is not None)
        return None if found.referral else Change(lead=Lead(domain="new.example"), referral=kept)

    found = store.find_listed(domain="new.example", referral_key="r-1")
    assert store.change(decide, found) is None
    assert seen == [False, True] and store.lead("new.example") is None
    assert store.find_listed(domain="old.example", referral_key="r-1").referral == store.referral("r-1")
    assert store.find_listed(domain=None, referral_key="r-1").referral is not None


def _view(account: str, clock: Clock) -> ListView:
    return ListView("lead", LEAD_COLUMNS, rows=_rows(account), now=clock)


def _listed(view: ListView) -> list[str]:
    with view.read() as table:
        return sorted(table.keys_of(table.ordered(table.matching(Conditions()), ())))


def test_another_process_sees_what_was_saved_a_moment_ago(account: str, clock: Clock, store: LeadStore) -> None:
    view = _view(account, clock)
    assert _listed(view) == []
    _rename(store, "A")
    assert _listed(view) == ["a.example"]
    clock.wait(seconds=25)
    _rename(store, "B", domain="b.example")
    assert _listed(view) == ["a.example", "b.example"]


def test_a_writer_whose_clock_is_a_little_behind_is_still_seen(account: str, clock: Clock, store: LeadStore) -> None:
    view = _view(account, clock)
    _rename(store, "A")
    assert _listed(view) == ["a.example"]
    late = LeadStore(Tables(connection_string=account), now=lambda: clock() - timedelta(seconds=45))
    _rename(late, "B", domain="b.example")
    assert _listed(view) == ["a.example", "b.example"]


@pytest.mark.parametrize("minutes", [4, -4])
def test_clocks_that_are_minutes_apart_hide_no_row(account: str, clock: Clock, minutes: int) -> None:
    right, wrong = (
        LeadStore(Tables(connection_string=account), now=lambda apart=apart: clock() + timedelta(minutes=apart))
        for apart in (0, minutes)
    )
    view = _view(account, clock)
    assert _listed(view) == []
    _rename(wrong, "A")
    assert _listed(view) == ["a.example"]
    clock.wait(seconds=20)
    _rename(right, "B", domain="b.example")
    assert _listed(view) == ["a.example", "b.example"]


def test_a_reader_who_was_away_loads_anew(account: str, clock: Clock, store: LeadStore) -> None:
    view = _view(account, clock)
    _listed(view)
    _rename(store, "A")
    clock.wait(hours=3)
    assert _rows(account).forget_feed("lead", clock() - timedelta(hours=1)) == 1
    assert _listed(view) == ["a.example"]
