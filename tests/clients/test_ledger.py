"""What the ledger remembers, over the genuine Azurite."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.clients.domain_sets import PIECE, DomainSets
from shared.clients.lead_rows import PARTITION
from shared.clients.ledger import Ledger
from shared.clients.ledger_pages import Page, ReferralEntry, Review
from shared.clients.tables import Tables
from shared.rules.dynamics.memory import Memory, fingerprint
from tests.rules.dynamics.cases import wanted
from tests.storage import Storage, running_storage

HOME = "contoso.com"


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    with running_storage() as started:
        yield started


@pytest.fixture
def tables(storage: Storage) -> Tables:
    return Tables(connection_string=storage.fresh_account())


@pytest.fixture
def ledger(tables: Tables) -> Ledger:
    return Ledger(tables)


def _with_lead(page: Page, key: str = "r1", lead: str = "l1") -> Page:
    entry = ReferralEntry(lead=Memory(lead, {"subject": "f"}), contact_key="e-1").with_history({"code": "created"})
    contacts = {"e-1": Memory("c1", told={"lastname": "x"})}
    return replace(page, account=Memory("a1", owner="o"), contacts=contacts, referrals={**page.referrals, key: entry})


def test_a_page_comes_back_as_it_was_saved(ledger: Ledger) -> None:
    saved = ledger.save(ledger.page(HOME), _with_lead)
    read = ledger.page(HOME)
    assert (read.account, read.contacts, read.referrals) == (saved.account, saved.contacts, saved.referrals)


def test_two_writers_of_one_page_lose_nothing_of_each_other(ledger: Ledger) -> None:
    first, second = ledger.page(HOME), ledger.page(HOME)
    ledger.save(first, lambda page: _with_lead(page, "r1"))
    ledger.save(second, lambda page: _with_lead(page, "r2"))
    assert set(ledger.page(HOME).referrals) == {"r1", "r2"}
    third, fourth = ledger.page(HOME), ledger.page(HOME)
    ledger.save(third, lambda page: replace(page, account=Memory("a1", {"name": "1"})))
    ledger.save(
        fourth, lambda page: replace(page, account=Memory("a1", {**(page.account or Memory("")).written, "city": "2"}))
    )
    account = ledger.page(HOME).account
    assert account is not None and account.written == {"name": "1", "city": "2"}


def test_history_is_bounded(ledger: Ledger) -> None:
    entry = ReferralEntry()
    for number in range(50):
        entry = entry.with_history({"code": str(number)})
    assert [line["code"] for line in entry.history] == [str(number) for number in range(30, 50)]


def test_open_reviews_are_listed_until_they_are_decided(ledger: Ledger) -> None:
    review = Review(({"id": "a"},), "same_name_and_country", "Contoso", "TR", "2026-11-23T00:00:00Z")
    page = ledger.save(ledger.page(HOME), lambda page: replace(page, review=review))
    assert list(ledger.open_reviews()) == [(HOME, review)]
    ledger.save(ledger.page(page.home), lambda page: replace(page, review=replace(review, decision="separate")))
    assert list(ledger.open_reviews()) == []
    assert ledger.page(HOME).review == replace(review, decision="separate")


def test_a_review_that_settled_itself_is_gone(ledger: Ledger) -> None:
    review = Review(({"id": "a"},), "same_name_and_country", "Contoso", "TR", "2026-11-23T00:00:00Z")
    ledger.save(ledger.page(HOME), lambda page: replace(page, review=review))
    ledger.save(ledger.page(HOME), lambda page: replace(page, review=None))
    assert list(ledger.open_reviews()) == [] and ledger.page(HOME).review is None
    ledger.save(ledger.page(HOME), lambda page: replace(page, review=review))
    assert list(ledger.open_reviews()) == [(HOME, review)]


def test_pages_whose_homes_begin_alike_are_kept_apart(ledger: Ledger) -> None:
    homes = ("contoso.com", "contoso.com.tr", "contoso.co", "ref.contoso.com")
    for home in homes:
        ledger.save(ledger.page(home), lambda page: _with_lead(page, page.home))
    assert [list(ledger.page(home).referrals) for home in homes] == [[home] for home in homes]


def test_rows_of_a_newer_release_are_read(ledger: Ledger, tables: Tables) -> None:
    content = '{"id": "l1", "written": {}, "state": "open", "owner": null, "told": {}, "invented_later": 1}'
    row = {"PartitionKey": PARTITION, "RowKey": f"dynamics:{HOME}:account", "content": content}
    tables.table("leads").upsert_entity(row)
    assert ledger.page(HOME).account == Memory("l1")


def test_the_same_person_under_a_new_address_is_the_same_contact() -> None:
    asked, name = wanted(), fingerprint("Elif Şahin")
    entry = ReferralEntry(contact_key="e-old", contact_name=name)
    page = Page(HOME, contacts={"e-old": Memory("c-old")}, referrals={asked.key: entry})
    assert page.remembered(asked, contact_name=name).id_of("contact") == "c-old"
    assert page.remembered(asked, contact_name=fingerprint("Somebody Else")).id_of("contact") is None


def test_a_set_of_many_leads_is_kept_in_pieces(tables: Tables) -> None:
    domains = [f"company-{number}.example" for number in range(PIECE + 3)]
    sets = DomainSets(tables, now=lambda: datetime(2026, 11, 23, tzinfo=UTC))
    set_id = sets.put(domains)
    assert sets.put(domains) == set_id
    assert sets.piece(set_id, 0) + sets.piece(set_id, 1) == domains
    assert sets.piece(set_id, 2) == []
