"""A person is forgotten everywhere, stays forgotten, and the proof shows nothing of them."""

import argparse
import json
from typing import Any

import pytest

from functions.ingest import ingest
from operate.forget import run
from shared.clients.personal_data import PersonalData
from tests.functions.dynamics_fixtures import Make, make
from tests.functions.world import World, a_referral

__all__ = ["make"]

KEY = "11111111-0000-4000-8000-000000000001"
DOMAIN = "anadolu.com.tr"
PERSON = ("Elif Kaya", "elif.kaya@anadolu.com.tr")
NOTES = {"notes": "Ask Elif Kaya."}


def _asked(**given: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"referral": None, "company": None, "email": None, "yes": True, **given})


def _arrived(world: World) -> None:
    """A person in the contact, the notes and the deal's name, which the timeline quotes; and a fault about it."""
    world.arrive(a_referral(name="Laptops for ELIF KAYA (elif.kaya@anadolu.com.tr)", details=NOTES), ingest)
    body = json.dumps({"raw": PERSON[1]}).encode()
    world.failures.record(
        code="bug", queue="referrals", key=KEY, trace="t", params={}, cause="c", attempts=1, body=body
    )


@pytest.mark.parametrize("about", [{"referral": KEY}, {"company": DOMAIN}, {"email": "Elif.Kaya@anadolu.com.tr"}])
def test_nothing_of_the_person_is_left_anywhere(
    world: World,
    about: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    _arrived(world)
    assert len(PersonalData(world.tables).places_of(PERSON)) >= 4
    assert run(_asked(**about), to=world) == 0
    assert PersonalData(world.tables).places_of(PERSON) == []
    told = capsys.readouterr().out
    assert "0 rows still hold one" in told and not any(text.casefold() in told.casefold() for text in PERSON)


def test_the_deal_and_its_history_stay_with_an_event_that_says_so(world: World) -> None:
    _arrived(world)
    run(_asked(referral=KEY), to=world)
    kept = world.leads.referral(KEY)
    assert kept is not None and kept.referral.contact is None and kept.referral.company_name == "Anadolu Makina A.Ş."
    assert kept.referral.name == "Laptops for … (…)"
    codes = [event["code"] for event in world.leads.events(DOMAIN, limit=9)[0]]
    assert codes == ["privacy.forgotten", "referral.received"]


def test_a_later_copy_brings_nobody_back(world: World) -> None:
    _arrived(world)
    run(_asked(referral=KEY), to=world)
    later = a_referral(
        name="Elif Kaya, again", status="Active", substatus="Accepted", updatedDateTime="2026-11-22T08:00:00Z"
    )
    world.pass_time(hours=1)
    world.arrive(later, ingest, item="00002-000")
    kept = world.leads.referral(KEY)
    assert kept is not None and kept.referral.status == "active" and kept.domain == DOMAIN
    assert PersonalData(world.tables).places_of(PERSON) == []


def test_it_can_be_done_twice(world: World) -> None:
    _arrived(world)
    assert [run(_asked(company=DOMAIN), to=world) for _ in range(2)] == [0, 0]


def test_without_yes_nothing_goes(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    _arrived(world)
    assert run(_asked(company=DOMAIN, yes=False), to=world) == 0
    assert "1 referrals would lose their people" in capsys.readouterr().out
    assert PersonalData(world.tables).places_of(PERSON)


@pytest.mark.parametrize("about", [{"referral": "unknown"}, {"company": "gmail.com"}, {"email": "x@nowhere.example"}])
def test_what_is_not_known_is_said(world: World, about: dict[str, str]) -> None:
    assert run(_asked(**about), to=world) == 2


def test_what_was_pushed_stays_in_dynamics_and_nothing_of_it_here(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    world = make()
    _arrived(world)
    world.work_off()
    world.push()
    assert run(_asked(email=PERSON[1]), to=world) == 0
    assert PersonalData(world.tables).places_of((*PERSON, "Kaya")) == []
    assert "delete the contact there" in capsys.readouterr().out
    world.push(again=True)
    assert PersonalData(world.tables).places_of(PERSON) == []


def test_names_are_found_and_masked_however_they_are_written(world: World) -> None:
    person = {"firstName": "Şule", "lastName": 'Öz"türk', "email": "sule@anadolu.com.tr", "phoneNumber": ""}
    profile = {"name": "Anadolu Makina A.Ş.", "address": {"country": "TR"}, "team": [person]}
    world.arrive(a_referral(name='Şule Öz"türk ve SULE@anadolu.com.tr', customerProfile=profile), ingest)
    whole = ('Şule Öz"türk', "sule@anadolu.com.tr")
    assert PersonalData(world.tables).places_of(whole)
    assert run(_asked(referral=KEY), to=world) == 0
    assert PersonalData(world.tables).places_of((*whole, "türk")) == []
