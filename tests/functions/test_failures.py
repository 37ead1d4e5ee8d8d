"""The inbox lists what failed, explains it, and has it done again without doing it twice."""

import pytest

from functions.ingest import ingest
from functions.run import run
from shared.errors import PermanentError, TransientError
from shared.messages import Envelope
from tests.functions.doors import Doors
from tests.functions.world import World, a_referral, an_envelope


def _broken(world: World, key: str = "a.example", code: str = "dns_unavailable") -> None:
    def step(envelope, to):
        raise PermanentError(code, "Nobody answered.", name="x")

    world.deliver(an_envelope("scan", key), step)


def _away(*_: object, **__: object) -> None:
    raise TransientError("bus_unavailable")


def test_faults_are_listed_the_latest_first_with_cause_and_who_can_mend_them(own_doors: Doors, world: World) -> None:
    _broken(world, "a.example")
    world.pass_time(minutes=1)
    _broken(world, "b.example", "gave_up")
    page = own_doors.get("failures").json
    assert [(one["key"], one["code"], one["who"]) for one in page["items"]] == [
        ("b.example", "gave_up", "operator"),
        ("a.example", "dns_unavailable", "ops"),
    ]
    assert [(group["code"], group["total"]) for group in page["groups"]] == [("dns_unavailable", 1), ("gave_up", 1)]
    assert all(one["text"] and one["action"] for one in page["items"])


def test_a_fault_names_the_company_and_the_deal_that_it_stopped(own_doors: Doors, world: World) -> None:
    world.arrive(a_referral(id="r-1", name="Move our mail"), ingest)
    [kept] = own_doors.get("referrals").json["items"]
    world.failures.record(
        code="dyn_validation", queue="pushes", key="r-1", trace="", params={}, cause="", attempts=1, body=b""
    )
    _broken(world, "unheard-of.example")
    stopped, unknown = sorted(own_doors.get("failures").json["items"], key=lambda one: one["queue"])
    assert (stopped["deal"], stopped["company_name"]) == ("Move our mail", kept["company_name"])
    assert stopped["domain"] == kept["domain"]
    assert (unknown["deal"], unknown["company_name"], unknown["domain"]) == (None, None, None)


def test_faults_are_paged_and_filtered(own_doors: Doors, world: World) -> None:
    for number in range(5):
        world.pass_time(seconds=1)
        _broken(world, f"d{number}.example")
    first = own_doors.get("failures?limit=3").json
    rest = own_doors.get(f"failures?limit=3&cursor={first['next_cursor']}").json
    assert [one["key"] for one in first["items"] + rest["items"]] == [
        f"d{number}.example" for number in range(4, -1, -1)
    ]
    assert (first["total"], rest["next_cursor"]) == (5, None)
    assert own_doors.get("failures?code=bug").json["total"] == 0
    assert own_doors.get("failures?state=closed").json["total"] == 0
    assert own_doors.get("failures?cursor=nothing").code == "bad_cursor"


def test_a_replay_sends_the_message_again_and_closes_the_fault_when_it_works(own_doors: Doors, world: World) -> None:
    _broken(world)
    [failure] = own_doors.get("failures").json["items"]
    answer = own_doors.post(f"failures/{failure['id']}/replay")
    assert (answer.status, answer.json["state"], answer.json["replays"]) == (202, "replayed", 1)
    [message] = world.waiting("scans")
    world.deliver(Envelope.of(message["content"]), lambda envelope, to: None)
    assert own_doors.get("failures?state=closed").json["total"] == 1
    assert own_doors.post(f"failures/{failure['id']}/replay").code == "conflict"
    [event] = world.leads.events("a.example", limit=5)[0]
    assert (event["code"], event["who"]) == ("failure.replayed", "user-1")


def test_two_replays_are_two_messages_and_one_fault(own_doors: Doors, world: World) -> None:
    _broken(world)
    [failure] = own_doors.get("failures").json["items"]
    for _ in range(2):
        own_doors.post(f"failures/{failure['id']}/replay")
    assert len({one["message_id"] for one in world.waiting("scans")}) == 2
    assert own_doors.get("failures").json["total"] == 1


def test_a_malformed_record_replayed_fails_again_in_the_same_row(own_doors: Doors, world: World) -> None:
    world.arrive({"name": "no id"}, ingest)
    [failure] = own_doors.get("failures").json["items"]
    own_doors.post(f"failures/{failure['id']}/replay")
    [message] = world.waiting("referrals")
    world.deliver(Envelope.of(message["content"]), ingest)
    [again] = own_doors.get("failures").json["items"]
    assert (again["id"], again["state"], again["attempts"]) == (failure["id"], "open", 2)


