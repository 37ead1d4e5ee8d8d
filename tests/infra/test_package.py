"""The package holds what runs and nothing else, is the same each time, and starts by itself."""

import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from infra.tools.package import ROOT, package

COMMIT = "0123abc"
_SETTINGS = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Production",
    "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=YQ==;UseDevelopmentEmulator=true",
    "Storage": "UseDevelopmentStorage=true",
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("package") / "app.zip"
    package(ROOT, out, commit=COMMIT)
    return out


@pytest.fixture(scope="module")
def unpacked(archive: Path) -> Path:
    folder = archive.parent / "app"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def test_the_package_holds_only_what_runs(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
    assert {name.partition("/")[0] for name in names} == {
        "commit.txt", "function_app.py", "functions", "host.json", "requirements.txt", "shared",
    }  # fmt: skip
    assert not [name for name in names if name.endswith((".pyc", ".md", ".log")) or "__pycache__" in name]
    assert archive.stat().st_size < 1_000_000


def test_what_lies_about_in_a_checkout_stays_at_home(tmp_path: Path) -> None:
    """A package made before, settings that `az` printed, a log: the second package is the first again."""
    for name in (".funcignore", "host.json", "function_app.py", "requirements.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    first = package(tmp_path, tmp_path / "build/app.zip", commit=COMMIT)
    for name in ("my.json", "sandbox.json", "local.settings.json", "func.log", "old.zip", ".DS_Store"):
        (tmp_path / name).write_text("secret", encoding="utf-8")
    assert package(tmp_path, tmp_path / "build/app.zip", commit=COMMIT) == first
    assert first == ["commit.txt", "function_app.py", "host.json", "requirements.txt"]


def test_what_is_installed_in_azure_is_pinned_with_hashes(unpacked: Path) -> None:
    lines = [line for line in (unpacked / "requirements.txt").read_text().splitlines() if line[:1].isalnum()]
    assert lines and all("==" in line and line.endswith("\\") for line in lines)


def test_the_same_tree_makes_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    package(ROOT, tmp_path / "again.zip", commit=COMMIT)
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


@pytest.fixture(scope="module")
def host(unpacked: Path) -> Iterator[str]:
    """The stand-in host over the unpacked package, its folder the only place that imports come from."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    log = (unpacked.parent / "host.log").open("w")
    command = [sys.executable, "-c", _START, str(ROOT), str(unpacked), str(port)]
    process = subprocess.Popen(command, cwd=unpacked, env={**kept, **_SETTINGS}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        log.close()


_START = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
root, app, port = sys.argv[1:]
# The host alone comes from the repository; `functions` and `shared` must come from the package.
spec = spec_from_file_location("sandbox", f"{root}/sandbox/__init__.py", submodule_search_locations=[f"{root}/sandbox"])
sandbox = module_from_spec(spec)
sys.modules["sandbox"] = sandbox
sys.argv = ["host", "--app", app, "--port", port]
from sandbox.host.__main__ import main
main()
"""


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            requests.get(f"{address}/api/health", timeout=5)
            return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError("the host did not start")


def test_the_package_alone_starts_and_shows_its_commit(host: str) -> None:
    answer = requests.get(f"{host}/api/health", timeout=10)
    assert (answer.status_code, answer.json()["commit"]) == (200, COMMIT)


def test_every_function_of_the_repository_is_in_the_package(host: str) -> None:
    found = {one["name"] for one in requests.get(f"{host}/admin/functions", timeout=10).json()}
    assert {"ingest", "scan", "score", "push", "run", "sync_timer", "retention_timer", "health"} <= found
