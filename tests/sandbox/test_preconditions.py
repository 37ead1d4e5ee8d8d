"""What is told before a set-up that cannot work, and that nothing is asked of the network once all is installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import preconditions
from sandbox.stamps import is_current, stamp
from tests.sandbox_process import PROJECT


def check(folder: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run the checks in another folder, with only `path` to find programs in."""
    environment = {"PATH": str(path), "PYTHONPATH": str(PROJECT), "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    environment["PIP_CONFIG_FILE"] = os.devnull  # a mirror of this machine could still answer
    command = [sys.executable, "-m", "sandbox.preconditions"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_all_problems_are_told_at_once_each_in_a_sentence_with_its_fix(tmp_path: Path) -> None:
    done = check(tmp_path, tmp_path)
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert [line.split(":")[0] for line in lines] == [
        "Node is missing",
        "npm is missing",
        "The Python package registry cannot be reached",
    ]


def test_old_node_and_unreachable_registry_are_told(tmp_path: Path) -> None:
    program(tmp_path, "node", "echo v16.20.0")
    program(tmp_path, "npm", "exit 1")
    told = check(tmp_path, tmp_path).stderr
    assert "Node v16.20.0 is too old: install Node 18 or newer." in told
    assert "The npm registry cannot be reached" in told


def test_old_python_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert preconditions.python_problems()[0].startswith("Python 3.9 is too old")


def test_missing_venv_module_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preconditions.importlib.util, "find_spec", lambda name: None)
    assert "apt install python3-venv" in preconditions.python_problems()[0]


def test_set_up_folder_asks_nothing_of_the_network(tmp_path: Path) -> None:
    program(tmp_path, "node", "echo v20.1.0")
    for folder, lock in ((".venv", "requirements-dev.lock"), ("sandbox/node_modules", "sandbox/package-lock.json")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / lock).write_text("locked")
        (tmp_path / folder / ".installed").write_text("")
        assert not is_current(str(tmp_path / folder), str(tmp_path / lock))
        stamp(str(tmp_path / folder), str(tmp_path / lock))
    done = check(tmp_path, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_changed_lock_is_noticed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("one")
    stamp(str(tmp_path), str(lock))
    assert is_current(str(tmp_path), str(lock))
    lock.write_text("two")
    assert not is_current(str(tmp_path), str(lock))
