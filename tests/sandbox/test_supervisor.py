"""The sandbox as a process: what it prints, how it ends, and that nothing of it stays behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from msal import PublicClientApplication, SerializableTokenCache

from tests.sandbox_process import PROJECT, SandboxProcess, start_sandbox, wait_for

PROBE = ("--app", str(Path(__file__).parent / "apps" / "probe"))
SMALL = ("--only", "bus", "--only", "host", *PROBE)


def is_gone(pid: int) -> bool:
    """True when the process is no more; a zombie that its parent has not read yet counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return status.strip().startswith("Z") or not status.strip()


def children(sandbox: SandboxProcess) -> list[int]:
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in table.splitlines())}
    found = {sandbox.process.pid}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {sandbox.process.pid})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_every_child_and_removes_the_state(number: int) -> None:
    sandbox = start_sandbox("--only", "storage", *SMALL, "--set", f"PROBE_FILE={os.devnull}")
    pids = children(sandbox)
    assert len(pids) >= 4
    assert sandbox.stop(number) == 0
    wait_for(lambda: all(is_gone(pid) for pid in pids), seconds=10)
    assert not sandbox.state.exists()


def test_killed_sandbox_takes_its_children_along_and_the_next_run_cleans_up() -> None:
    sandbox = start_sandbox("--only", "storage", *SMALL, "--set", f"PROBE_FILE={os.devnull}")
    pids = children(sandbox)
    sandbox.process.kill()
    sandbox.process.wait()
    wait_for(lambda: all(is_gone(pid) for pid in pids), seconds=20)
    start_sandbox("--only", "bus").stop()
    assert not sandbox.state.exists()


def test_json_is_one_object_on_one_line_and_stderr_names_each_service() -> None:
    arguments = ["--json", "--ports", "0", "--tied", "--only", "bus", "--only", "entra", "--only", "storage"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    line = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    rest, told = process.communicate(timeout=30)
    ready = json.loads(line)
    assert (process.returncode, rest, ready["ready"]) == (0, "", True)
    assert set(ready["services"]) == {"bus", "bus_control", "entra", "storage"}
    assert set(ready["services"]["storage"]) == {"blob", "queue", "table"}
    assert {"ServiceBus", "Storage", "AZURE_AUTHORITY_HOST", "TRUST_CLIENT_PRINCIPAL"} <= set(ready["settings"])
    addresses = [value for value in ready["services"].values() if isinstance(value, str)]
    assert not [address for address in addresses if address.endswith("/")]
    names = [words.split()[0] for words in told.splitlines()]
    assert sorted(names[:-1]) == ["bus", "bus_control", "entra", "storage"]
    assert names[-1] == "ready"


def test_wrong_arguments_end_with_two() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "--hosts", "none"], cwd=PROJECT, capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (2, "")


def test_taken_port_ends_with_three_and_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        base = taken.getsockname()[1] - 7  # entra's place
        done = subprocess.run(
            [sys.executable, "-m", "sandbox", "--json", "--only", "entra", "--ports", str(base)],
            cwd=PROJECT, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("entra did not start: ")
    assert done.stderr.count("\n") == 1


def test_overrides_reach_the_settings_and_an_empty_one_unsets() -> None:
    sandbox = start_sandbox("--only", "bus", "--set", "EXPORT_MAX_ROWS=7", "--set", "ALLOW_LOOPBACK=")
    try:
        assert sandbox.settings["EXPORT_MAX_ROWS"] == "7"
        assert "ALLOW_LOOPBACK" not in sandbox.settings
    finally:
        sandbox.stop()


def test_functions_start_signed_in_and_trust_the_run_s_own_authority(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = start_sandbox("--only", "entra", "--only", "partner-center")
    try:
        settings = sandbox.settings
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", settings["REQUESTS_CA_BUNDLE"])
        cache = SerializableTokenCache()
        cache.deserialize(Path(settings["TOKEN_CACHE_PATH"]).read_text())
        app = PublicClientApplication(
            settings["PARTNER_CENTER_CLIENT_ID"],
            authority=f"{settings['AZURE_AUTHORITY_HOST']}/{settings['PARTNER_CENTER_TENANT_ID']}",
            token_cache=cache,
            validate_authority=False,
            instance_discovery=False,
        )
        account = app.get_accounts()[0]
        token = app.acquire_token_silent(["https://api.partner.microsoft.com/.default"], account=account)
        assert token and "access_token" in token
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(settings["AZURE_AUTHORITY_HOST"], timeout=10)
    finally:
        sandbox.stop()


def test_kept_tables_are_there_after_a_restart(tmp_path: Path) -> None:
    from azure.data.tables import TableServiceClient

    arguments = ("--only", "storage", "--keep", str(tmp_path / "kept"))
    first = start_sandbox(*arguments)
    with TableServiceClient.from_connection_string(first.settings["Storage"]) as service:
        service.create_table("kept").create_entity({"PartitionKey": "p", "RowKey": "r"})
    assert first.stop() == 0
    second = start_sandbox(*arguments)
    try:
        with TableServiceClient.from_connection_string(second.settings["Storage"]) as service:
            assert service.get_table_client("kept").get_entity("p", "r")["RowKey"] == "r"
    finally:
        second.stop()


def test_app_that_cannot_be_indexed_is_told_and_keeps_running(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    (tmp_path / "function_app.py").write_text("raise RuntimeError('nothing works')")
    sandbox = start_sandbox("--only", "host", "--app", str(tmp_path))
    try:
        status = requests.get(sandbox.url("host") + "/admin/host/status", timeout=10).json()
        assert status["state"] == "Error"
        assert "nothing works" in status["errors"][0]
        assert requests.get(sandbox.url("host") + "/api/health", timeout=10).status_code == 404
    finally:
        sandbox.stop()
