"""What Microsoft's worker library on Python 3.13 makes of our apps, and that the stand-in host agrees with it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.host.index import IndexingError, index
from tests.genuine_runtime.conftest import PYTHON

PROJECT = Path(__file__).resolve().parent.parent.parent
PROBE = PROJECT / "tests" / "sandbox" / "apps" / "probe"
SETTINGS = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    "ALLOW_LOOPBACK": "true",
    "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=c2Vj;UseDevelopmentEmulator=true",
    "Storage": "UseDevelopmentStorage=true",
}


def drive(app: Path, calls: list[dict[str, Any]], **settings: str) -> Any:
    """Index the app and make the calls in a process of their own."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | settings
    done = subprocess.run(
        [str(PYTHON), str(Path(__file__).parent / "drive.py"), str(app)],
        input=json.dumps(calls), env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def http(function: str, path: str = "/", **route: str) -> dict[str, Any]:
    request = {"method": "GET", "url": f"http://127.0.0.1/api{path}", "headers": {}, "route": route, "body": ""}
    return {"function": function, "http": request}


def message(function: str, body: str, **metadata: Any) -> dict[str, Any]:
    return {"function": function, "body": body, "binary": True, "metadata": {"UserProperties": {}} | metadata}


def test_runtime_loads_every_function_of_the_project() -> None:
    found = drive(PROJECT, [], **SETTINGS)
    assert "refused" not in found
    assert {"sync_timer", "ingest", "scan", "score", "push", "health"} <= set(found["functions"])


def test_with_wrong_settings_only_health_is_there_and_says_what_is_wrong() -> None:
    found = drive(PROJECT, [http("health", "/health")], **SETTINGS, EXPORT_MAX_ROWS="many")
    assert found["functions"] == ["health"]
    answer = found["answers"][0]["returned"]
    assert answer["status"] == 503
    assert "EXPORT_MAX_ROWS" in answer["body"]


def test_runtime_treats_calls_as_the_stand_in_host_does(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    calls = [
        http("echo", "/echo"),
        http("boom", "/boom"),
        http("answers", "/answers/dict", kind="dict"),
        http("answers", "/answers/none", kind="none"),
        {"function": "tick"},
        message("take", '{"do": "work"}', EnqueuedTimeUtc="2025-06-07T14:46:55.145", DeliveryCount=2, MessageId="m"),
        message("wrong_return", "{}"),
    ]
    found = drive(PROBE, calls, PROBE_FILE=str(notes))["answers"]
    assert found[0]["returned"]["status"] == 200
    assert [sorted(answer) for answer in found[1:4]] == [["failed"]] * 3
    assert [answer.get("returned", "failed") for answer in found[4:6]] == [None, None]
    assert "non-None value" in found[6]["failed"]
    taken = next(json.loads(line) for line in notes.read_text().splitlines() if '"take"' in line)
    assert (taken["id"], taken["delivery_count"], taken["enqueued"]) == ("m", 2, "naive")


SOURCE = """
import azure.functions as func
from typing import Any, List
app = func.FunctionApp()
@app.{trigger}
def step({parameters}){returns}: ...
"""
QUEUE = 'service_bus_queue_trigger(arg_name="message", queue_name="q", connection="ServiceBus")'
ROUTE = 'route(route="x")'


@pytest.mark.parametrize(
    ("trigger", "parameters", "returns", "loads"),
    [
        (QUEUE, "message: func.ServiceBusMessage", " -> None", True),
        (QUEUE, "message: List[func.ServiceBusMessage]", "", True),
        (QUEUE, "message", "", True),
        (QUEUE, "message: func.ServiceBusMessage, context: func.Context", "", True),
        (QUEUE, "message: list[func.ServiceBusMessage]", "", False),
        (QUEUE, "message: func.HttpRequest", "", False),
        (QUEUE, "msg: func.ServiceBusMessage", "", False),
        (QUEUE, "message: func.ServiceBusMessage, context: str", "", False),
        (ROUTE, "req: func.HttpRequest", " -> str", True),
        (ROUTE, "req: func.HttpRequest", " -> dict", False),
        (ROUTE, "req: func.HttpRequest", " -> Any", False),
    ],
)
def test_stand_in_host_loads_what_the_runtime_loads(
    tmp_path: Path, trigger: str, parameters: str, returns: str, loads: bool
) -> None:
    source = SOURCE.format(trigger=trigger, parameters=parameters, returns=returns)
    (tmp_path / "function_app.py").write_text(source)
    module: dict[str, Any] = {}
    exec(source, module)
    try:
        index(module["app"], {})
        ours = True
    except IndexingError:
        ours = False
    genuine = "refused" not in drive(tmp_path, [])
    assert (genuine, ours) == (loads, loads)
