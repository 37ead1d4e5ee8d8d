"""The scripts of the runbook, rehearsed over an `az` that keeps a group, its locks, a vault and a registration."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "infra/scripts"
_AZ = r"""
import json, os, sys
file, words = os.environ["AZURE"], sys.argv[1:]
azure = json.load(open(file))
given = {name: words[place + 1] for place, name in enumerate(words[:-1]) if name.startswith("-")}
options = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
verb = " ".join(words[:options])


def fail(text):
    sys.exit(f"ERROR: {text}")


if verb == "ad app credential list":
    print(*azure["credentials"], sep="\n")
elif verb == "ad app credential reset":
    azure["credentials"] = [*azure["credentials"] * ("--append" in words), "new"]
    print("the new secret")
elif verb == "ad app credential delete":
    azure["credentials"].remove(given["--key-id"])
elif verb == "keyvault secret set":
    azure["vault"][given["-n"]] = open(given["--file"]).read()
elif verb == "servicebus namespace list":
    print("sb-hunter")
elif verb == "servicebus queue list":
    print(*azure["queues"], sep="\n")
elif verb == "lock list":
    print(*azure["locks"], sep="\n")
elif verb == "lock delete":
    azure["locks"].remove(given["--ids"])
elif verb == "group delete":
    if azure["locks"]:
        fail("ScopeLocked")
    azure["group"] = None
else:
    fail(f"no such command: {verb}")
json.dump(azure, open(file, "w"))
"""


class Azure:
    """A group with locks and queues, and a registration with one secret."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "azure.json"
        whole = {
            "credentials": ["old"],
            "vault": {},
            "queues": [0, 0],
            "locks": ["/locks/a", "/locks/b"],
            "group": "rg",
        }
        self._file.write_text(json.dumps(whole), encoding="utf-8")
        az = folder / "az"
        program = folder / "az.py"
        program.write_text(_AZ, encoding="utf-8")
        # A shell in between: the first line of a script cannot name an interpreter in a path with a space.
        started = f"exec {shlex.quote(sys.executable)} {shlex.quote(str(program))}"
        az.write_text(f'#!/bin/sh\n{started} "$@"\n', encoding="utf-8")
        az.chmod(0o755)
        self._environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "AZURE": str(self._file)}

    def now(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def becomes(self, **changes: Any) -> None:
        self._file.write_text(json.dumps(self.now() | changes), encoding="utf-8")

    def run(self, script: str, *arguments: str, answer: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["bash", SCRIPTS / script, *arguments], env=self._environment, input=f"{answer}\n", text=True,
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    return Azure(tmp_path)


def test_a_rotation_ends_with_the_new_secret_alone_and_shows_none(azure: Azure) -> None:
    done = azure.run("rotate-page-secret.sh", "app", "kv", answer="yes")
    assert done.returncode == 0, done.stderr
    assert azure.now()["credentials"] == ["new"]
    assert azure.now()["vault"] == {"site-client-secret": "the new secret"}
    assert "the new secret" not in done.stdout + done.stderr


def test_a_rotation_that_did_not_work_leaves_the_old_secret(azure: Azure) -> None:
    done = azure.run("rotate-page-secret.sh", "app", "kv", answer="no")
    assert (done.returncode, azure.now()["credentials"]) == (1, ["old", "new"])


def test_a_group_goes_with_its_locks(azure: Azure) -> None:
    done = azure.run("tear-down.sh", "rg", answer="rg")
    assert done.returncode == 0, done.stderr
    assert (azure.now()["group"], azure.now()["locks"]) == (None, [])


def test_nothing_goes_without_the_groups_name(azure: Azure) -> None:
    assert azure.run("tear-down.sh", "rg", answer="yes").returncode == 1
    assert azure.now()["group"] == "rg" and len(azure.now()["locks"]) == 2


def test_waiting_messages_are_not_thrown_away_by_mistake(azure: Azure) -> None:
    azure.becomes(queues=[0, 3])
    done = azure.run("tear-down.sh", "rg", answer="rg")
    assert done.returncode == 1 and "3 messages wait" in done.stderr
    assert azure.now()["group"] == "rg"
    assert azure.run("tear-down.sh", "rg", "--lose-messages", answer="rg").returncode == 0


@pytest.mark.parametrize("script", ["rotate-page-secret.sh", "tear-down.sh"])
def test_without_arguments_a_script_says_what_it_wants(azure: Azure, script: str) -> None:
    done = azure.run(script)
    assert done.returncode != 0 and "usage:" in done.stderr
