"""The faults, each with where it strikes: armed, counted and ended. What they do is the stand-ins' business."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos.world import World

DATAVERSE_REFUSES = "Dynamics: a plug-in refuses"
NAME_SERVERS_FAIL = "DNS: nobody answers for some domains"
EVERYTHING = "all of these at once"

_ALL = {"path": "/v1.0/*"}
_BATCH = {"path": "*/$batch"}
_PARTNER_CENTER = (
    {"match": _ALL, "drop": True, "probability": 0.15},
    {"match": _ALL, "answer": 429, "retry_after": 1, "probability": 0.1},
    {"match": _ALL, "answer": 500, "probability": 0.1},
    {"match": _ALL, "answer": 504, "probability": 0.1, "body": "<html>Gateway</html>"},
    {"match": _ALL, "truncate": 500, "probability": 0.15},
    {"match": _ALL, "delay_ms": 400, "probability": 0.3},
)
_ENTRA = (
    {"match": {"path": "*/token"}, "drop": True, "probability": 0.3},
    {"match": {"path": "*/token"}, "answer": 500, "probability": 0.3},
)
_DATAVERSE_ANSWERS = (
    {"match": _BATCH, "answer": 429, "retry_after": 1, "probability": 0.06},
    {"match": _BATCH, "answer": 500, "probability": 0.1},
    {"match": _BATCH, "answer": 504, "probability": 0.1, "body": "<html>Gateway</html>"},
    {"match": _BATCH, "drop": True, "probability": 0.1},
    {"match": _BATCH, "truncate": 300, "probability": 0.1},
    {"match": _BATCH, "delay_ms": 500, "probability": 0.2},
)
_DATAVERSE_LOSES = (
    {"match": _BATCH, "drop": True, "after_commit": True, "probability": 0.3},
    {"match": _BATCH, "answer": 504, "after_commit": True, "probability": 0.2},
)
_PLUGIN = {"error": {"code": "0x80040265", "message": "A plug-in of the customer refuses."}}
_DATAVERSE_REFUSES = ({"match": _BATCH, "answer": 400, "body": _PLUGIN},)
_BUS_REPEATS = (
    {"match": {"on": "settle"}, "duplicate": True, "probability": 0.35},
    {"match": {"on": "send"}, "duplicate": True, "probability": 0.2},
    {"match": {"on": "deliver"}, "delay_ms": 900, "probability": 0.3},
)
_BUS_BREAKS = (
    {"match": {"on": "settle"}, "lose_lock": True, "probability": 0.15},
    {"match": {"on": "send"}, "drop": True, "probability": 0.02},
    {"match": {"on": "send"}, "drop": True, "after_commit": True, "probability": 0.04},
    {"match": {"on": "send"}, "detach": True, "probability": 0.05},
    {"match": {"on": "settle"}, "detach": True, "probability": 0.03},
    {"match": {"on": "send"}, "server_busy": True, "probability": 0.1},
)


@dataclass(frozen=True, slots=True)
class Storm:
    """One kind of trouble. `faults` per stand-in; the flags are what no stand-in can do by itself."""

    name: str
    faults: Mapping[str, tuple[Mapping[str, Any], ...]]
    seconds: float = 8
    cuts: float = 0
    silent_names: bool = False
    kills: bool = False
    syncs: int = 1
    """How often Partner Center is read in full while it lasts."""


STORMS = (
    Storm("Partner Center: 429, 500, 504, dropped, cut off, slow", {"partner-center": _PARTNER_CENTER}, syncs=4),
    Storm("Entra: 500, dropped, as hosts start", {"entra": _ENTRA}, kills=True),
    Storm("Dynamics: 429, 500, 504, dropped, cut off, slow", {"dataverse": _DATAVERSE_ANSWERS}),
    Storm("Dynamics: commits, then the answer is lost", {"dataverse": _DATAVERSE_LOSES}),
    Storm(DATAVERSE_REFUSES, {"dataverse": _DATAVERSE_REFUSES}),
    Storm("Service Bus: delivers twice, late, out of order", {"bus_control": _BUS_REPEATS}),
    Storm("Service Bus: busy, locks lost, links and connections cut", {"bus_control": _BUS_BREAKS}),
    Storm("Storage: cut before or after the work", {}, cuts=0.02),
    Storm(NAME_SERVERS_FAIL, {}, silent_names=True),
    Storm("a function host is killed again and again", {}, kills=True, seconds=24),
    Storm(
        EVERYTHING,
        {
            "partner-center": _PARTNER_CENTER,
            "entra": _ENTRA,
            "dataverse": (*_DATAVERSE_LOSES[:1], *_DATAVERSE_ANSWERS),
            "bus_control": (*_BUS_REPEATS, *_BUS_BREAKS),
        },
        cuts=0.01,
        silent_names=True,
        kills=True,
        seconds=24,
        syncs=3,
    ),
)


class Raging:
    """A storm while it lasts. `calm()` ends it and gives how often it struck."""

    def __init__(self, storm: Storm, world: World, *, domains: set[str], seed: int) -> None:
        self._storm = storm
        self._world = world
        self._kills = 0
        self._over = threading.Event()
        self._silent = set(sorted(domains)[::2]) if storm.silent_names else set()
        for service, faults in storm.faults.items():
            world.faults(service, "POST", faults)
        world.door.before = world.door.after = storm.cuts / 2
        self._cuts_before = world.door.cuts
        if self._silent:
            world.name_servers_fail(self._silent)
        self._killer = threading.Thread(target=self._kill_hosts, args=(random.Random(seed),), daemon=True)
        if storm.kills:
            self._killer.start()

    def calm(self) -> int:
        """Ends everything at once; how often it struck."""
        self._over.set()
        if self._storm.kills:
            self._killer.join(30)
        self._world.door.before = self._world.door.after = 0
        struck = self._world.door.cuts - self._cuts_before + self._kills
        if self._silent:
            self._world.name_servers_fail(set())
            struck += len(self._silent)
        for service in self._storm.faults:
            struck += sum(one["hits"] for one in self._world.faults(service)["faults"])
            self._world.faults(service, "DELETE")
        return struck

    def _kill_hosts(self, dice: random.Random) -> None:
        """One of the two at a time, as soon as it has had some seconds to work."""
        turn = 0
        while not self._over.wait(dice.uniform(1.5, 4)):
            try:
                self._world.sandbox.kill_host(turn % 2)
                self._kills += 1
            except (IndexError, ProcessLookupError):
                time.sleep(0.5)  # it is being started again
            turn += 1


def wait_for_storm(storm: Storm, *, sync: Callable[[], None]) -> None:
    """Lets it rage for its time, and has Partner Center read now and then."""
    for _ in range(storm.syncs):
        sync()
        time.sleep(storm.seconds / storm.syncs)
