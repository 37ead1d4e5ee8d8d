"""The client against the stand-in, over real sockets."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.dataverse import serve
from shared.clients.dynamics_errors import Conflict
from shared.clients.http_session import HttpSession
from shared.errors import GateClosed, PermanentError, TransientError
from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.plan import decide
from shared.rules.dynamics.reads import Read, reads_for
from shared.rules.dynamics.shapes import Plan
from tests.background import background
from tests.clients.dynamics_stand_in import StandIn
from tests.rules.dynamics.cases import wanted


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with background() as loop:
        yield StandIn(loop.serve(serve()).address)


def _plan(stand_in: StandIn, **changes: Any) -> Plan:
    client = stand_in.client()
    asked = wanted(organisation=client.organisation(), **changes)
    return decide(asked, client.read(reads_for(asked, Remembered())), Remembered())


class Gate:
    """A gate that a test looks into."""

    def __init__(self) -> None:
        self.closed: list[float | None] = []

    def check(self) -> None:
        if self.closed:
            raise GateClosed("dyn_throttled", retry_after=self.closed[-1])

    def closing(self, error: TransientError) -> TransientError:
        self.closed.append(error.retry_after)
        return GateClosed(error.code, error.cause, retry_after=error.retry_after)


def test_reading_and_writing_are_one_round_trip_each(stand_in: StandIn) -> None:
    client = stand_in.client()
    asked = wanted(organisation=client.organisation())
    before = stand_in.calls()
    plan = decide(asked, client.read(reads_for(asked, Remembered())), Remembered())
    result = client.write(plan)
    assert stand_in.calls() - before == 2
    assert result.request_ids
    assert set(stand_in.count().values()) == {1}


def test_what_was_written_is_what_is_read(stand_in: StandIn) -> None:
    stand_in.client().write(_plan(stand_in))
    assert {record.action for record in _plan(stand_in).records} == {"match"}


def test_writing_twice_from_an_empty_reading_is_a_conflict(stand_in: StandIn) -> None:
    plan = _plan(stand_in)
    stand_in.client().write(plan)
    with pytest.raises(Conflict):
        stand_in.client().write(plan)


def test_an_update_over_a_newer_version_is_a_conflict_and_changes_nothing(stand_in: StandIn) -> None:
    stand_in.client().write(_plan(stand_in))
    plan = _plan(stand_in, company={"score": 90})
    stand_in.seller(
        "edit", table="opportunity", id=stand_in.rows("opportunity")[0]["opportunityid"], set={"name": "Mine"}
    )
    with pytest.raises(Conflict):
        stand_in.client().write(plan)
    assert stand_in.rows("lead")[0]["hnt_score"] == 65


def test_what_a_merged_row_became_is_read_along(stand_in: StandIn) -> None:
    first = stand_in.seller("create", table="account", set={"name": "First", "hnt_domain": "contoso.com"})["id"]
    second = stand_in.seller("create", table="account", set={"name": "Second"})["id"]
    third = stand_in.seller("create", table="account", set={"name": "Third"})["id"]
    stand_in.seller("merge", table="account", id=first, into=second)
    stand_in.seller("merge", table="account", id=second, into=third)
    found = stand_in.client().read([Read("account", "hnt_domain eq 'contoso.com'")])
    assert {row["name"] for row in found.of("account")} == {"First", "Second", "Third"}


@pytest.mark.parametrize("path", ["*$batch", "*/accounts*"])
def test_throttling_closes_the_gate_before_the_next_call(stand_in: StandIn, path: str) -> None:
    gate = Gate()
    client = stand_in.client(gate=gate)
    stand_in.fault(match={"path": path}, answer=429, retry_after=9, times=1)
    for _ in range(2):
        with pytest.raises(GateClosed) as closed:
            client.read([Read("account", "name eq 'x'")])
        assert closed.value.retry_after == 9
    assert gate.closed == [9]
    assert stand_in.calls() <= 1


def test_an_answer_that_breaks_off_is_no_success(stand_in: StandIn) -> None:
    plan = _plan(stand_in)
    stand_in.fault(match={"path": "*$batch"}, truncate=150, times=1)
    with pytest.raises(TransientError) as broken:
        stand_in.client().write(plan)
    assert broken.value.params["sent"]


def test_a_gateways_page_with_status_200_is_no_success(stand_in: StandIn) -> None:
    stand_in.fault(match={"path": "*$batch"}, answer=200, body="<html>hello</html>", times=1)
    with pytest.raises(TransientError) as strange:
        stand_in.client().read([Read("account", "name eq 'x'")])
    assert strange.value.code == "dyn_unavailable"


def test_the_metadata_is_asked_once(stand_in: StandIn) -> None:
    client = stand_in.client()
    before = stand_in.calls()
    for _ in range(3):
        organisation = client.organisation()
    assert stand_in.calls() - before == 1
    assert organisation.lengths["lead", "subject"] == 300
    assert organisation.choices["opportunity", "salesstage"] == frozenset(range(4))
    assert {"EUR", "USD"} <= set(organisation.currencies)
    assert organisation.user_id


def test_a_next_link_to_another_host_is_not_followed(stand_in: StandIn) -> None:
    with pytest.raises(PermanentError):
        stand_in.client().get("https://evil.example/api/data/v9.2/leads?$skiptoken=1")


@pytest.mark.parametrize("name", ["O'Neil & Söhne / 100% + #1 ? :", "😀 İŞ ğ", "a" * 300, "x' or name ne '"])
def test_any_letters_in_a_filter_mean_themselves(stand_in: StandIn, name: str) -> None:
    from shared.rules.dynamics.reads import literal

    made = stand_in.seller("create", table="account", set={"name": name[:160]})["id"]
    stand_in.seller("create", table="account", set={"name": "Other"})
    found = stand_in.client().read([Read("account", f"name eq {literal(name[:160])}")])
    assert [row["accountid"] for row in found.of("account")] == [made]


def test_the_environment_names_proxy_and_certificates_once(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", stand_in.address)
    monkeypatch.setenv("NO_PROXY", "")
    through = HttpSession("http://contoso.invalid", failure="dyn_unavailable")
    monkeypatch.delenv("HTTP_PROXY")
    before = stand_in.calls()
    through.request("GET", "http://contoso.invalid/api/data/v9.2/WhoAmI", headers={"Authorization": "Bearer token"})
    assert stand_in.calls() == before + 1


def test_an_environment_without_sales_is_said_to_be_one(stand_in: StandIn) -> None:
    body = {"error": {"code": "0x80040217", "message": "The entity 'lead' was not found."}}
    stand_in.fault(match={"path": "*EntityDefinitions*"}, answer=404, body=body, times=1)
    with pytest.raises(PermanentError) as fault:
        stand_in.client().organisation()
    assert fault.value.code == "dyn_column_missing" and "DYNAMICS_URL" in fault.value.cause
