"""The genuine SDK's blocking client against the bus, over real sockets."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from azure.servicebus import (
    AutoLockRenewer,
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusMessageState,
    ServiceBusReceiveMode,
    ServiceBusSubQueue,
)
from azure.servicebus.exceptions import (
    MessageLockLostError,
    MessageNotFoundError,
    MessageSizeExceededError,
    MessagingEntityNotFoundError,
    ServiceBusError,
)

from sandbox.bus import QueueProperties
from tests.sandbox.bus.background import BackgroundBus, background_bus

pytestmark = pytest.mark.timeout(60)

QUEUES = [
    "scans",
    QueueProperties("brief", lock_seconds=1, max_delivery_count=2, ttl_seconds=1, duplicate_seconds=0),
    QueueProperties("slow", lock_seconds=2),
    QueueProperties("large", max_message_bytes=1_000_000),
    "deleted",
]


class Scans:
    """The bus, and the handlers of its queue `scans`: they are slow to open, so every test uses the same ones."""

    def __init__(self, background: BackgroundBus, client: ServiceBusClient) -> None:
        self.background = background
        self.client = client
        self._kept: list = []
        self.sender = self.keep(client.get_queue_sender("scans"))
        self.receiver = self.keep(client.get_queue_receiver("scans"))
        self.dead_letters = self.keep(client.get_queue_receiver("scans", sub_queue=ServiceBusSubQueue.DEAD_LETTER))

    def keep(self, handler):
        """A handler that is closed with all others at the end, at once: each takes a second for that."""
        self._kept.append(handler)
        return handler

    def close(self) -> None:
        with ThreadPoolExecutor(len(self._kept)) as pool:
            list(pool.map(lambda handler: handler.close(), self._kept))

    def receive(self, wanted: int = 1) -> list:
        return receive(self.receiver, wanted)

    def lose_lock(self, message) -> None:
        queue = self.background.queue("scans")
        self.background.call(queue.lose_lock, message.lock_token, time.time())


def receive(receiver, wanted: int = 1) -> list:
    """Messages until there are as many as wanted, or none came for ten seconds."""
    messages: list = []
    while len(messages) < wanted and (more := receiver.receive_messages(wanted - len(messages), max_wait_time=10)):
        messages += more
    return messages


@pytest.fixture(scope="module")
def opened() -> Iterator[Scans]:
    with (
        background_bus(queues=QUEUES) as background,
        ServiceBusClient.from_connection_string(background.bus.connection_string, retry_total=0) as client,
    ):
        scans = Scans(background, client)
        yield scans
        scans.close()


@pytest.fixture
def scans(opened: Scans) -> Scans:
    opened.background.purge()
    return opened


def in_seconds(seconds: float) -> datetime:
    """A time to come, in whole milliseconds as AMQP has them."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def text(message) -> str:
    return b"".join(message.body).decode()


def test_a_message_arrives_with_all_that_was_said_about_it(scans):
    sent = ServiceBusMessage(
        b"\x00body\xff",
        message_id="m-1",
        correlation_id="c-1",
        subject="scan",
        content_type="application/json",
        to="somebody",
        reply_to="me",
        application_properties={"text": "ü", "number": 5, "flag": True, "id": uuid.UUID(int=5)},
        time_to_live=timedelta(minutes=5),
        partition_key="p",
    )
    scans.sender.send_messages(sent)
    (message,) = scans.receive()
    lock = message.locked_until_utc - datetime.now(UTC)
    scans.receiver.complete_message(message)
    assert b"".join(message.body) == b"\x00body\xff"
    assert (message.message_id, message.correlation_id, message.subject) == ("m-1", "c-1", "scan")
    assert (message.content_type, message.to, message.reply_to) == ("application/json", "somebody", "me")
    own = {b"text": "ü".encode(), b"number": 5, b"flag": True, b"id": uuid.UUID(int=5)}
    assert message.application_properties == own
    assert (message.time_to_live, message.partition_key) == (timedelta(minutes=5), "p")
    assert (message.delivery_count, message.state) == (0, ServiceBusMessageState.ACTIVE)
    assert abs(message.enqueued_time_utc - datetime.now(UTC)) < timedelta(seconds=20)
    assert timedelta(seconds=30) < lock < timedelta(seconds=61)  # two clocks of one machine read one after the other


