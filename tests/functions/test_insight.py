"""The day's groups and the dashboard say exactly what the list says."""

import pytest

from tests.functions.doors import Doors

SHARES = {
    "segment": "segment",
    "provider": "provider",
    "referral_type": "referral_type",
    "referral_status": "referral_status",
    "dynamics_status": "dynamics_status",
    "priority": "priority",
    "technical_heat": "technical_heat",
    "funnel": "stage",
}


@pytest.mark.parametrize(
    "filter_",
    ["", "provider=Google", "referral_status=won,lost", "q=istanbul", "min_score=50", "segment=Cold&max_score=10"],
)
def test_every_number_of_the_dashboard_is_the_lists_total_with_that_filter(doors: Doors, filter_: str) -> None:
    told = doors.get(f"dashboard?{filter_}").json
    assert told["total"] == doors.get(f"leads?limit=1&{filter_}").json["total"]
    given = dict(part.split("=") for part in filter_.split("&") if part)
    for share, field in SHARES.items():
        for one in told[share]:
            if field in given and one["code"] not in given[field].split(","):
                assert one["total"] == 0
                continue
            merged = "&".join(f"{name}={value}" for name, value in {**given, field: one["code"]}.items())
            listed = doors.get(f"leads?limit=1&{merged}").json["total"]
            assert one["total"] == listed, (share, one)


def test_the_histogram_counts_each_score_once(doors: Doors) -> None:
    told = doors.get("dashboard").json
    for bar in told["histogram"]:
        listed = doors.get(f"leads?limit=1&min_score={bar['from']}&max_score={bar['to']}").json["total"]
        assert bar["total"] == listed
    assert sum(bar["total"] for bar in told["histogram"]) == told["scored"] == 6


def test_an_empty_dashboard_has_no_average(own_doors: Doors) -> None:
    told = own_doors.get("dashboard").json
    assert (told["total"], told["avg_score"], told["max_score"]) == (0, None, None)


def test_the_day_lists_open_deals_by_how_soon_they_want_an_answer(doors: Doors) -> None:
    told = doors.get("today?since=2026-11-23T12:00:00Z").json
    groups = {group["code"]: {item["id"] for item in group["items"]} for group in told["groups"]}
    assert groups["within_24h"] == {"ref-02", "ref-04"}
    assert groups["within_72h"] == {"ref-07"}
    assert groups["new"] == {"ref-01", "ref-05", "ref-90", "ref-91"}
    assert groups["rest"] == set()
    assert told["summary"]["total"] == sum(group["total"] for group in told["groups"]) == 7


def test_what_was_there_at_the_last_visit_is_not_new(doors: Doors) -> None:
    told = doors.get("today?since=2026-11-23T12:00:01Z").json
    assert (told["summary"]["new"], told["summary"]["rest"]) == (0, 4)


def test_each_waiting_deal_brings_its_leads_score(doors: Doors) -> None:
    told = doors.get("today").json
    items = {item["id"]: item for group in told["groups"] for item in group["items"]}
    assert items["ref-01"]["lead"]["score"] == doors.get("leads/istanbul-yapi.com.tr").json["score"]
    assert items["ref-90"]["lead"] is None


def test_a_moment_without_a_zone_is_utc(doors: Doors) -> None:
    assert doors.get("today?since=2026-11-23T12:00:01").json["summary"]["new"] == 0
