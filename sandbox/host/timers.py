"""A timer function → its runs, each occurrence once over all host processes, never two at a time."""

import asyncio
import contextlib
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.core.exceptions import AzureError
from azure.functions.meta import Datum
from azure.functions.timer import TimerRequestConverter

from sandbox.host.index import Function
from sandbox.host.invoke import InvocationFailed, Invoker
from sandbox.host.schedule import parse_schedule
from sandbox.host.timer_state import Status, TimerState

logger = logging.getLogger(__name__)

RENEW_SECONDS = 5.0
MONITORED_FROM = timedelta(minutes=1)


def timer_request(*, past_due: bool, status: Status | None) -> Any:
    """What the function gets, through the genuine converter."""
    known = None
    if status is not None:
        last = status.last or datetime.min.replace(tzinfo=UTC)
        known = {"Last": last.isoformat(), "Next": status.next.isoformat(), "LastUpdated": last.isoformat()}
    payload = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": known, "IsPastDue": past_due}
    return TimerRequestConverter.decode(Datum(json.dumps(payload), "json"), trigger_metadata={})


class Timer:
    """One timer's listener."""

    def __init__(self, function: Function, *, state: TimerState, invoker: Invoker) -> None:
        self._function = function
        self._schedule = parse_schedule(str(function.trigger["schedule"]))
        self._state = state
        self._invoker = invoker

    async def run(self) -> None:
        """Listen until cancelled. Storage that does not answer stops the timer until it does."""
        while True:
            try:
                if await self._state.hold(self._function.name):
                    await self._listen()
            except AzureError as error:
                logger.warning("Timer %s: Storage: %s", self._function.name, type(error).__name__)
            await asyncio.sleep(RENEW_SECONDS)

    async def _listen(self) -> None:
        """Run each occurrence while the lease is ours."""
        now = datetime.now(UTC)
        due = self._schedule.after(now)
        monitored = (
            self._function.trigger.get("useMonitor") is not False and self._schedule.after(due) - due >= MONITORED_FROM
        )
        status = await self._state.read(self._function.name) if monitored else None
        missed = status is not None and status.next < now
        if missed or self._function.trigger.get("runOnStartup"):
            due = now
        elif monitored:
            await self._state.remember(self._function.name, Status(status.last if status else None, due))
        while await self._state.hold(self._function.name):
            left = (due - datetime.now(UTC)).total_seconds()
            if left > RENEW_SECONDS:
                await asyncio.sleep(RENEW_SECONDS)
                continue
            await asyncio.sleep(max(left, 0))
            await self._occur(status, past_due=missed)
            missed = False
            status = Status(due, self._schedule.after(datetime.now(UTC)))
            due = status.next
            if monitored:
                await self._state.remember(self._function.name, status)

    async def _occur(self, status: Status | None, *, past_due: bool) -> None:
        renewing = asyncio.create_task(self._keep())
        try:
            given = timer_request(past_due=past_due, status=status)
            await self._invoker.run(self._function, given, reason="Timer fired")
        except InvocationFailed:
            pass  # logged by the invoker; the next run is the next occurrence
        finally:
            renewing.cancel()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with contextlib.suppress(AzureError):
                await self._state.hold(self._function.name)
