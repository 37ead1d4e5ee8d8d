"""Ports, settings and options → the sandbox's child processes: Service Bus, Storage, function hosts."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from sandbox.azurite import Azurite
from sandbox.child import Child
from sandbox.command_line import PROJECT, Options

INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ", "HTTPS_PROXY", "https_proxy")


def plain_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What every child gets of ours. Settings of the functions are never inherited, so that two runs are alike."""
    kept = {name: environment[name] for name in INHERITED if name in environment}
    return kept | {"NO_PROXY": "127.0.0.1,localhost", "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(PROJECT)}


def bus_process(ports: Mapping[str, int], options: Options, logs: Path) -> Child:
    """Service Bus in a process of its own, since it is the busiest of all."""
    command = [
        sys.executable, "-m", "sandbox.bus", "--port", str(ports["bus"]), "--control-port", str(ports["bus_control"]),
        "--seed", str(options.seed),
    ]  # fmt: skip
    if options.lock_seconds is not None:
        command += ["--lock-seconds", str(options.lock_seconds)]
    return Child("bus", command, environment=plain_environment(), log=logs / "bus.log")


def storage_process(azurite: Azurite, logs: Path) -> Child:
    """Azurite, on a leash: Node would not notice that we are gone."""
    command = [sys.executable, "-m", "sandbox.leash", *azurite.command]
    environment = plain_environment() | azurite.environment
    return Child("storage", command, environment=environment, log=logs / "storage.log")


def host_process(
    number: int, *, port: int, app: Path, settings: Mapping[str, str], logs: Path, started: Callable[[], None]
) -> Child:
    """A function host; started again when it dies, with the same settings and the same name."""
    name = f"host-{number}"
    command = [sys.executable, "-m", "sandbox.host", "--app", str(app), "--port", str(port), "--instance", name]
    return Child(
        name,
        command,
        environment=plain_environment() | dict(settings),
        log=logs / f"{name}.log",
        restart=True,
        started=started,
    )
