"""What Service Bus set aside is found in the inbox with the reason, can be replayed, and counts in its run."""

import pytest
from azure.functions.servicebus import ServiceBusMessage

from shared.messages import Envelope
from tests.functions.doors import Doors
from tests.functions.world import World, an_envelope


def _dead(body: bytes, **properties: object) -> ServiceBusMessage:
    return ServiceBusMessage(
        body=body, message_id="m-1", delivery_count=10, application_properties=properties, user_properties={}
    )


@pytest.fixture
def to_inbox(doors: Doors):
    doors.get("leads")  # registers the functions under sound settings
    from functions.dead_letters import to_inbox

    return to_inbox


def test_a_dead_letter_is_moved_to_the_inbox_with_its_reason(to_inbox, world: World, own_doors: Doors) -> None:
    to_inbox(
        _dead(an_envelope("scan", "a.example").to_bytes(), DeadLetterReason='"MaxDeliveryCountExceeded"'),
        "scans",
        world,
    )
    [failure] = own_doors.get("failures").json["items"]
    assert (failure["code"], failure["key"], failure["params"]) == (
        "dead_letter",
        "a.example",
        {"reason": "MaxDeliveryCountExceeded", "why": "set_aside"},
    )
    own_doors.post(f"failures/{failure['id']}/replay")
    assert world.keys_waiting("scans") == ["a.example"]


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"v": 9}', b"[" * 20_000, b'{"v": "\\ud800"}'])
def test_even_what_cannot_be_read_is_kept_and_listed(to_inbox, world: World, own_doors: Doors, body: bytes) -> None:
    to_inbox(_dead(body), "pushes", world)
    [failure] = own_doors.get("failures").json["items"]
    assert (failure["key"], failure["params"]["reason"]) == ("m-1", "unknown")


def test_an_item_that_died_counts_as_failed_in_its_run(to_inbox, world: World) -> None:
    run = world.runs.create(kind="referrals", who="t", trace="t", request={})
    envelope = Envelope(type="referral", trace="t", run=run.id, data={"key": "r-1", "item": "00001-000"})
    to_inbox(_dead(envelope.to_bytes(), DeadLetterReason="TTLExpiredException"), "referrals", world)
    assert world.run_items.outcomes(run.id) == {"failed": 1}


def test_a_poll_whose_message_was_set_aside_goes_on_by_the_timer_and_leaves_nothing_to_replay(
    to_inbox, world: World
) -> None:
    from functions.run import run as run_step

    stuck = world.turns.take(world.turns.start(kind="refresh", who="t", trace="t", request={})[0], by="dead")
    assert stuck is not None
    message = Envelope(type="run", trace="t", run=stuck.id, data={"key": stuck.id, "version": 0, "cause": "start"})
    to_inbox(_dead(message.to_bytes(), DeadLetterReason="MaxDeliveryCountExceeded"), "runs", world)
    assert [one.state for one in world.failures.all()] == ["open"]
    world.pass_time(minutes=3)
    for number in range(3):
        world.deliver(message.again(cause=f"wake-{number}"), run_step)
    ended = world.runs.get(stuck.id)
    assert ended is not None and ended.state == "succeeded"
    assert [one.state for one in world.failures.all()] == ["closed"]
