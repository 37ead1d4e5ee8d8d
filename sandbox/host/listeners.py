"""An app's queue and timer functions → their listeners, started and stopped together."""

import asyncio
import os
from collections.abc import Sequence

from sandbox.host.host_json import HostJson
from sandbox.host.index import Function, IndexingError
from sandbox.host.invoke import Invoker
from sandbox.host.service_bus import QueueListener
from sandbox.host.timer_state import OwnState, SharedState, TimerState
from sandbox.host.timers import Timer

GRACE_SECONDS = 5.0


class Listeners:
    """The queues and timers of an app."""

    def __init__(self, functions: Sequence[Function], *, host_json: HostJson, invoker: Invoker, instance: str) -> None:
        self._state = _timer_state(instance)
        enabled = [function for function in functions if not function.disabled]
        self._queues = [
            QueueListener(function, connection=_connection(function), host_json=host_json, invoker=invoker)
            for function in enabled
            if function.kind == "serviceBusTrigger"
        ]
        self._timers = [
            Timer(function, state=self._state, invoker=invoker)
            for function in enabled
            if function.kind == "timerTrigger"
        ]
        self._receiving: list[asyncio.Task[None]] = []
        self._waiting: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Listen in the background."""
        self._receiving = [asyncio.create_task(queue.run()) for queue in self._queues]
        self._waiting = [asyncio.create_task(timer.run()) for timer in self._timers]

    async def stop(self) -> None:
        """Take nothing new and give what runs a few seconds to end."""
        for queue in self._queues:
            queue.stop()
        for task in self._waiting:
            task.cancel()
        if tasks := self._receiving + self._waiting:
            await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        await self._state.close()


def _timer_state(instance: str) -> TimerState:
    connection = os.environ.get("AzureWebJobsStorage")
    return SharedState(connection, instance=instance) if connection else OwnState()


def _connection(function: Function) -> str:
    name = str(function.trigger["connection"])
    value = os.environ.get(name) or os.environ.get(f"AzureWebJobs{name}")
    if not value:
        raise IndexingError(f"Function {function.name}: Service Bus connection {name!r} is not set.")
    return value
