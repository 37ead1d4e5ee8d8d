"""A queue under a clock of our own: every change of state that a message can go through."""

import random
from uuid import uuid4

import pytest

from sandbox.bus.queues.message import (
    DeadLetterAgainError,
    Draft,
    LockLostError,
    MessageNotFoundError,
    QueueProperties,
    State,
)
from sandbox.bus.queues.queue import queue_with_dead_letters


class Clock:
    """A queue, its dead letters, and a time that passes only when told; each passing ends with a tick."""

    def __init__(self, **properties):
        self.now = 1_000.0
        self.queue = queue_with_dead_letters(QueueProperties("scans", **properties))
        self.woken = 0
        self.queue.on_available = self.count

    def count(self):
        self.woken += 1

    def passes(self, seconds):
        self.now += seconds
        self.queue.tick(self.now)

    def send(self, content="m", **draft):
        return self.queue.send(Draft(content, **draft), self.now)

    def receive(self, **how):
        return self.queue.receive(self.now, **how)

    def dead(self):
        return [(one.draft.content, one.death.reason) for one in self.queue.dead_letters.peek()]

    def contents(self):
        return [one.draft.content for one in self.queue.peek()]


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


def test_a_scheduled_message_waits_and_then_joins_the_end_under_a_new_number():
    clock = Clock()
    number = clock.send("later", scheduled_at=clock.now + 10)
    clock.send("now")
    clock.passes(9)
    assert [one.state for one in clock.queue.peek()] == [State.SCHEDULED, State.ACTIVE]
    clock.passes(1)
    assert clock.contents() == ["now", "later"]
    late = clock.queue.peek()[1]
    assert (number, late.number, late.first_number, late.enqueued_at) == (1, 3, 1, clock.now)
    assert clock.woken == 2


def test_a_message_scheduled_for_the_past_is_sent_at_once():
    clock = Clock()
    clock.send(scheduled_at=clock.now - 1)
    assert clock.receive() is not None


def test_a_cancelled_message_never_comes():
    clock = Clock()
    number = clock.send(scheduled_at=clock.now + 10)
    clock.queue.cancel_scheduled([number])
    clock.passes(20)
    assert (clock.receive(), clock.contents()) == (None, [])
    with pytest.raises(MessageNotFoundError):
        clock.queue.cancel_scheduled([number])


def test_scheduled_messages_are_cancelled_all_or_none():
    clock = Clock()
    number, active = clock.send(scheduled_at=clock.now + 10), clock.send()
    with pytest.raises(MessageNotFoundError):
        clock.queue.cancel_scheduled([number, active])
    assert len(clock.contents()) == 2


@pytest.mark.parametrize(("own", "of_the_queue", "ends_after"), [(5, 100, 5), (100, 5, 5), (None, 5, 5), (5, None, 5)])
def test_a_message_lives_as_long_as_the_shorter_of_both_times(own, of_the_queue, ends_after):
    clock = Clock(ttl_seconds=of_the_queue)
    clock.send("old", ttl=own)
    clock.passes(ends_after - 1)
    assert clock.contents() == ["old"]
    clock.passes(1)
    assert (clock.contents(), clock.dead()) == ([], [("old", "TTLExpiredException")])


def test_a_message_without_any_such_time_lives_for_ever():
    clock = Clock(ttl_seconds=None)
    clock.send()
    clock.passes(10**9)
    assert clock.receive() is not None


def test_expired_messages_vanish_where_the_queue_says_so():
    clock = Clock(ttl_seconds=5, dead_letter_expired=False)
    clock.send()
    clock.passes(5)
    assert (clock.contents(), clock.dead()) == ([], [])


def test_an_expired_message_is_not_received_even_before_the_tick():
    clock = Clock(ttl_seconds=5)
    clock.send("old")
    clock.now += 3
    clock.send("young")
    clock.now += 2
    assert clock.receive().draft.content == "young"
    assert clock.dead() == [("old", "TTLExpiredException")]


def test_a_message_does_not_expire_under_its_lock_but_right_after():
    clock = Clock(ttl_seconds=5, lock_seconds=60)
    clock.send("old")
    token = clock.receive().lock_token
    clock.passes(6)
    assert clock.dead() == []
    clock.queue.release(token, clock.now)
    assert clock.dead() == [("old", "TTLExpiredException")]


def test_a_deferred_message_does_not_expire():
    clock = Clock(ttl_seconds=5)
    number = clock.send()
    clock.queue.defer(clock.receive().lock_token, clock.now)
    clock.passes(6)
    assert len(clock.queue.receive_deferred([number], clock.now)) == 1


def test_the_life_of_a_scheduled_message_begins_when_its_time_has_come():
    clock = Clock(ttl_seconds=5)
    clock.send("late", scheduled_at=clock.now + 100)
    clock.passes(100)
    clock.passes(4)
    assert clock.contents() == ["late"]
    clock.passes(1)
    assert clock.dead() == [("late", "TTLExpiredException")]


def test_a_repeated_message_id_is_dropped_silently_within_the_window():
    clock = Clock(duplicate_seconds=600)
    clock.send("first", message_id="a")
    clock.queue.complete(clock.receive().lock_token, clock.now)
    clock.passes(599)
    clock.send("again", message_id="a")
    assert clock.contents() == []
    clock.passes(1)
    clock.send("later", message_id="a")
    assert clock.contents() == ["later"]


def test_scheduled_messages_are_repetitions_too():
    clock = Clock()
    clock.send("first", message_id="a", scheduled_at=clock.now + 10)
    clock.send("second", message_id="a")
    clock.passes(10)
    assert clock.contents() == ["first"]


def test_messages_without_an_id_and_queues_without_a_window_know_no_repetition():
    clock = Clock(duplicate_seconds=0)
    clock.send(message_id="a"), clock.send(message_id="a")
    with_window = Clock()
    with_window.send(), with_window.send()
    assert (len(clock.contents()), len(with_window.contents())) == (2, 2)


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
