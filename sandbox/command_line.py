"""The command line of `python -m sandbox` → what to start and how; wrong arguments end with exit code 2."""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

SERVICES = ("host", "bus", "storage", "entra", "partner-center", "dataverse", "dns", "rdap", "front")
SETTING_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*")
PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. `ports` None means free ports and 4280 for the page; 0 means free ports for all."""

    services: frozenset[str]
    json: bool
    referrals: Path | None
    zone: Path | None
    overrides: dict[str, str]
    ports: int | None
    keep: Path | None
    lock_seconds: float | None
    clock_offset: float
    hosts: int
    seed: int
    app: Path
    tied: bool
    func: bool


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not SETTING_NAME.fullmatch(name):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def _json_file(text: str) -> Path:
    path = Path(text).resolve()
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise argparse.ArgumentTypeError(f"'{text}' cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not JSON: {error}") from None
    return path


def _list_file(text: str) -> Path:
    path = _json_file(text)
    if not isinstance(json.loads(path.read_text(encoding="utf-8")), list):
        raise argparse.ArgumentTypeError(f"'{text}' is not a JSON list of referrals")
    return path


def _zone_file(text: str) -> Path:
    from sandbox.dns.zone_file import read_zone

    path = _json_file(text)
    try:
        read_zone(path)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return path


def _number(lowest: float, highest: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = lowest - 1
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"'{text}' is not a number from {lowest:g} to {highest:g}")
        return value

    return read


def _count(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {lowest} to {highest}")
        return int(text)

    return read


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m sandbox", description="Hunter's cloud on this machine.", allow_abbrev=False)
    add = parser.add_argument
    add("--json", action="store_true", help="print one JSON object with addresses and settings when ready")
    add("--referrals", type=_list_file, metavar="FILE", help="a JSON list of Referral resources instead of the samples")
    add("--zone", type=_zone_file, metavar="FILE", help="what DNS answers, instead of the samples")
    add("--set", type=_setting, action="append", default=[], metavar="NAME=VALUE",
        help="override a setting of the functions; an empty value unsets it")  # fmt: skip
    add("--only", action="append", choices=SERVICES, metavar="NAME", help=f"start only this: {', '.join(SERVICES)}")
    add("--without", action="append", choices=SERVICES, default=[], metavar="NAME", help="start all but this")
    add("--ports", type=_count(0, 65_000), metavar="BASE", help="fixed ports from BASE on; 0: free ports for all")
    add("--keep", type=Path, metavar="DIR", help="keep tables, Dataverse and the token cache here")
    add("--lock-seconds", type=_number(0.5, 300), metavar="N", help="how long a queue message stays locked (60)")
    add(
        "--clock-offset",
        type=_number(-1e8, 1e8),
        default=0.0,
        metavar="S",
        help="the services' clocks are S seconds off",
    )
    add("--hosts", type=_count(1, 8), default=1, metavar="N", help="how many function host processes")
    add("--seed", type=_count(0, 2**31), default=0, metavar="N", help="the seed of every chance")
    add("--app", type=Path, default=PROJECT, metavar="DIR", help="another function app than this project's")
    add("--tied", action="store_true", help="end when standard input ends, so that no test leaves a sandbox behind")
    add("--func", action="store_true", help="run Core Tools' func start in place of the stand-in host")
    return parser


def read_command_line(arguments: Sequence[str]) -> Options:
    """The options; exits with 2 and one sentence on stderr when they are wrong."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if not (given.app / "host.json").is_file():
        parser.error(f"argument --app: '{given.app}' holds no host.json")
    if given.func and (given.hosts > 1 or given.ports is not None):
        parser.error("argument --func: Core Tools is one host on fixed ports, without --hosts and --ports")
    services = frozenset(given.only or SERVICES) - frozenset(given.without)
    if not services:
        parser.error("argument --without: nothing is left to start")
    return Options(
        services=services,
        json=given.json,
        referrals=given.referrals,
        zone=given.zone,
        overrides=dict(given.set),
        ports=given.ports,
        keep=given.keep.resolve() if given.keep else None,
        lock_seconds=given.lock_seconds,
        clock_offset=given.clock_offset,
        hosts=given.hosts,
        seed=given.seed,
        app=given.app.resolve(),
        tied=given.tied,
        func=given.func,
    )
