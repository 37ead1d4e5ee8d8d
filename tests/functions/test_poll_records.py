"""Single records of a poll, however odd: each ends as its newest content, and stops nobody but itself."""

from typing import Any

from shared.rules.ticks import ticks
from tests.functions.poll_fixtures import LIST, Make, is_whole, make
from tests.functions.poll_world import COUNT, numbered

__all__ = ["make"]


def test_the_same_referral_on_two_pages_is_sent_once(make: Make) -> None:
    world = make()
    world.post("oddities", {"repeat_last": True})
    run = world.poll()
    assert run.outcomes == {"new": COUNT}
    assert (run.skip_reasons, run.fetched) == ({"duplicate": 2}, COUNT + 2)
    is_whole(world)


def test_a_record_that_changes_while_we_page_ends_with_its_newest_content(make: Make) -> None:
    world = make()
    page = world.partner_center.page
    calls: list[str] = []

    def page_then_change(*args: Any, **more: Any) -> Any:
        found = page(*args, **more)
        if not calls:
            world.post(
                "referrals",
                {"change": [{"id": "ref-02", "name": "Changed while reading"}, {"id": "ref-05", "name": "Too"}]},
            )
        calls.append("page")
        return found

    world.partner_center.page = page_then_change
    run = world.poll()
    assert run.state == "succeeded"
    world.poll()
    names = {key: world.leads.referral(key).referral.name for key in ("ref-02", "ref-05")}
    assert names == {"ref-02": "Changed while reading", "ref-05": "Too"}
    assert world.kept() == (COUNT, COUNT)


def test_300_kb_of_notes_arrive_whole(make: Make) -> None:
    notes = "Şirket ağ geçidi " * 18_000
    world = make(records=[numbered(1, details={"notes": notes}), numbered(2)])
    assert world.poll().outcomes == {"new": 2}
    assert world.leads.referral("ref-01").referral.notes == notes.strip()


def test_a_record_too_large_for_a_row_stops_nobody_but_itself(make: Make) -> None:
    import random

    noise = random.Random(7).randbytes(1_300_000).hex()
    world = make(records=[numbered(1), numbered(2, details={"notes": noise}), numbered(3)])
    run = world.poll()
    assert (run.state, run.outcomes, world.inbox()) == ("partial", {"new": 2, "quarantined": 1}, ["referral_too_large"])
    assert world.kept() == (2, 2)


def test_a_record_of_the_far_future_does_not_pull_the_mark_past_others(make: Make) -> None:
    world = make(records=[numbered(1), numbered(2, updatedDateTime="2027-05-01T00:00:00Z")])
    world.poll()
    assert world.mark() == ticks(numbered(1)["updatedDateTime"])
    world.post("referrals", {"put": [numbered(3)]})
    assert world.poll().outcomes["new"] == 1


def test_unknown_values_nulls_and_wrong_types_are_kept_and_reported_as_drift(make: Make) -> None:
    odd = [
        numbered(1, status="Paused", substatus="Thinking", type="Quantum", qualification="Vibes", direction="Sideways"),
        numbered(2, **{name: None for name in ("status", "type", "name", "details", "customerProfile", "consent")}),
        numbered(3, status=7, name=["a"], details="none", customerProfile=[1], updatedDateTime={"x": 1}, consent="no"),
        numbered(4, name="half a pair \ud800", newField={"deep": [1, None]}),
    ]
    world = make(records=odd)
    run = world.poll()
    assert (run.state, run.outcomes) == ("succeeded", {"new": 4})
    assert len(world.state.group("drift")) > 3
    assert world.leads.referral("ref-01").referral.status == "unknown"


def test_malformed_records_are_quarantined_and_their_neighbours_go_through(make: Make) -> None:
    world = make(records=[numbered(1), {"name": "no id"}, "text", None, 7, numbered(2)])
    run = world.poll()
    assert (run.state, run.outcomes) == ("partial", {"new": 2, "quarantined": 4})
    assert world.inbox() == ["referral_malformed"] * 4
    assert world.kept() == (2, 2)


def test_a_number_without_end_costs_its_field_and_not_the_page(make: Make) -> None:
    import json

    world = make()
    text = json.dumps({"value": [numbered(1, details={"dealValue": 0}), numbered(2)]})
    world.fault(match={"path": LIST}, answer=200, body=text.replace('"dealValue": 0', f'"dealValue": {"9" * 5_000}'))
    run = world.poll("full")
    assert (run.state, run.outcomes) == ("succeeded", {"new": 2})
    assert world.leads.referral("ref-01").referral.deal_amount is None


def test_what_we_sent_ourselves_is_skipped_with_the_reason(make: Make) -> None:
    world = make(records=[numbered(1, direction="Outgoing"), numbered(2)])
    run = world.poll()
    assert (run.fetched, run.enqueued, run.skipped, run.skip_reasons) == (2, 1, 1, {"direction_outgoing": 1})


def test_the_same_nameless_record_is_one_fault_at_every_poll_and_another_one_is_another(make: Make) -> None:
    world = make(records=[{"name": "no id"}])
    for _ in range(2):
        world.poll("full")
    assert world.inbox() == ["referral_malformed"]
    world.post("referrals", {"put": [{"name": "also no id", "updatedDateTime": "2020-01-01"}, numbered(1, id="  ")]})
    world.poll("full")
    assert len({one.body for one in world.failures.all()}) == 3


def test_copies_of_a_referral_end_as_its_newest_content_whatever_their_order_and_spelling(make: Make) -> None:
    stamp = numbered(1)["updatedDateTime"]
    world = make(
        records=[
            numbered(1, id="REF-01", name="Newest", updatedDateTime=numbered(3)["updatedDateTime"]),
            numbered(1, name="Older"),
            numbered(2, id="Ref-02", name="First of two with one stamp", updatedDateTime=stamp),
            numbered(2, name="Second", updatedDateTime=stamp),
        ]
    )
    for _ in range(3):
        run = world.poll("full")
        assert run.fetched == run.enqueued + run.skipped == 4
    assert (run.skip_reasons, run.outcomes.get("changed", 0)) == ({"duplicate": 1}, 0)
    names = {key: world.leads.referral(key).referral.name for key in ("ref-01", "ref-02")}
    assert names == {"ref-01": "Newest", "ref-02": "First of two with one stamp"}
    assert world.kept() == (2, 2)
