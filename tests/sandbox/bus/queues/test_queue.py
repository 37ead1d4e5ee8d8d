"""A queue under a clock of our own: every change of state that a message can go through."""

import random
from uuid import uuid4

import pytest

from sandbox.bus.queues.message import (
    LockLostError,
)
from tests.sandbox.bus.queues.clock import Clock


def test_messages_come_in_the_order_in_which_they_were_sent():
    clock = Clock()
    numbers = [clock.send(content) for content in "abc"]
    received = [clock.receive() for _ in numbers]
    assert [(one.number, one.draft.content, one.delivery_count) for one in received] == [
        (1, "a", 0),
        (2, "b", 0),
        (3, "c", 0),
    ]
    assert clock.receive() is None


def test_a_locked_message_is_nobody_elses():
    clock = Clock(lock_seconds=60)
    clock.send()
    message = clock.receive()
    assert (clock.receive(), message.locked_until) == (None, clock.now + 60)


def test_a_completed_message_is_gone():
    clock = Clock()
    clock.send()
    token = clock.receive().lock_token
    clock.queue.complete(token, clock.now)
    assert clock.contents() == []
    with pytest.raises(LockLostError):
        clock.queue.complete(token, clock.now)


def test_an_abandoned_message_goes_back_to_its_place_with_one_failure_more():
    clock = Clock()
    clock.send("a"), clock.send("b")
    clock.queue.abandon(clock.receive().lock_token, clock.now)
    again = clock.receive()
    assert (again.draft.content, again.delivery_count) == ("a", 1)


def test_a_released_message_goes_back_as_if_it_had_not_been_delivered():
    clock = Clock()
    clock.send("a"), clock.send("b")
    clock.queue.release(clock.receive().lock_token, clock.now)
    again = clock.receive()
    assert (again.draft.content, again.delivery_count) == ("a", 0)


def test_a_message_received_for_deletion_is_gone_at_once():
    clock = Clock()
    clock.send()
    message = clock.receive(delete=True)
    assert (message.lock_token, clock.contents()) == (None, [])


def test_a_lock_ends_by_itself_and_counts_as_a_failure():
    clock = Clock(lock_seconds=30)
    clock.send()
    token = clock.receive().lock_token
    clock.passes(29)
    assert clock.receive() is None
    clock.passes(1)
    again = clock.receive()
    assert (again.delivery_count, again.lock_token == token) == (1, False)


def test_a_lock_that_ran_out_is_refused_even_before_the_tick():
    clock = Clock(lock_seconds=30)
    clock.send()
    token = clock.receive().lock_token
    clock.now += 30
    with pytest.raises(LockLostError):
        clock.queue.complete(token, clock.now)
    assert clock.receive().delivery_count == 1


def test_a_renewed_lock_begins_anew():
    clock = Clock(lock_seconds=30)
    clock.send()
    token = clock.receive().lock_token
    clock.passes(20)
    assert clock.queue.renew(token, clock.now) == clock.now + 30
    clock.passes(20)
    clock.queue.complete(token, clock.now)
    assert clock.contents() == []


def test_a_lock_that_ran_out_cannot_be_renewed():
    clock = Clock(lock_seconds=30)
    clock.send()
    token = clock.receive().lock_token
    clock.passes(31)
    with pytest.raises(LockLostError):
        clock.queue.renew(token, clock.now)


def test_a_lock_can_be_taken_away():
    clock = Clock()
    clock.send()
    token = clock.receive().lock_token
    clock.queue.lose_lock(token, clock.now)
    with pytest.raises(LockLostError):
        clock.queue.complete(token, clock.now)
    assert clock.receive().delivery_count == 1


@pytest.mark.parametrize("decide", ["complete", "abandon", "release", "defer", "renew", "lose_lock"])
def test_a_lock_that_never_was_is_refused(decide):
    clock = Clock()
    with pytest.raises(LockLostError):
        getattr(clock.queue, decide)(uuid4(), clock.now)


def test_peeking_changes_nothing_and_goes_by_number():
    clock = Clock()
    for content in "abcd":
        clock.send(content)
    clock.receive()
    assert [one.draft.content for one in clock.queue.peek(2, 2)] == ["b", "c"]
    assert [one.draft.content for one in clock.queue.peek()] == list("abcd")
    assert clock.receive().draft.content == "b"


def test_counts_and_purge():
    clock = Clock(duplicate_seconds=600)
    clock.send("locked", message_id="a"), clock.send("deferred"), clock.send("free")
    clock.send("later", scheduled_at=clock.now + 10)
    clock.receive()
    clock.queue.defer(clock.receive().lock_token, clock.now)
    assert clock.queue.counts() == {"active": 1, "locked": 1, "deferred": 1, "scheduled": 1}
    assert clock.queue.purge() == 4
    clock.passes(100)
    assert clock.queue.counts() == {"active": 0, "locked": 0, "deferred": 0, "scheduled": 0}
    clock.send("again", message_id="a")
    assert clock.receive().draft.content == "again"


def test_the_queue_says_when_something_can_be_received():
    clock = Clock(lock_seconds=5)
    clock.send(), clock.send(scheduled_at=clock.now + 10)
    assert clock.woken == 1
    token = clock.receive().lock_token
    clock.queue.abandon(token, clock.now)
    assert clock.woken == 2
    clock.receive(), clock.passes(5)
    assert clock.woken == 3
    clock.passes(5)
    assert clock.woken == 4


def test_nothing_is_lost_or_doubled_over_thousands_of_random_steps():
    dice, clock = random.Random(7), Clock(max_delivery_count=3, lock_seconds=5, ttl_seconds=200)
    sent, completed, locks = 0, 0, []
    for _ in range(3_000):
        step = dice.random()
        if step < 0.3:
            clock.send(sent, scheduled_at=clock.now + dice.choice([0, 3]))
            sent += 1
        elif step < 0.6 and (message := clock.receive()):
            locks.append(message.lock_token)
        elif locks and step < 0.9:
            decide = dice.choice(["complete", "abandon", "release", "renew"])
            token = locks[-1] if decide == "renew" else locks.pop(dice.randrange(len(locks)))
            try:
                getattr(clock.queue, decide)(token, clock.now)
                completed += decide == "complete"
            except LockLostError:
                continue
        else:
            clock.passes(dice.random())
    counts = clock.queue.counts()
    assert sum(counts.values()) + completed + len(clock.dead()) == sent
    assert completed > 50 and len(clock.dead()) > 10
    contents = clock.contents() + [content for content, _ in clock.dead()]
    assert len(contents) == len(set(contents))