def test_lists_and_batches_arrive_one_by_one_and_in_order(scans):
    scans.sender.send_messages([ServiceBusMessage(f"list {number}") for number in range(3)])
    batch = scans.sender.create_message_batch()
    for number in range(3):
        batch.add_message(ServiceBusMessage(f"batch {number}"))
    scans.sender.send_messages(batch)
    messages = scans.receive(6)
    assert [text(one) for one in messages] == [f"{kind} {number}" for kind in ("list", "batch") for number in range(3)]
    first = messages[0].sequence_number
    assert [one.sequence_number for one in messages] == list(range(first, first + 6))
    for message in messages:
        scans.receiver.complete_message(message)
    assert scans.background.counts("scans")["locked"] == 0


def test_an_abandoned_message_comes_again_and_says_so(scans):
    scans.sender.send_messages(ServiceBusMessage("a"))
    (message,) = scans.receive()
    scans.receiver.abandon_message(message)
    (again,) = scans.receive()
    assert (text(again), again.delivery_count, again.sequence_number) == ("a", 1, message.sequence_number)
    scans.receiver.complete_message(again)


def test_a_dead_letter_says_why_and_where_from(scans):
    scans.sender.send_messages(ServiceBusMessage("a", application_properties={"own": 1}))
    (message,) = scans.receive()
    scans.receiver.dead_letter_message(message, reason="bad domain", error_description="no dot in it")
    (dead,) = receive(scans.dead_letters)
    assert (dead.dead_letter_reason, dead.dead_letter_error_description) == ("bad domain", "no dot in it")
    assert (dead.dead_letter_source, dead.application_properties[b"own"]) == ("scans", 1)
    scans.dead_letters.complete_message(dead)
    assert scans.background.counts("scans") == {"active": 0, "locked": 0, "deferred": 0, "scheduled": 0, "dead": 0}


def test_a_deferred_message_is_fetched_by_its_number_completed_and_then_gone(scans):
    scans.sender.send_messages(ServiceBusMessage("a"))
    (message,) = scans.receive()
    scans.receiver.defer_message(message)
    number = message.sequence_number
    assert scans.receiver.peek_messages(1, sequence_number=number)[0].state == ServiceBusMessageState.DEFERRED
    (deferred,) = scans.receiver.receive_deferred_messages([number])
    assert (text(deferred), deferred.delivery_count) == ("a", 1)
    scans.receiver.complete_message(deferred)
    with pytest.raises(MessageNotFoundError):
        scans.receiver.receive_deferred_messages([number])


@pytest.mark.parametrize("decision", ["abandon_message", "dead_letter_message", "defer_message"])
def test_a_deferred_message_can_meet_every_other_end_too(scans, decision):
    scans.sender.send_messages(ServiceBusMessage("a"))
    (message,) = scans.receive()
    scans.receiver.defer_message(message)
    (deferred,) = scans.receiver.receive_deferred_messages([message.sequence_number])
    getattr(scans.receiver, decision)(deferred)
    counts = scans.background.counts("scans")
    assert (counts["deferred"], counts["dead"]) == ((0, 1) if decision == "dead_letter_message" else (1, 0))


def test_a_lock_is_renewed(scans):
    scans.sender.send_messages(ServiceBusMessage("a"))
    (message,) = scans.receive()
    before = message.locked_until_utc
    time.sleep(0.05)
    assert scans.receiver.renew_message_lock(message) > before
    scans.receiver.complete_message(message)


