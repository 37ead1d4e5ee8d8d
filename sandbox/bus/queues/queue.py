"""Messages and the present time go in; a Service Bus queue's answers come out.

A message is in exactly one place: `_messages`. The heaps only point to it by number, and a pointer that no longer fits
the message's state is skipped when it comes up.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import islice
from uuid import UUID, uuid4

from sandbox.bus.queues.duplicates import DuplicateWindow
from sandbox.bus.queues.message import (
    DeadLetterAgainError,
    Death,
    Draft,
    LockLostError,
    Message,
    MessageNotFoundError,
    QueueProperties,
    State,
)


class Queue:
    """One queue, and behind it its dead-letter queue (which has none itself).

    Every `now` is seconds since 1970. `on_available` is called when a message may be received that could not before.
    """

    def __init__(
        self,
        properties: QueueProperties,
        *,
        dead_letters: "Queue | None" = None,
        on_available: Callable[[], None] = lambda: None,
    ) -> None:
        self.properties = properties
        self.dead_letters = dead_letters
        self.on_available = on_available
        self._messages: dict[int, Message] = {}  # in the order of their numbers
        self._locks: dict[UUID, Message] = {}
        self._last_number = 0
        self._duplicates = DuplicateWindow(properties.duplicate_seconds)
        self._available: list[int] = []
        self._schedule: list[tuple[float, int]] = []
        self._expiries: list[tuple[float, int]] = []
        self._lock_ends: list[tuple[float, int, UUID]] = []

    def send(self, draft: Draft, now: float, *, even_duplicate: bool = False) -> int:
        """Takes a message and gives its sequence number. A duplicate is dropped silently; its number stays unused."""
        if not even_duplicate and self._duplicates.repeats(draft.message_id, now):
            return self._next_number()
        if draft.scheduled_at is None or draft.scheduled_at <= now:
            return self._enqueue(draft, now).number
        number = self._next_number()
        self._messages[number] = Message(number, number, draft, draft.scheduled_at, None, State.SCHEDULED)
        heappush(self._schedule, (draft.scheduled_at, number))
        return number

    def cancel_scheduled(self, numbers: Iterable[int]) -> None:
        """Removes scheduled messages: all of them, or none when one is missing."""
        for message in self._find(numbers, State.SCHEDULED):
            del self._messages[message.number]

    def receive(self, now: float, *, delete: bool = False) -> Message | None:
        """The oldest message that is free, locked for the receiver or else removed; None when there is none."""
        while (message := self._first_available()) is not None:
            heappop(self._available)
            if self._expire(message, now):
                continue
            if delete:
                del self._messages[message.number]
            else:
                self._lock(message, now)
            return message
        return None

    def has_available(self) -> bool:
        """True when `receive` may find a message."""
        return self._first_available() is not None

    def receive_deferred(self, numbers: Iterable[int], now: float, *, delete: bool = False) -> list[Message]:
        """Deferred messages by sequence number, locked or else removed: all of them, or none when one is missing."""
        messages = self._find(numbers, State.DEFERRED)
        for message in messages:
            if delete:
                del self._messages[message.number]
            else:
                self._lock(message, now)
        return messages

    def peek(self, from_number: int = 1, count: int | None = None) -> list[Message]:
        """Messages of any state from a sequence number on, in order, untouched."""
        return list(islice((one for one in self._messages.values() if one.number >= from_number), count))

    def held(self, token: UUID, now: float) -> Message:
        """The message under this lock; LockLostError when there is none, or no longer."""
        message = self._locks.get(token)
        if message is None:
            raise LockLostError(f"no lock {token}")
        if message.locked_until <= now:
            self._fail(message, now)
            raise LockLostError(f"the lock {token} has run out")
        return message

    def renew(self, token: UUID, now: float) -> float:
        """Lets a lock begin anew and gives its end."""
        message = self.held(token, now)
        self._set_lock_end(message, token, now)
        return message.locked_until

    def complete(self, token: UUID, now: float) -> None:
        """Removes the message."""
        message = self.held(token, now)
        self._unlock(message)
        del self._messages[message.number]

    def abandon(self, token: UUID, now: float) -> None:
        """Puts the message back to its place, with one more failed delivery; dead-letters it after the last one."""
        self._fail(self.held(token, now), now)

    def release(self, token: UUID, now: float) -> None:
        """Puts the message back to its place, as if it had not been delivered."""
        message = self.held(token, now)
        self._unlock(message)
        self._put_back(message, now)

    def defer(self, token: UUID, now: float) -> None:
        """Puts the message aside: only its sequence number brings it back. Counts as a failed delivery."""
        message = self.held(token, now)
        self._unlock(message)
        message.state = State.DEFERRED
        message.delivery_count += 1

    def dead_letter(self, token: UUID, now: float, *, reason: str | None, description: str | None) -> None:
        """Moves the message to the dead-letter queue."""
        message = self.held(token, now)
        if self.dead_letters is None:
            raise DeadLetterAgainError("a dead letter cannot be dead-lettered again")
        self._unlock(message)
        self._bury(message, reason, description)

    def lose_lock(self, token: UUID, now: float) -> None:
        """Ends a lock early, as if its time were over."""
        self._fail(self.held(token, now), now)

    def tick(self, now: float) -> None:
        """Does what is due: locks that end, scheduled messages whose time has come, messages that expire."""
        while self._lock_ends and self._lock_ends[0][0] <= now:
            token = heappop(self._lock_ends)[2]
            message = self._locks.get(token)
            if message is not None and message.locked_until <= now:
                self._fail(message, now)
        while self._schedule and self._schedule[0][0] <= now:
            number = heappop(self._schedule)[1]
            if number in self._messages:
                self._enqueue(self._messages.pop(number).draft, now, first_number=number)
        while self._expiries and self._expiries[0][0] <= now:
            expired = self._messages.get(heappop(self._expiries)[1])
            if expired is not None:
                self._expire(expired, now)

    def counts(self) -> dict[str, int]:
        """How many messages are `active` (free), `locked`, `deferred` and `scheduled`; each counts once."""
        counts = dict.fromkeys(("active", "locked", "deferred", "scheduled"), 0)
        for message in self._messages.values():
            counts["locked" if message.lock_token else message.state.name.lower()] += 1
        return counts

    def purge(self) -> int:
        """Removes everything, forgets the ids seen, and gives the number of messages removed."""
        removed = len(self._messages)
        for held in (self._messages, self._locks, self._available, self._schedule, self._expiries, self._lock_ends):
            held.clear()
        self._duplicates.forget()
        return removed

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _enqueue(self, draft: Draft, now: float, *, first_number: int | None = None) -> Message:
        """A scheduled message gets a new number here, as on the service: it joins the end of the queue."""
        number = self._next_number()
        ttls = [ttl for ttl in (draft.ttl, self.properties.ttl_seconds) if ttl is not None]
        expires_at = now + min(ttls) if ttls else None
        if expires_at is not None:
            heappush(self._expiries, (expires_at, number))
        message = Message(number, first_number or number, draft, now, expires_at)
        self._insert(message)
        return message

    def _insert(self, message: Message) -> None:
        self._messages[message.number] = message
        self._offer(message)

    def _offer(self, message: Message) -> None:
        if message.state is State.ACTIVE:
            heappush(self._available, message.number)
            self.on_available()

    def _first_available(self) -> Message | None:
        while self._available:
            message = self._messages.get(self._available[0])
            if message is not None and message.lock_token is None and message.state is State.ACTIVE:
                return message
            heappop(self._available)
        return None

    def _lock(self, message: Message, now: float) -> None:
        token = uuid4()
        message.lock_token = token
        self._locks[token] = message
        self._set_lock_end(message, token, now)

    def _set_lock_end(self, message: Message, token: UUID, now: float) -> None:
        message.locked_until = now + self.properties.lock_seconds
        heappush(self._lock_ends, (message.locked_until, message.number, token))

    def _unlock(self, message: Message) -> None:
        if message.lock_token is not None:
            del self._locks[message.lock_token]
            message.lock_token = None

    def _fail(self, message: Message, now: float) -> None:
        """One delivery more has failed: abandoned, or its lock ran out."""
        self._unlock(message)
        message.delivery_count += 1
        limit = self.properties.max_delivery_count
        if limit is not None and message.delivery_count >= limit:
            text = f"Message could not be consumed after {limit} delivery attempts."
            self._bury(message, "MaxDeliveryCountExceeded", text)
        else:
            self._put_back(message, now)

    def _put_back(self, message: Message, now: float) -> None:
        if not self._expire(message, now):
            self._offer(message)

    def _expire(self, message: Message, now: float) -> bool:
        """True when the message's time was over. Locked and deferred ones stay, as on the service."""
        due = message.expires_at is not None and message.expires_at <= now
        if not due or message.lock_token is not None or message.state is not State.ACTIVE:
            return False
        if self.properties.dead_letter_expired:
            self._bury(message, "TTLExpiredException", "The message expired and was dead lettered.")
        else:
            del self._messages[message.number]
        return True

    def _bury(self, message: Message, reason: str | None, description: str | None) -> None:
        del self._messages[message.number]
        if self.dead_letters is not None:
            self.dead_letters._adopt(message, Death(reason, description, self.properties.name))

    def _adopt(self, message: Message, death: Death) -> None:
        self._insert(
            Message(
                number=self._next_number(),
                first_number=message.first_number,
                draft=message.draft,
                enqueued_at=message.enqueued_at,
                expires_at=None,
                delivery_count=message.delivery_count,
                death=death,
            )
        )

    def _find(self, numbers: Iterable[int], state: State) -> list[Message]:
        found = []
        for number in dict.fromkeys(numbers):
            message = self._messages.get(number)
            if message is None or message.state is not state or message.lock_token is not None:
                raise MessageNotFoundError(f"no {state.name.lower()} message {number}")
            found.append(message)
        return found


def queue_with_dead_letters(properties: QueueProperties) -> Queue:
    """A queue and the dead-letter queue behind it, where neither time nor failed deliveries remove a message."""
    behind = QueueProperties(
        properties.name + "/$DeadLetterQueue",
        max_delivery_count=None,
        lock_seconds=properties.lock_seconds,
        ttl_seconds=None,
        duplicate_seconds=0,
        max_message_bytes=properties.max_message_bytes,
    )
    return Queue(properties, dead_letters=Queue(behind))
