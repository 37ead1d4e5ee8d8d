"""`python -m sandbox.bus` as a process of its own."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.timeout(30)


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox.bus", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_on_one_line_and_ends_on_a_signal(number):
    process = started("--queue", "one", "--queue", "two", "--lock-seconds", "5")
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert ready["ready"] is True
    assert f"Endpoint={ready['bus']};" in ready["connection_string"]
    with urllib.request.urlopen(ready["bus_control"] + "/_sandbox/queues", timeout=5) as answer:
        assert list(json.load(answer)) == ["one", "two"]
    process.send_signal(number)
    rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_port_that_is_taken_is_said_in_one_sentence():
    first = started()
    assert first.stdout is not None
    port = json.loads(first.stdout.readline())["bus"].rsplit(":", 1)[1]
    second = started("--port", port)
    _, errors = second.communicate(timeout=10)
    first.terminate()
    first.communicate(timeout=10)
    assert second.returncode == 3
    assert errors.startswith("bus: ") and errors.count("\n") == 1