def test_a_lost_lock_is_refused_on_completion(scans):
    scans.sender.send_messages(ServiceBusMessage("a"))
    (message,) = scans.receive()
    scans.lose_lock(message)
    with pytest.raises(MessageLockLostError):
        scans.receiver.complete_message(message)
    (again,) = scans.receive()
    assert again.delivery_count == 1
    scans.receiver.complete_message(again)


def test_a_lost_lock_is_refused_on_renewal(scans):
    scans.sender.send_messages(ServiceBusMessage("a"))
    (message,) = scans.receive()
    scans.lose_lock(message)
    with pytest.raises(MessageLockLostError):
        scans.receiver.renew_message_lock(message)


def test_scheduled_messages_wait_are_seen_and_can_be_cancelled(scans):
    soon, late = in_seconds(0.5), in_seconds(3600)
    numbers = scans.sender.schedule_messages([ServiceBusMessage("soon"), ServiceBusMessage("also soon")], soon)
    (cancelled,) = scans.sender.schedule_messages(ServiceBusMessage("never"), late)
    seen = scans.receiver.peek_messages(5)
    assert [(text(one), one.state) for one in seen] == [
        (what, ServiceBusMessageState.SCHEDULED) for what in ("soon", "also soon", "never")
    ]
    scans.sender.cancel_scheduled_messages([cancelled])
    with pytest.raises(MessageNotFoundError):
        scans.sender.cancel_scheduled_messages([cancelled])
    messages = scans.receive(2)
    assert [text(one) for one in messages] == ["soon", "also soon"]
    assert [one.enqueued_sequence_number for one in messages] == numbers
    assert all(one.enqueued_time_utc >= soon for one in messages)
    for message in messages:
        scans.receiver.complete_message(message)
    assert scans.background.counts("scans")["scheduled"] == 0


def test_a_message_that_is_sent_with_a_time_of_its_own_waits_for_it(scans):
    at = in_seconds(0.4)
    scans.sender.send_messages(ServiceBusMessage("a", scheduled_enqueue_time_utc=at))
    assert scans.background.counts("scans")["scheduled"] == 1
    (message,) = scans.receive()
    assert datetime.now(UTC) >= at
    scans.receiver.complete_message(message)


def test_peeking_goes_page_by_page_and_locks_nothing(scans):
    scans.sender.send_messages([ServiceBusMessage(str(number)) for number in range(5)])
    first = scans.receiver.peek_messages(2)
    rest = scans.receiver.peek_messages(10, sequence_number=first[-1].sequence_number + 1)
    assert [text(one) for one in first + rest] == list("01234")
    assert scans.receiver.peek_messages(10, sequence_number=rest[-1].sequence_number + 1) == []
    assert scans.background.counts("scans")["active"] == 5


def test_a_repeated_message_id_is_accepted_and_dropped(scans):
    for content in ("first", "second"):
        scans.sender.send_messages(ServiceBusMessage(content, message_id="same"))
    scans.sender.send_messages([ServiceBusMessage("third", message_id="same"), ServiceBusMessage("other")])
    assert [text(one) for one in scans.receiver.peek_messages(5)] == ["first", "other"]


def test_a_message_for_the_whole_limit_passes_and_one_byte_too_many_does_not(scans):
    scans.sender.send_messages(ServiceBusMessage(b"x" * 260_000))
    (message,) = scans.receive()
    scans.receiver.complete_message(message)
    assert len(b"".join(message.body)) == 260_000
    with pytest.raises(MessageSizeExceededError):
        scans.sender.send_messages(ServiceBusMessage(b"x" * 262_144))
    scans.sender.send_messages(ServiceBusMessage("still there"))
    assert scans.background.counts("scans")["active"] == 1


def test_an_unknown_queue_is_said_to_be_unknown(scans):
    sender = scans.keep(scans.client.get_queue_sender("nowhere"))
    with pytest.raises(MessagingEntityNotFoundError):
        sender.send_messages(ServiceBusMessage("a"))
    receiver = scans.keep(scans.client.get_queue_receiver("nowhere"))
    with pytest.raises(MessagingEntityNotFoundError):
        receiver.receive_messages(max_wait_time=10)


