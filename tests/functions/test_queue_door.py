"""A fault becomes a copy for later or a row in the inbox; a message is never lost and a neighbour never held."""

import pytest

from shared.connections import Connections
from shared.doors.queue import DELAYS, receive
from shared.errors import GateClosed, PermanentError, TransientError
from shared.messages import Envelope
from tests.functions.world import World, a_message, an_envelope


def _raising(error: Exception):
    def step(envelope: Envelope, to: Connections) -> None:
        raise error

    return step


def test_a_transient_fault_sends_a_copy_for_later_with_an_id_of_its_own(world: World) -> None:
    first = an_envelope("scan", "a.example")
    world.deliver(first, _raising(TransientError("dns_unavailable", "nobody answered")))
    [copy] = world.waiting("scans")
    assert copy["state"] == "scheduled"
    assert copy["content"]["data"]["attempt"] == 1
    assert copy["message_id"] != first.message_id
    assert world.failures.all() == []


def test_after_the_last_attempt_the_inbox_says_why(world: World) -> None:
    last = an_envelope("scan", "a.example", attempt=len(DELAYS))
    world.deliver(last, _raising(TransientError("dns_unavailable", "nobody answered", reason="of its own")))
    [failure] = world.failures.all(state="open")
    assert (failure.code, failure.params["reason"], failure.attempts) == ("gave_up", "dns_unavailable", len(DELAYS) + 1)
    assert world.waiting("scans") == []


def test_waiting_for_a_gate_costs_no_attempt(world: World) -> None:
    world.deliver(an_envelope("push", "r-1", attempt=3), _raising(GateClosed("dyn_throttled", retry_after=20)))
    [copy] = world.waiting("pushes")
    assert copy["content"]["data"]["attempt"] == 3


def test_a_permanent_fault_opens_one_row_per_fault_not_per_attempt(world: World) -> None:
    for _ in range(3):
        world.deliver(
            an_envelope("push", "r-1"),
            _raising(PermanentError("dyn_validation", "lastname is too long", field="lastname")),
        )
    [failure] = world.failures.all(state="open")
    assert (failure.code, failure.attempts, failure.params) == ("dyn_validation", 3, {"field": "lastname"})


def test_a_bug_is_redelivered_twice_and_then_set_aside_without_its_text(world: World) -> None:
    step = _raising(KeyError("elif.kaya@anadolu.example"))
    for count in (1, 2):
        with pytest.raises(KeyError):
            world.deliver(an_envelope("scan", "a.example"), step, delivery_count=count)
    world.deliver(an_envelope("scan", "a.example"), step, delivery_count=3)
    [failure] = world.failures.all(state="open")
    assert failure.code == "bug"
    assert "elif" not in failure.cause


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"v": 2, "type": "scan"}',
        b'{"v": 1}',
        b'{"v": 1, "type": "referral", "trace": "t"}',
        b"\xff\xfe",
        b"[" * 20_000 + b"]" * 20_000,
        b'{"v": 1, "type": "scan", "trace": "\\ud800", "data": {"key": "a.example"}}',
        b'{"v": 1, "type": "scan", "trace": "t", "data": {"key": "\\ud800.example"}}',
        b'{"v": "\\ud800"}',
        b'{"v": 1, "type": "scan", "trace": "t", "data": {"domain": "a.example"}}',
        b'{"v": 1, "type": "scan", "trace": "t", "data": {"key": ""}}',
        b'{"v": 1, "type": "scan", "trace": "t", "data": {"key": "a/b#?"}}',
        b'{"v": 1, "type": "scan", "trace": "t", "run": "a\\u0000", "data": {"key": "a.example", "item": "1"}}',
        b'{"v": 1, "type": "scan", "trace": "t", "run": "r-1", "data": {"key": "a.example", "item": "1/2"}}',
        b'{"v": 1, "type": "scan", "trace": "t", "data": {"key": "a.example", "failure": "../x"}}',
        b'{"v": 1, "type": "scan", "trace": "t", "data": {"key": "a.example", "attempt": "x"}}',
        b'{"v": 1, "type": "scan", "trace": "t", "data": {"key": "a.example", "waits": -1}}',
    ],
)
def test_what_cannot_be_read_waits_in_the_inbox(world: World, body: bytes) -> None:
    receive(a_message(body), "scan", _raising(AssertionError("must not be reached")), world)
    assert [failure.code for failure in world.failures.all(state="open")] == ["message_version"]


def test_a_replayed_fault_is_closed_when_it_goes_through(world: World) -> None:
    world.deliver(an_envelope("scan", "a.example"), _raising(PermanentError("bug")))
    [failure] = world.failures.all(state="open")
    world.failures.mark_replayed(failure)
    world.deliver(an_envelope("scan", "a.example", failure=failure.id, cause="replay-1"), lambda envelope, to: None)
    assert world.failures.get(failure.id).state == "closed"
