"""`python -m operate provision`: Hunter's publisher, solution, columns and alternate keys in Dynamics, made where they
are missing.

Repeatable: what is there stays. One change at a time, since Dynamics locks its customisations; at the end it waits
until every key is Active. Run it as an administrator of the environment, not as Hunter's own user.
"""

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from shared.clients.dynamics import Dynamics
from shared.clients.dynamics_errors import Conflict
from shared.connections import Connections
from shared.errors import HunterError, PermanentError, TransientError
from shared.rules.dynamics.columns import KEY_COLUMN, RECORDS, Record, custom_columns
from shared.rules.dynamics.custom import (
    PRIVILEGES,
    PRIVILEGES_IF,
    PUBLISHER,
    SOLUTION,
    column_definition,
    key_definition,
    publish_xml,
)
from shared.setting_list import Settings
from shared.settings import SettingsInvalidError, read_each, read_settings

_STRONG = {"Consistency": "Strong"}
"""Metadata just changed is otherwise stale for half a minute."""
_IN_SOLUTION = {"MSCRM.SolutionUniqueName": str(SOLUTION["uniquename"])}
_LOCKED_TRIES = 20

Say = Callable[[str], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--as azure-cli` signs in as the person at the keyboard; `--wait` bounds the wait for the keys."""
    parser.add_argument(
        "--as", dest="identity", choices=("settings", "azure-cli"), default="settings", help="who does it"
    )
    parser.add_argument("--wait", type=float, default=900, metavar="SECONDS", help="how long to wait for active keys")


def run(args: argparse.Namespace) -> int:
    """0: everything is there and active. 1: something failed, said on stderr. 2: not configured."""
    to = Connections(_settings(args))
    if not to.settings.dynamics_url:
        print("DYNAMICS_URL is not set.", file=sys.stderr)
        return 2
    dynamics = _as_person(to) if args.identity == "azure-cli" else to.dynamics
    try:
        provision(dynamics, say=print)
        waiting = wait_for_keys(dynamics, seconds=args.wait, say=print)
    except HunterError as error:
        print(f"{error.code}: {error.cause}", file=sys.stderr)
        return 1
    except Conflict as error:
        print(f"{error} Somebody else may be customising: run this again.", file=sys.stderr)
        return 1
    if waiting:
        print(f"Not active after {args.wait:.0f} s: {', '.join(waiting)}. Run this again later.", file=sys.stderr)
        return 1
    print("Hunter's security role needs:")
    for table, verbs in PRIVILEGES.items():
        print(f"  {table}: {', '.join(verbs)}")
    for privileges, when in PRIVILEGES_IF.items():
        print(f"  {privileges}, {when}")
    return 0


def _settings(args: argparse.Namespace) -> Settings:
    """As azure-cli only what is given must be right: a person may have no way to Hunter's storage."""
    if args.identity == "settings":
        return read_settings(args.environment)
    settings, problems = read_each(args.environment)
    if problems:
        raise SettingsInvalidError(problems)
    return settings


def provision(dynamics: Dynamics, *, say: Say, pause: float = 3) -> int:
    """Makes what is missing; returns how many things were made."""
    made = _publisher_and_solution(dynamics, say)
    for record, column in custom_columns():
        if not _exists(dynamics, record, "Attributes", f"LogicalName eq '{column.name}'"):
            _change(dynamics, f"{_table(record)}/Attributes", column_definition(column), pause)
            say(f"created column {record}.{column.name}")
            made += 1
    for record in RECORDS:
        if KEY_COLUMN[record] not in {key for one in keys_of(dynamics, record) for key in one["KeyAttributes"]}:
            _change(dynamics, f"{_table(record)}/Keys", key_definition(record), pause)
            say(f"created key {record}.{KEY_COLUMN[record]}")
            made += 1
    if made:
        dynamics.post("PublishXml", {"ParameterXml": publish_xml()})
        say("published")
    else:
        say("everything is there already")
    return made


def wait_for_keys(dynamics: Dynamics, *, seconds: float, say: Say, pause: float = 3) -> list[str]:
    """Waits until every key is Active, waking up failed ones; returns those that are not."""
    end = time.monotonic() + seconds
    while True:
        waiting = []
        for record in RECORDS:
            for key in keys_of(dynamics, record):
                if key["KeyAttributes"] != [KEY_COLUMN[record]] or key["EntityKeyIndexStatus"] == "Active":
                    continue
                waiting.append(f"{record}.{KEY_COLUMN[record]} ({key['EntityKeyIndexStatus']})")
                if key["EntityKeyIndexStatus"] == "Failed":
                    _reactivate(dynamics, record, key, say)
        if not waiting or time.monotonic() >= end:
            return waiting
        say(f"waiting for {', '.join(waiting)}")
        time.sleep(pause)


def keys_of(dynamics: Dynamics, record: Record) -> list[dict[str, Any]]:
    """The alternate keys of a table as they stand this moment."""
    path = f"{_table(record)}/Keys?$select=SchemaName,LogicalName,KeyAttributes,EntityKeyIndexStatus"
    return list(dynamics.get(path, headers=_STRONG)["value"])


def _publisher_and_solution(dynamics: Dynamics, say: Say) -> int:
    made = 0
    publisher = _id_of(dynamics, "publishers", "publisherid", str(PUBLISHER["uniquename"]))
    if publisher is None:
        dynamics.post("publishers", PUBLISHER)
        publisher = _id_of(dynamics, "publishers", "publisherid", str(PUBLISHER["uniquename"]))
        say("created publisher hunter")
        made += 1
    if _id_of(dynamics, "solutions", "solutionid", SOLUTION["uniquename"]) is None:
        dynamics.post("solutions", {**SOLUTION, "publisherid@odata.bind": f"/publishers({publisher})"})
        say(f"created solution {SOLUTION['uniquename']}")
        made += 1
    return made


def _id_of(dynamics: Dynamics, entity_set: str, column: str, name: str) -> str | None:
    condition = quote(f"uniquename eq '{name}'")
    rows = dynamics.get(f"{entity_set}?$select={column}&$filter={condition}")["value"]
    return str(rows[0][column]) if rows else None


def _exists(dynamics: Dynamics, record: Record, part: str, condition: str) -> bool:
    path = f"{_table(record)}/{part}?$select=LogicalName&$filter={quote(condition)}"
    return bool(dynamics.get(path, headers=_STRONG)["value"])


def _change(dynamics: Dynamics, path: str, content: dict[str, Any], pause: float) -> None:
    """One metadata change; waits while somebody else's holds the lock."""
    for last in range(_LOCKED_TRIES):
        try:
            dynamics.post(path, content, headers=_IN_SOLUTION)
            return
        except TransientError:
            if last == _LOCKED_TRIES - 1:
                raise
            time.sleep(pause)


def _reactivate(dynamics: Dynamics, record: Record, key: dict[str, Any], say: Say) -> None:
    """A failed index is built anew; it fails again while two rows share a value, which the message then says."""
    say(f"key {record}.{KEY_COLUMN[record]} failed: look for two rows with the same value; building it anew")
    dynamics.post("ReactivateEntityKey", {"EntityLogicalName": record, "EntityKeyLogicalName": key["LogicalName"]})


def _table(record: Record) -> str:
    return f"EntityDefinitions(LogicalName='{record}')"


def _as_person(to: Connections) -> Dynamics:
    from azure.core.exceptions import ClientAuthenticationError
    from azure.identity import AzureCliCredential

    from shared.clients.http_session import HttpSession

    url, credential = to.settings.dynamics_url, AzureCliCredential()
    scope = f"{url.rstrip('/')}/.default"

    def token(force_refresh: bool = False) -> str:
        try:
            return str(credential.get_token(scope).token)
        except ClientAuthenticationError as error:
            said = str(error.message).splitlines()[0]
            raise PermanentError("dyn_signin", f"{said}. Run `az login`, then repeat.") from None

    return Dynamics(url, session=HttpSession(url, failure="dyn_unavailable"), token=token)
