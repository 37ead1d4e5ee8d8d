"""Whatever the weather: one Account per company, one Lead per referral, and a state that says how it stands."""

from pathlib import Path

import pytest

from tests.functions.dynamics_fixtures import Make, make, world
from tests.functions.dynamics_weather import WEATHER, Weather, end_of
from tests.functions.dynamics_weather_plays import LETTERS
from tests.functions.dynamics_world import KEY, DynamicsWorld

__all__ = ["make", "world"]

PAGE = Path(__file__).parent.parent.parent / "docs" / "dynamics-faults.md"


@pytest.mark.parametrize("weather", WEATHER, ids=lambda one: one.name)
def test_bad_weather_ends_as_the_page_says(make: Make, weather: Weather) -> None:
    world = weather.play(make)
    assert (end_of(world), tuple(world.stand_in.count().values())) == (weather.end, weather.records)
    accounts = [row["hnt_domain"] for row in world.stand_in.rows("account") if row.get("hnt_domain")]
    referrals = [row["hnt_referralid"] for row in world.stand_in.rows("lead")]
    assert (len(accounts), len(referrals)) == (len(set(accounts)), len(set(referrals)))
    if weather.end.startswith("`failed`"):
        assert world.inbox() and world.standing().error
    else:
        assert world.inbox() == []


def test_the_page_shows_this_table() -> None:
    shown = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    assert shown == [one.row() for one in WEATHER]


def _played(make: Make, name: str) -> DynamicsWorld:
    return next(one for one in WEATHER if one.name == name).play(make)


def test_letters_arrive_as_they_are(make: Make) -> None:
    world = _played(make, "letters")
    lead, account, contact = world.row("lead"), world.row("account"), world.row("contact")
    columns = ("subject", "companyname", "lastname", "firstname", "telephone1", "address1_city", "hnt_engagementid")
    assert {lead[name] for name in columns} == {LETTERS}
    assert {account["name"], account["address1_line1"], contact["lastname"], contact["telephone1"]} == {LETTERS}


def test_a_sellers_edit_outlives_every_push(make: Make) -> None:
    world = _played(make, "edited")
    assert (world.row("lead")["subject"], world.row("opportunity")["name"]) == ("Call on Monday", "Newer")


def test_a_deactivated_owner_is_named_with_the_fix_and_keeps_no_record_from_following(make: Make) -> None:
    fault = _played(make, "owner deactivated").failures.all()[0]
    assert fault.params["field"] == "DYNAMICS_OWNER" and "active user" in str(fault.params["fix"])
    assert _played(make, "owner replaced").row("lead")["hnt_referralid"] == KEY
    assert _played(make, "owner left").row("lead")["subject"] == "Newer"
