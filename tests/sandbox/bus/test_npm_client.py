"""The genuine JavaScript client: other code, another AMQP library, the same bus."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.sandbox.bus.background import background_bus

pytestmark = pytest.mark.timeout(60)

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "node_modules" / "@azure" / "service-bus"


def test_the_javascript_client_can_do_all_that_the_python_client_can():
    assert PACKAGE.is_dir(), "@azure/service-bus is missing: make test installs what tests need"
    with background_bus(queues=["scans"]) as background:
        command = ["node", str(HERE / "npm_client.mjs"), background.bus.connection_string]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=50)
        counts = background.counts("scans")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "bodies": ["bytes", {"value": "two"}, "three"],
        "said": [{"number": 1}, "subject", 0, 1],
        "lockSeconds": 60,
        "again": ["two", 1],
        "renewed": True,
        "deferred": {"value": "two"},
        "gone": "MessageNotFound",
        "dead": ["why", "because", "scans"],
        "scheduled": ["scheduled"],
        "left": 0,
        "large": 200_000,
        "subscribed": [1, 2, 3],
        "unknown": "MessagingEntityNotFound",
    }
    assert counts == {"active": 0, "locked": 0, "deferred": 0, "scheduled": 0, "dead": 0}
