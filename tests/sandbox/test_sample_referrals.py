"""Promises of the shipped samples: they show every case, hold no real people, and never grow old."""

import json
from datetime import UTC, datetime

import pytest

from sandbox.sample_referrals import load_referrals
from shared.errors import PermanentError
from shared.rules.referral import Referral
from shared.rules.referral_reading import parse_referral

NOW = datetime(2031, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def referrals() -> list[Referral]:
    read = []
    for raw in load_referrals(now=NOW):
        try:
            read.append(parse_referral(raw).referral)
        except PermanentError:
            continue
    return read


def test_the_samples_show_every_type_status_direction_and_consent(referrals):
    assert len(referrals) >= 60 and len({one.company_name for one in referrals}) >= 45
    assert {one.type for one in referrals} == {"co-sell", "marketplace", "solution-provider", "unclassified"}
    assert {one.status for one in referrals} == {"new", "active", "won", "lost", "declined", "expired", "unknown"}
    assert {one.direction for one in referrals} == {"Incoming", "Outgoing", None}
    assert {one.consent for one in referrals} == {True, False, None}
    assert {one.tenant_size for one in referrals} == {"small", "medium", "large", None}
    assert {one.api_qualification for one in referrals} >= {"None", "Direct", "MarketingQualified", "SalesQualified"}
    assert len({one.deal_currency for one in referrals}) > 10


def test_some_share_an_engagement_some_come_with_a_tenant_and_some_are_due_today(referrals):
    engagements = [one.engagement_id for one in referrals if one.engagement_id]
    assert len(set(engagements)) < len(engagements)
    assert sum(one.tenant_id is not None for one in referrals) == 2
    assert (
        sum(one.respond_by is not None and 0 < (one.respond_by - NOW).total_seconds() < 86_400 for one in referrals) > 4
    )


def test_exactly_one_has_no_id():
    assert sum("id" not in raw for raw in load_referrals(now=NOW)) == 1


def test_no_person_can_be_reached_by_the_samples():
    text = json.dumps(load_referrals(now=NOW), ensure_ascii=False)
    phones = [part for part in text.split('"phoneNumber": ') if part.startswith('"')]
    assert phones and all("000" in phone[:24] or "555 01" in phone[:24] or "632 960" in phone[:24] for phone in phones)


def test_offsets_become_dates_of_today_and_all_else_stays(tmp_path):
    file = tmp_path / "own.json"
    file.write_text(
        json.dumps([{"a": "@-2d3h", "b": ["@+45m.1234567", "@-0m"], "c": "@home", "d": "@-", "e": 1}, None])
    )
    assert load_referrals(file, now=NOW) == [
        {
            "a": "2031-03-02T02:06:07Z",
            "b": ["2031-03-04T05:51:07.1234567Z", "2031-03-04T05:06:07Z"],
            "c": "@home",
            "d": "@-",
            "e": 1,
        },
        None,
    ]


@pytest.mark.parametrize("content", ["not json", '{"value": []}'])
def test_a_file_that_is_no_list_is_refused_with_its_name(tmp_path, content):
    file = tmp_path / "own.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=r"own\.json"):
        load_referrals(file, now=NOW)