def test_what_cannot_be_read_at_all_stays_in_the_inbox(own_doors: Doors, world: World) -> None:
    from shared.doors.queue import receive
    from tests.functions.world import a_message

    receive(a_message(b'{"v": 2, "type": "scan"}'), "scan", lambda envelope, to: None, world)
    [failure] = own_doors.get("failures").json["items"]
    own_doors.post(f"failures/{failure['id']}/replay")
    [still] = own_doors.get("failures").json["items"]
    assert still["state"] == "open"


def test_a_fault_whose_message_could_not_be_sent_is_replayed_by_the_next_slice(own_doors: Doors, world: World) -> None:
    _broken(world)
    world.pass_time(seconds=5)
    own_doors.post("failures/replay", {}, role="admin")
    [start] = world.waiting("runs")
    sent = world.queues.send
    world.queues.send = _away  # type: ignore[method-assign]
    with pytest.raises(TransientError):
        world.deliver(Envelope.of(start["content"]), run)
    world.queues.send = sent  # type: ignore[method-assign]
    assert [one.state for one in world.failures.all()] == ["open"]
    world.pass_time(minutes=3)
    world.deliver(Envelope.of(start["content"]).again(cause="again"), run)
    assert world.keys_waiting("scans") == ["a.example"]


def test_all_faults_of_a_code_are_replayed_by_a_run(own_doors: Doors, world: World) -> None:
    for number in range(3):
        _broken(world, f"d{number}.example")
    _broken(world, "other.example", "bug")
    world.pass_time(seconds=5)
    started = own_doors.post("failures/replay", {"code": "dns_unavailable"}, role="admin")
    assert started.status == 202
    for _ in range(3):
        for message in world.waiting("runs"):
            world.deliver(Envelope.of(message["content"]), run)
    told = own_doors.get(f"runs/{started.json['run_id']}").json
    assert (told["state"], told["enqueued"], told["outcomes"]) == ("succeeded", 3, {"replayed": 3})
    assert sorted(world.keys_waiting("scans")) == ["d0.example", "d1.example", "d2.example"]
    assert own_doors.get("failures?state=open").json["total"] == 1


def test_an_unknown_fault_is_not_found(own_doors: Doors) -> None:
    assert own_doors.post("failures/ffffffffffffffffffff/replay").code == "not_found"
    assert own_doors.post("failures/..%2Fx/replay").status == 404


def test_replaying_everything_is_for_admins(own_doors: Doors) -> None:
    assert own_doors.post("failures/replay", {}, role="operator").json["params"] == {"role": "admin"}


def test_particulars_without_end_do_not_hide_the_inbox(own_doors: Doors, world: World) -> None:
    params = {"field": "x" * 40_000, "problem": '"' * 40_000}
    world.failures.record(
        code="bug", queue="scans", key="a.example", trace="t", params=params, cause="c", attempts=1, body=b"{}"
    )
    [shown] = own_doors.get("failures").json["items"]
    assert shown["params"] == {"field": "x" * 200, "problem": '"' * 200}


def test_half_a_character_in_one_row_does_not_hide_the_inbox(own_doors: Doors, world: World) -> None:
    world.failures.record(
        code="bug", queue="scans", key="a.example", trace="\ud800", params={}, cause="", attempts=1, body=b""
    )
    _broken(world)
    assert {one["code"] for one in own_doors.get("failures").json["items"]} == {"bug", "dns_unavailable"}


def test_a_replay_that_the_one_under_way_does_not_cover_waits_its_turn(own_doors: Doors, world: World) -> None:
    _broken(world, "a.example")
    _broken(world, "b.example", "bug")
    world.pass_time(seconds=5)
    first = own_doors.post("failures/replay", {"code": "dns_unavailable"}, role="admin").json
    assert own_doors.post("failures/replay", {"code": "dns_unavailable"}, role="admin").json == {
        **first,
        "joined": True,
    }
    other = own_doors.post("failures/replay", {"code": "bug"}, role="admin").json
    assert (other["joined"], other["run_id"] == first["run_id"]) == (False, False)
    for _ in range(8):
        messages = world.waiting("runs")
        world.empty_queue("runs")
        for message in messages:
            world.deliver(Envelope.of(message["content"]), run)
        world.pass_time(minutes=1)
    assert {own_doors.get(f"runs/{one['run_id']}").json["state"] for one in (first, other)} == {"succeeded"}
    assert own_doors.get("failures?state=open").json["total"] == 0
