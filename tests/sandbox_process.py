"""Arguments of `python -m sandbox` → a started sandbox for tests: its addresses, its settings, its end."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests

PROJECT = Path(__file__).resolve().parent.parent
START_SECONDS = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """A running sandbox. `services` and `settings` are those of contract section 8."""

    process: "subprocess.Popen[str]"
    services: Mapping[str, Any]
    settings: Mapping[str, str]
    state: Path

    def url(self, service: str) -> str:
        """The address of an HTTP stand-in, without a slash at the end."""
        return str(self.services[service])

    def pids(self) -> dict[str, list[int]]:
        """Process ids per service at this moment; a host that was started again has another one."""
        found: dict[str, list[int]] = json.loads((self.state / "pids.json").read_text(encoding="utf-8"))
        return found

    def kill_host(self, index: int = 0) -> None:
        """SIGKILL a function host; the supervisor starts it again."""
        os.kill(self.pids()["host"][index], signal.SIGKILL)

    def log(self, name: str = "host-1") -> str:
        """What a process has logged so far: `host-1`, `bus`, `storage`."""
        return (self.state / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def run_function(self, name: str, text: str = "") -> None:
        """Run a timer or queue function now, as the portal's Test button does."""
        answer = requests.post(f"{self.url('host')}/admin/functions/{name}", json={"input": text}, timeout=30)
        assert answer.status_code == 202, f"{name}: {answer.status_code} {answer.text}"

    def fault(self, service: str, **fault: Any) -> None:
        """Arm one fault at a stand-in or at `bus_control`."""
        answer = requests.post(f"{self.url(service)}/_sandbox/faults", json=fault, timeout=10)
        assert answer.status_code < 300, answer.text

    def clear_faults(self, service: str) -> None:
        """Disarm every fault of a stand-in."""
        requests.delete(f"{self.url(service)}/_sandbox/faults", timeout=10)

    def queue_counts(self) -> dict[str, dict[str, Any]]:
        """How many messages each queue holds, by state, and how many dead letters."""
        found: dict[str, dict[str, Any]] = requests.get(f"{self.url('bus_control')}/_sandbox/queues", timeout=10).json()
        return found

    def stop(self, number: int = signal.SIGINT, *, timeout: float = 30) -> int:
        """End it as a person would; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout)


def wait_for(what: Callable[[], T], *, seconds: float = 30, every: float = 0.1) -> T:
    """The first true value of `what`; fails with its last value when that takes too long."""
    end = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < end, f"nothing within {seconds} s, last was {value!r}"
        time.sleep(every)
    return value


def start_sandbox(*arguments: str) -> SandboxProcess:
    """Start one on free ports. It ends by itself when the tests' process is gone."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--json", "--ports", "0", "--tied", *arguments],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise AssertionError(f"the sandbox did not start: exit code {process.wait(START_SECONDS)}")
    ready = json.loads(line)
    return SandboxProcess(process, ready["services"], ready["settings"], Path(ready["state"]))


@contextlib.contextmanager
def running_sandbox(*arguments: str) -> Iterator[SandboxProcess]:
    """A sandbox for the length of a `with` block."""
    sandbox = start_sandbox(*arguments)
    try:
        yield sandbox
    finally:
        sandbox.stop()
