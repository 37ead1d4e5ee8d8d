"""The pipelines are well-formed, pinned, without secrets, and do what the runbook says."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
_PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return content


def _steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in _read(path)["jobs"].values() for step in job["steps"]]


def test_every_workflow_fits_githubs_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    told = subprocess.run([*command, *map(str, WORKFLOWS)], capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit_and_names_its_release(path: Path) -> None:
    used = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert used
    for line in used:
        action, _, release = line.partition("uses:")[2].partition("#")
        assert _PINNED.fullmatch(action.strip()) and release.strip().startswith("v"), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_few_rights_and_no_stored_secret(path: Path) -> None:
    text, content = path.read_text(encoding="utf-8"), _read(path)
    assert "secrets." not in text
    assert set(content["permissions"].items()) <= {("contents", "read"), ("id-token", "write")}
    assert ("id-token" in content["permissions"]) == ("azure/login@" in text)
    for step in _steps(path):
        assert "${{" not in step.get("run", ""), "an expression in a script is an injection: pass it through env"
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_what_signs_in_to_azure_runs_in_an_environment() -> None:
    for path in WORKFLOWS:
        for job in _read(path)["jobs"].values():
            if any("azure/login@" in step.get("uses", "") for step in job["steps"]):
                assert job["environment"], "the federated credential names the environment"


def test_the_genuine_compiler_runs_on_every_change() -> None:
    scripts = " ".join(step.get("run", "") for step in _steps(ROOT / ".github/workflows/check.yml"))
    assert all(word in scripts for word in (".ci/run", "az bicep lint", "az bicep build ", "az bicep build-params"))


def test_a_deployment_ends_with_the_smoke_test() -> None:
    last = _steps(ROOT / ".github/workflows/deploy.yml")[-1]
    assert "infra.tools.smoke" in last["run"]


def test_every_workflow_compiles_with_the_same_pinned_compiler() -> None:
    """And not with the one that the runner brings, which az prefers in a pipeline."""
    versions = {_read(path)["env"]["BICEP_VERSION"] for path in WORKFLOWS}
    assert len(versions) == 1 and re.fullmatch(r"v\d+\.\d+\.\d+", versions.pop())
    for path in WORKFLOWS:
        scripts = [step["run"] for step in _steps(path) if "az bicep install" in step.get("run", "")]
        assert len(scripts) == 1
        own, pinned, newest = (scripts[0].index(f"az {words}") for words in (
            "config set bicep.use_binary_from_path=false", 'bicep install --version "$BICEP_VERSION" ||',
            "bicep install\n",
        ))  # fmt: skip
        assert own < pinned < newest


def test_every_script_is_sound_bash() -> None:
    for path in WORKFLOWS:
        for step in _steps(path):
            told = subprocess.run(
                ["bash", "-n"], input=step.get("run", ""), text=True, capture_output=True, check=False
            )
            assert told.returncode == 0, f"{path.name}: {told.stderr}"
