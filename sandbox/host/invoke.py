"""A function and its input → its run: in a thread or on the loop, under a time limit, logged with an invocation id."""

import asyncio
import contextvars
import logging
import os
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import azure.functions as func

from sandbox.host.index import Function, is_async
from sandbox.host.logs import Invocation, current

logger = logging.getLogger(__name__)


class InvocationFailed(Exception):
    """The function raised, or returned what its bindings cannot take. The cause is logged already."""


class TimedOut(InvocationFailed):
    """The function ran longer than `functionTimeout`; the worker process has to be restarted."""


class Context(func.Context):
    """What a function gets that asks for its `context`."""

    def __init__(self, run: Invocation) -> None:
        self._run = run
        self._local = threading.local()
        self._local.invocation_id = run.id

    @property
    def invocation_id(self) -> str:
        return self._run.id

    @property
    def thread_local_storage(self) -> Any:
        return self._local

    @property
    def function_name(self) -> str:
        return self._run.function

    @property
    def function_directory(self) -> str:
        return os.getcwd()

    @property
    def trace_context(self) -> Any:
        return SimpleNamespace(trace_parent="", trace_state="", attributes={})

    @property
    def retry_context(self) -> Any:
        return None


class Invoker:
    """Runs functions: `def` in a pool of PYTHON_THREADPOOL_THREAD_COUNT threads, `async def` on the event loop."""

    def __init__(self, *, timeout: float | None, environment: Mapping[str, str] = os.environ) -> None:
        threads = environment.get("PYTHON_THREADPOOL_THREAD_COUNT")
        self._pool = ThreadPoolExecutor(int(threads) if threads else None, thread_name_prefix="function")
        self._timeout = timeout
        self.timed_out = asyncio.Event()

    async def run(self, function: Function, value: Any, *, reason: str) -> Any:
        """What the function returns. Raises InvocationFailed; sets `timed_out` when the process must go."""
        run = Invocation(str(uuid.uuid4()), function.name)
        token = current.set(run)
        began = time.perf_counter()
        logger.info("Executing 'Functions.%s' (Reason='%s')", function.name, reason)
        try:
            result = await asyncio.wait_for(self._call(function, value, run), self._timeout)
            if result is not None and not function.has_return_binding:
                raise RuntimeError(
                    f"function {function.name!r} without a $return binding returned a non-None value"
                )  # fmt: skip
        except TimeoutError as error:
            if self._timeout is not None and time.perf_counter() - began >= self._timeout:
                logger.error("Timeout value of %s s exceeded by function %s.", self._timeout, function.name)
                self.timed_out.set()
                raise TimedOut(function.name) from error
            self._failed(run, began)
            raise InvocationFailed(function.name) from error
        except Exception as error:
            self._failed(run, began)
            raise InvocationFailed(function.name) from error
        else:
            logger.info("Executed 'Functions.%s' (Succeeded, Duration=%.0fms)", *self._end(run, began))
            return result
        finally:
            current.reset(token)

    async def _call(self, function: Function, value: Any, run: Invocation) -> Any:
        arguments = {function.trigger["name"]: value}
        if function.wants_context:
            arguments["context"] = Context(run)
        if is_async(function):
            return await function.call(**arguments)
        here = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: here.run(function.call, **arguments))

    def _failed(self, run: Invocation, began: float) -> None:
        logger.exception("Executed 'Functions.%s' (Failed, Duration=%.0fms)", *self._end(run, began))

    def _end(self, run: Invocation, began: float) -> tuple[str, float]:
        return run.function, (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """Take no more calls. Threads that still run are left to end with the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)
