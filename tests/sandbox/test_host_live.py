"""The stand-in host over the sandbox's bus and Azurite, with an app that writes down what happens to it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusSender

from tests.sandbox_process import SandboxProcess, running_sandbox, wait_for

PROBE = Path(__file__).parent / "apps" / "probe"


class Probe:
    """The sandbox with the probing app, its notes, and a sender."""

    def __init__(self, sandbox: SandboxProcess, notes: Path, client: ServiceBusClient) -> None:
        self.sandbox = sandbox
        self._notes = notes
        self._client = client
        self._senders: dict[str, ServiceBusSender] = {}

    def notes(self, what: str, id: str | None = None) -> list[dict[str, Any]]:
        lines = self._notes.read_text(encoding="utf-8").splitlines() if self._notes.exists() else []
        found = [json.loads(line) for line in lines if line.endswith("}")]
        return [note for note in found if note["what"] == what and (id is None or note["id"] == id)]

    def send(self, queue: str, body: Any, **more: Any) -> str:
        id = str(uuid4())
        if queue not in self._senders:  # opening and closing one costs a second
            self._senders[queue] = self._client.get_queue_sender(queue)
        self._senders[queue].send_messages(ServiceBusMessage(json.dumps(body), message_id=id, **more))
        return id

    def get(self, path: str, **more: Any) -> requests.Response:
        return requests.request(more.pop("method", "GET"), self.sandbox.url("host") + path, timeout=20, **more)


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probe]:
    notes = tmp_path_factory.mktemp("probe") / "notes"
    arguments = [
        *("--only", "bus", "--only", "storage", "--only", "host", "--hosts", "2", "--lock-seconds", "1"),
        *("--app", str(PROBE), "--set", f"PROBE_FILE={notes}", "--set", "AzureWebJobs.switched_off.Disabled=true"),
    ]
    with (
        running_sandbox(*arguments) as sandbox,
        ServiceBusClient.from_connection_string(sandbox.settings["ServiceBus"]) as client,
    ):
        yield Probe(sandbox, notes, client)


def test_message_is_delivered_once_and_completed(probe: Probe) -> None:
    id = probe.send("referrals", {"do": "work"})
    wait_for(lambda: probe.notes("took", id))
    wait_for(lambda: probe.sandbox.queue_counts()["referrals"]["locked"] == 0)
    assert len(probe.notes("take", id)) == 1


def test_message_of_a_function_that_raises_comes_again_at_once_and_counts_its_deliveries(probe: Probe) -> None:
    id = probe.send("referrals", {"do": "raise_once"})
    wait_for(lambda: probe.notes("took", id))
    assert [note["delivery_count"] for note in probe.notes("take", id)] == [1, 2]


def test_message_that_always_fails_is_dead_lettered_after_ten_deliveries(probe: Probe) -> None:
    id = probe.send("referrals", {"do": "raise"})
    dead = wait_for(lambda: probe.notes("dead", id))
    assert len(probe.notes("take", id)) == 10
    assert dead[0]["properties"]["DeadLetterReason"] == "MaxDeliveryCountExceeded"


def test_binary_message_keeps_its_metadata_and_its_dates_have_no_zone(probe: Probe) -> None:
    body = {"do": "work", "correlationId": "from the body"}
    id = probe.send("referrals", body, correlation_id="mine", subject="s", application_properties={"n": 3})
    seen = wait_for(lambda: probe.notes("take", id))[0]
    assert (seen["correlation_id"], seen["subject"], seen["properties"]) == ("mine", "s", {"n": 3})
    assert (seen["enqueued"], seen["expires"]) == ("naive", "naive")
    assert seen["never_sent"] == [None, None, None]
    assert seen["content_type"] is None


def test_json_body_bound_as_text_overwrites_the_metadata(probe: Probe) -> None:
    probe.send("scans", {"messageId": "overwritten", "correlationId": 7, "subject": None}, correlation_id="mine")
    seen = wait_for(lambda: probe.notes("text", "overwritten"))[0]
    assert (seen["correlation_id"], seen["subject"]) == ("7", None)


def test_lock_of_a_slow_message_is_renewed(probe: Probe) -> None:
    id = probe.send("referrals", {"do": "sleep", "seconds": 1.8})
    wait_for(lambda: probe.notes("took", id))
    wait_for(lambda: probe.sandbox.queue_counts()["referrals"]["locked"] == 0)
    assert len(probe.notes("take", id)) == 1


def test_value_returned_without_a_return_binding_fails_the_message(probe: Probe) -> None:
    id = probe.send("pushes", {})
    wait_for(lambda: len(probe.notes("wrong_return", id)) >= 2)


def test_each_occurrence_of_a_timer_runs_once_over_two_hosts(probe: Probe) -> None:
    wait_for(lambda: len(probe.notes("tick")) >= 3)
    seconds = [round(note["at"]) // 2 for note in probe.notes("tick")]
    assert len(seconds) == len(set(seconds))
    assert len({note["pid"] for note in probe.notes("tick")}) == 1


def test_disabled_function_is_not_triggered_but_runs_by_hand(probe: Probe) -> None:
    wait_for(lambda: probe.notes("tick"))
    assert probe.notes("switched_off") == []
    probe.sandbox.run_function("switched_off")
    wait_for(lambda: probe.notes("switched_off"))


def test_timer_run_by_hand_is_not_past_due(probe: Probe) -> None:
    probe.sandbox.run_function("by_hand")
    assert wait_for(lambda: probe.notes("by_hand"))[0]["past_due"] is False


def test_log_lines_of_the_app_carry_the_invocation_id(probe: Probe) -> None:
    id = probe.send("referrals", {"do": "work"})
    invocation = wait_for(lambda: probe.notes("take", id))[0]["invocation"]
    line = re.compile(rf"INFO Functions\.take\[{invocation}\] probe probe\.took id={id}")
    wait_for(lambda: line.search(probe.sandbox.log("host-1") + probe.sandbox.log("host-2")))


def test_request_reaches_the_function_as_the_real_host_gives_it(probe: Probe) -> None:
    answer = probe.get("/api/echo/ab%2Fc?x=1&x=2&empty=", headers={"X-Thing": "v", "X-Empty": ""})
    seen = answer.json()
    assert seen["params"] == {"x": "1,2"}
    assert seen["route"] == {"id": "ab/c"}
    assert seen["headers"]["x-thing"] == "v"
    assert "x-empty" not in seen["headers"]
    assert answer.headers["Set-Cookie"] == "a=b; Path=/"


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/api/echo", 200, None),
        ("PUT", "/api/echo", 404, ""),
        ("GET", "/api/nothing/here", 404, ""),
        ("GET", "/elsewhere", 404, ""),
        ("GET", "/api/boom", 500, ""),
        ("GET", "/api/answers/dict", 500, ""),
        ("GET", "/api/answers/none", 500, ""),
        ("GET", "/api/answers/text", 200, "plain"),
        ("GET", "/admin/host/ping", 200, ""),
        ("POST", "/admin/functions/none", 404, ""),
    ],
)
def test_door_answers(probe: Probe, method: str, path: str, status: int, text: str | None) -> None:
    answer = probe.get(path, method=method, json={} if method == "POST" else None)
    assert answer.status_code == status
    if text is not None:
        assert answer.text == text


def test_function_over_its_time_limit_ends_the_process_and_another_takes_over(probe: Probe) -> None:
    before = probe.get("/api/echo").json()["pid"]
    assert probe.get("/api/slow?seconds=30").status_code == 500
    wait_for(lambda: _pid(probe) not in (None, before), seconds=20)


def test_killed_host_is_started_again_and_its_messages_are_not_lost(probe: Probe) -> None:
    before = set(probe.sandbox.pids()["host"])
    ids = [probe.send("referrals", {"do": "sleep", "seconds": 0.5}) for _ in range(6)]
    wait_for(lambda: probe.notes("take", ids[0]))
    probe.sandbox.kill_host(0)
    probe.sandbox.kill_host(1)
    for id in ids:
        wait_for(lambda id=id: probe.notes("took", id))
    assert before.isdisjoint(probe.sandbox.pids()["host"])


def _pid(probe: Probe) -> int | None:
    try:
        return int(probe.get("/api/echo").json()["pid"])
    except requests.RequestException:
        return None
