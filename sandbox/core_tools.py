"""The functions' settings → `local.settings.json` and `func start`, the genuine host, where a person has Core Tools."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.child import Child
from sandbox.processes import plain_environment
from sandbox.readiness import NotStartedError

FILE = "local.settings.json"
OURS = "WrittenBySandbox"


def write_local_settings(app: Path, settings: Mapping[str, str]) -> None:
    """Write the file anew. Raises NotStartedError when there is one that a person wrote."""
    file = app / FILE
    if file.exists() and not json.loads(file.read_text(encoding="utf-8") or "{}").get(OURS):
        raise NotStartedError(f"{FILE} is not the sandbox's own: move it away, or delete it, and try again.")
    content = {"IsEncrypted": False, OURS: True, "Values": dict(settings), "Host": {"LocalHttpPort": 7071}}
    file.touch(mode=0o600)
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def core_tools_process(port: int, app: Path, logs: Path) -> Child:
    """`func start` in the app's folder, with the interpreter of our virtual environment, on a leash."""
    if shutil.which("func") is None:
        raise NotStartedError("Core Tools' func is missing: docs/core-tools.md says how to get it.")
    command = [sys.executable, "-m", "sandbox.leash", "func", "start", "--port", str(port)]
    environment = plain_environment() | {"VIRTUAL_ENV": sys.prefix}
    environment["PATH"] = os.pathsep.join([str(Path(sys.prefix) / "bin"), environment.get("PATH", "")])
    return Child("host-1", command, environment=environment, log=logs / "host-1.log", folder=app)
