"""`--func`: the settings file for Core Tools, and what is said where they are missing. The genuine host is not run."""

import json
from pathlib import Path

import pytest

from sandbox.command_line import read_command_line
from sandbox.core_tools import core_tools_process, write_local_settings
from sandbox.ports import core_tools_ports
from sandbox.readiness import NotStartedError


def test_settings_are_written_for_core_tools_and_written_over_again(tmp_path: Path) -> None:
    write_local_settings(tmp_path, {"A": "1"})
    write_local_settings(tmp_path, {"A": "2"})
    content = json.loads((tmp_path / "local.settings.json").read_text())
    assert (content["IsEncrypted"], content["Values"]) == (False, {"A": "2"})
    assert (tmp_path / "local.settings.json").stat().st_mode & 0o077 == 0


def test_settings_that_a_person_wrote_stay(tmp_path: Path) -> None:
    (tmp_path / "local.settings.json").write_text('{"Values": {"MINE": "1"}}')
    with pytest.raises(NotStartedError, match="move it away"):
        write_local_settings(tmp_path, {"A": "1"})
    assert "MINE" in (tmp_path / "local.settings.json").read_text()


def test_missing_core_tools_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotStartedError, match=r"docs/core-tools\.md"):
        core_tools_process(7071, tmp_path, tmp_path)


def test_services_stand_where_core_tools_look_for_them() -> None:
    ports = core_tools_ports()
    assert {name: ports[name] for name in ("host", "bus", "blob", "queue", "table")} == {
        "host": 7071,
        "bus": 5672,
        "blob": 10000,
        "queue": 10001,
        "table": 10002,
    }
    with pytest.raises(SystemExit):
        read_command_line(["--func", "--hosts", "2"])
