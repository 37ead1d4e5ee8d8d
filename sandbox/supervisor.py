"""Options → the whole sandbox: every service started in order, watched, and ended with everything it started."""

import asyncio
import contextlib
import errno
import json
import os
import sys
from collections.abc import Coroutine
from functools import partial
from typing import Any

from sandbox.azurite import plan_azurite
from sandbox.certificates import make_certificates
from sandbox.child import Child
from sandbox.command_line import SERVICES, Options
from sandbox.core_tools import core_tools_process, write_local_settings
from sandbox.drain import drain
from sandbox.function_settings import Addresses, check_settings, function_settings
from sandbox.policy_host import policies
from sandbox.ports import choose_ports, core_tools_ports, demand_free
from sandbox.processes import bus_process, host_process, storage_process
from sandbox.readiness import NotStartedError, port_answers, status_of_host
from sandbox.run_identity import read_identity
from sandbox.running import Running
from sandbox.stand_ins import STAND_INS, share, start_front, write_token_cache
from sandbox.state_directory import StateDirectory

PIDS = "pids.json"


def tell(name: str, address: str) -> None:
    """One line per service on stderr."""
    print(f"{name:<16} {address}", file=sys.stderr, flush=True)


async def _named(name: str, starting: Coroutine[Any, Any, None]) -> None:
    """Say in one sentence which service did not start."""
    try:
        await starting
    except (OSError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            reason = f"{error.strerror}; free it, or choose other ports with --ports."
        raise NotStartedError(f"{name} did not start: {reason}") from error


class Supervisor:
    """Starts, watches and ends one sandbox. `services` and `settings` are those of the JSON of `--json`."""

    def __init__(self, options: Options, state: StateDirectory) -> None:
        self.options = options
        self.state = state
        self.services: dict[str, Any] = {}
        self.settings: dict[str, str] = {}
        self.hosts: list[str] = []
        self._ports = core_tools_ports() if options.func else choose_ports(options.ports, hosts=options.hosts)
        identity = read_identity(state.path)
        certificates = make_certificates(state.path / "certificates", hosts=policies())
        self._shared = share(options, self._ports, state.path, identity, certificates)
        self._addresses = Addresses(trusted=self._shared.certificates.bundle, overrides=options.overrides)
        self._children: list[Child] = []
        self._running: dict[str, Running] = {}

    async def start(self) -> None:
        """Start what was asked for. Raises NotStartedError, alone or in a group, for what does not come up."""
        wanted = self.options.services
        starters = {"bus": self._start_bus, "storage": self._start_storage}
        async with asyncio.TaskGroup() as group:
            for name in SERVICES:
                if name in wanted and name not in ("host", "front"):
                    starter = starters.get(name) or partial(self._start_stand_in, name)
                    group.create_task(_named(name, starter()))
        if "entra" in wanted:
            self._addresses.token_cache = write_token_cache(self._shared, self.services["entra"])
        self.settings = function_settings(self._addresses, self._shared.identity)
        check_settings(self.options, self.settings)
        async with asyncio.TaskGroup() as group:
            for number in self._host_numbers():
                group.create_task(_named("host", self._start_host(number)))
        if "front" in wanted:
            await _named("front", self._start_front())

    def _host_numbers(self) -> range:
        return range(1, self.options.hosts + 1) if "host" in self.options.services else range(0)

    def _serve(self, name: str, address: str) -> None:
        self.services[name] = address
        tell(name, address)

    async def _start_child(self, child: Child) -> Child:
        self._children.append(child)
        await child.start()
        return child

    async def _start_bus(self) -> None:
        demand_free(self._ports["bus"], self._ports["bus_control"])
        child = await self._start_child(bus_process(self._ports, self.options, self.state.logs))
        await port_answers(child, self._ports["bus_control"])
        address = f"sb://127.0.0.1:{self._ports['bus']}"
        self._addresses.bus = (
            f"Endpoint={address};SharedAccessKeyName=sandbox;SharedAccessKey=c2FuZGJveA==;UseDevelopmentEmulator=true"
        )
        self._serve("bus", address)
        self._serve("bus_control", f"http://127.0.0.1:{self._ports['bus_control']}")

    async def _start_storage(self) -> None:
        location = self.state.path / "storage" if self.options.keep else None
        azurite = plan_azurite(self._ports, location=location)
        demand_free(*azurite.ports.values())
        child = await self._start_child(storage_process(azurite, self.state.logs))
        for port in azurite.ports.values():
            await port_answers(child, port)
        self._addresses.storage = azurite.connection_string
        self.services["storage"] = azurite.addresses
        tell("storage", " ".join(azurite.addresses.values()))

    async def _start_stand_in(self, name: str) -> None:
        running = await STAND_INS[name](self._shared)
        self._running[name] = running
        for field, address in {name.replace("-", "_"): running.address, **running.beside}.items():
            setattr(self._addresses, field, address)
        self._serve(name, running.address)

    async def _start_host(self, number: int) -> None:
        port = self._ports["host" if number == 1 else f"host-{number}"]
        address = f"http://127.0.0.1:{port}"
        self.hosts.append(address)
        demand_free(port)
        if self.options.func:
            await self._start_core_tools(address)
            return
        child = await self._start_child(
            host_process(
                number, port=port, app=self.options.app, settings=self.settings, logs=self.state.logs,
                started=self._note_pids,
            )
        )  # fmt: skip
        status = await status_of_host(child, address)
        for problem in status["errors"]:
            tell(child.name, f"serves no function: {problem}")
        if number == 1:
            self._serve("host", address)
        else:
            tell(child.name, address)

    async def _start_core_tools(self, address: str) -> None:
        write_local_settings(self.options.app, self.settings)
        child = await self._start_child(core_tools_process(self._ports["host"], self.options.app, self.state.logs))
        await port_answers(child, self._ports["host"])
        self._serve("host", address)

    async def _start_front(self) -> None:
        front = await start_front(self._shared, self.hosts)
        self._running["front"] = front
        self._serve("front", front.address)

    def pids(self) -> dict[str, list[int]]:
        """Process ids per service; those without a process of their own are in ours."""
        found = {name: [os.getpid()] for name in self._running}
        for child in self._children:
            if child.pid:
                found.setdefault(child.name.partition("-")[0], []).append(child.pid)
        return found

    def _note_pids(self) -> None:
        """Keep `pids.json` true: a host that is started again has another id."""
        whole = self.state.path / (PIDS + ".new")
        whole.write_text(json.dumps(self.pids()), encoding="utf-8")
        whole.replace(self.state.path / PIDS)

    def ready(self) -> dict[str, Any]:
        """The one object of `--json`."""
        self._note_pids()
        return {
            "ready": True,
            "services": self.services,
            "settings": self.settings,
            "state": str(self.state.path),
            "hosts": self.hosts,
            "pids": self.pids(),
        }

    async def watch(self) -> None:
        """Start hosts again that die; raises ChildDiedError when another service does."""
        if not self._children:
            await asyncio.Event().wait()
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(child.watch())

    async def stop(self) -> None:
        """End everything: the page first, then the hosts, then what they work with. Kept queues are drained before."""
        if front := self._running.pop("front", None):
            await front.close()
        if self.options.keep and "bus_control" in self.services:
            await drain(self.services["bus_control"])
        hosts = [child for child in self._children if child.name.startswith("host")]
        others = [child for child in self._children if child not in hosts]
        await asyncio.gather(*(child.stop() for child in hosts))
        for running in self._running.values():
            with contextlib.suppress(Exception):
                await running.close()
        await asyncio.gather(*(child.stop() for child in others))
