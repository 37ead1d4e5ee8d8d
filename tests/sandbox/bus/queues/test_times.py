"""A queue and the clock: scheduled messages, messages that expire, and ids that are repeated within the window."""

import pytest

from sandbox.bus.queues.message import (
    MessageNotFoundError,
    State,
)
from tests.sandbox.bus.queues.clock import Clock


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
