"""Messages set aside by a queue: dead letters, and deferred ones that come only by their number."""

import pytest

from sandbox.bus.queues.message import (
    DeadLetterAgainError,
    MessageNotFoundError,
    State,
)
from tests.sandbox.bus.queues.clock import Clock


@pytest.mark.parametrize("how", ["abandon", "lock"])
def test_the_last_failed_delivery_makes_a_dead_letter(how):
    clock = Clock(max_delivery_count=2, lock_seconds=5)
    clock.send("poison")
    for _ in range(2):
        message = clock.receive()
        clock.queue.abandon(message.lock_token, clock.now) if how == "abandon" else clock.passes(5)
    assert (clock.contents(), clock.dead()) == ([], [("poison", "MaxDeliveryCountExceeded")])
    (dead,) = clock.queue.dead_letters.peek()
    assert dead.death.description == "Message could not be consumed after 2 delivery attempts."
    assert (dead.death.source, dead.delivery_count) == ("scans", 2)


def test_a_dead_letter_keeps_its_reasons_its_time_and_its_first_number():
    clock = Clock()
    clock.send("first"), clock.send("second")
    clock.receive()
    token = clock.receive().lock_token
    sent_at = clock.now
    clock.passes(5)
    clock.queue.dead_letter(token, clock.now, reason="why", description="because")
    (dead,) = clock.queue.dead_letters.peek()
    assert (dead.number, dead.first_number, dead.enqueued_at) == (1, 2, sent_at)
    assert (dead.death.reason, dead.death.description) == ("why", "because")


def test_dead_letters_stay_however_long_and_however_often_they_fail():
    clock = Clock(max_delivery_count=1, ttl_seconds=10, lock_seconds=5)
    clock.send()
    clock.queue.abandon(clock.receive().lock_token, clock.now)
    dead_letters = clock.queue.dead_letters
    for _ in range(20):
        dead_letters.abandon(dead_letters.receive(clock.now).lock_token, clock.now)
    clock.passes(1_000)
    dead_letters.tick(clock.now)
    token = dead_letters.receive(clock.now).lock_token
    with pytest.raises(DeadLetterAgainError):
        dead_letters.dead_letter(token, clock.now, reason=None, description=None)
    dead_letters.complete(token, clock.now)
    assert clock.dead() == []


def test_a_deferred_message_comes_only_by_its_number():
    clock = Clock()
    number = clock.send("a")
    clock.queue.defer(clock.receive().lock_token, clock.now)
    clock.passes(100)
    assert (clock.receive(), clock.queue.peek()[0].state) == (None, State.DEFERRED)
    (message,) = clock.queue.receive_deferred([number], clock.now)
    assert (message.draft.content, message.delivery_count) == ("a", 1)
    with pytest.raises(MessageNotFoundError):
        clock.queue.receive_deferred([number], clock.now)


def test_a_deferred_message_that_is_completed_cannot_be_fetched_again():
    clock = Clock()
    number = clock.send()
    clock.queue.defer(clock.receive().lock_token, clock.now)
    (message,) = clock.queue.receive_deferred([number], clock.now)
    clock.queue.complete(message.lock_token, clock.now)
    with pytest.raises(MessageNotFoundError):
        clock.queue.receive_deferred([number], clock.now)
    assert clock.contents() == []


@pytest.mark.parametrize("how", ["abandon", "lock"])
def test_a_deferred_message_stays_deferred_when_its_lock_ends(how):
    clock = Clock(lock_seconds=5)
    number = clock.send()
    clock.queue.defer(clock.receive().lock_token, clock.now)
    (message,) = clock.queue.receive_deferred([number], clock.now)
    clock.queue.abandon(message.lock_token, clock.now) if how == "abandon" else clock.passes(5)
    assert clock.receive() is None
    assert clock.queue.receive_deferred([number], clock.now)[0].delivery_count == 2


def test_deferred_messages_are_fetched_all_or_none():
    clock = Clock()
    number = clock.send()
    clock.queue.defer(clock.receive().lock_token, clock.now)
    with pytest.raises(MessageNotFoundError):
        clock.queue.receive_deferred([number, 99], clock.now)
    assert len(clock.queue.receive_deferred([number, number], clock.now, delete=True)) == 1
    assert clock.contents() == []