def test_names_of_queues_do_not_tell_cases_apart(scans):
    scans.keep(scans.client.get_queue_sender("SCANS")).send_messages(ServiceBusMessage("a"))
    assert scans.background.counts("scans")["active"] == 1


def test_message_sessions_are_refused_clearly(scans):
    receiver = scans.keep(scans.client.get_queue_receiver("scans", session_id="one"))
    with pytest.raises(ServiceBusError, match="no message sessions"):
        receiver.receive_messages(max_wait_time=10)


def test_receive_and_delete_needs_no_completion(scans):
    sender = scans.keep(scans.client.get_queue_sender("deleted"))
    sender.send_messages([ServiceBusMessage(str(number)) for number in range(3)])
    receiver = scans.client.get_queue_receiver("deleted", receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE)
    assert [text(one) for one in receive(scans.keep(receiver), 3)] == list("012")
    assert scans.background.counts("deleted") == {"active": 0, "locked": 0, "deferred": 0, "scheduled": 0, "dead": 0}


def test_what_was_fetched_ahead_goes_back_uncounted_on_close(scans):
    scans.sender.send_messages([ServiceBusMessage(str(number)) for number in range(20)])
    with scans.client.get_queue_receiver("scans", prefetch_count=20) as receiver:
        (message,) = receive(receiver)
        receiver.complete_message(message)
    messages = scans.receive(19)
    assert sorted(int(text(one)) for one in messages) == list(range(1, 20))
    assert {one.delivery_count for one in messages} == {0}


def test_locks_that_end_and_times_that_are_over_make_dead_letters(scans):
    sender = scans.keep(scans.client.get_queue_sender("brief"))
    with scans.client.get_queue_receiver("brief") as receiver:
        sender.send_messages(ServiceBusMessage("poison"))
        (message,) = receive(receiver)
        receiver.abandon_message(message)
        (again,) = receive(receiver)  # and its lock ends
    sender.send_messages(ServiceBusMessage("stale"))
    dead = scans.keep(scans.client.get_queue_receiver("brief", sub_queue=ServiceBusSubQueue.DEAD_LETTER))
    assert again.delivery_count == 1
    assert {text(one): one.dead_letter_reason for one in receive(dead, 2)} == {
        "poison": "MaxDeliveryCountExceeded",
        "stale": "TTLExpiredException",
    }


def test_a_lock_renewer_keeps_a_message_longer_than_its_lock(scans):
    scans.keep(scans.client.get_queue_sender("slow")).send_messages(ServiceBusMessage("a"))
    receiver = scans.keep(scans.client.get_queue_receiver("slow", max_wait_time=10))
    with AutoLockRenewer() as renewer:
        for message in receiver:
            renewer.register(receiver, message, max_lock_renewal_duration=5)
            time.sleep(2.2)
            receiver.complete_message(message)
            break
    assert scans.background.counts("slow")["locked"] == 0


def test_large_messages_go_both_ways_in_many_frames(scans):
    body = bytes(range(256)) * 1_200
    sender = scans.keep(scans.client.get_queue_sender("large"))
    receiver = scans.keep(scans.client.get_queue_receiver("large"))
    sender.send_messages(ServiceBusMessage(body))
    sender.send_messages([ServiceBusMessage(body[:100_000]), ServiceBusMessage(body[100_000:200_000])])
    messages = receive(receiver, 3)
    assert [b"".join(one.body) for one in messages] == [body, body[:100_000], body[100_000:200_000]]
    for message in messages:
        receiver.complete_message(message)


def test_a_management_operation_that_the_bus_lacks_is_refused_clearly(scans):
    with pytest.raises(ServiceBusError):
        scans.receiver._mgmt_request_response_with_retry(  # no public call of ours reaches it
            b"com.microsoft:get-rules", {}, lambda status, message, description, *rest: None
        )
