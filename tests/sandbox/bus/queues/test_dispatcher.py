"""Several consumers of one queue: each gets its turn, none gets more than it asked for."""

import asyncio

from sandbox.bus.queues.dispatcher import Dispatcher
from sandbox.bus.queues.message import Draft, QueueProperties
from sandbox.bus.queues.queue import Queue


class Hungry:
    def __init__(self, dispatcher, credit):
        self.dispatcher, self.credit, self.got = dispatcher, credit, []

    def take(self):
        if not self.credit:
            return False
        message = self.dispatcher.queue.receive(0)
        if message is None:
            return False
        self.credit -= 1
        self.got.append(message.draft.content)
        return True


def served(*, messages, credits):
    async def run():
        dispatcher = Dispatcher(Queue(QueueProperties("scans")))
        consumers = [Hungry(dispatcher, credit) for credit in credits]
        for consumer in consumers:
            dispatcher.add(consumer)
        for number in range(messages):
            dispatcher.queue.send(Draft(number), 0)
        await asyncio.sleep(0)
        return [consumer.got for consumer in consumers]

    return asyncio.run(run())


def test_consumers_take_turns():
    assert served(messages=6, credits=[10, 10, 10]) == [[0, 3], [1, 4], [2, 5]]


def test_nobody_gets_more_than_its_credit():
    assert served(messages=6, credits=[1, 0, 3]) == [[0], [], [1, 2, 3]]


def test_messages_without_consumers_wait():
    assert served(messages=3, credits=[]) == []


def test_a_consumer_that_left_gets_nothing():
    async def run():
        dispatcher = Dispatcher(Queue(QueueProperties("scans")))
        gone = Hungry(dispatcher, 5)
        dispatcher.add(gone)
        dispatcher.remove(gone)
        dispatcher.remove(gone)
        dispatcher.queue.send(Draft(1), 0)
        await asyncio.sleep(0)
        return gone.got

    assert asyncio.run(run()) == []
