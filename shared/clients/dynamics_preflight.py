"""Dynamics in; the checks that show whether Hunter can work with it out: sign-in, columns, lengths, keys, rights."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from shared.clients.dynamics import Dynamics
from shared.clients.dynamics_errors import Conflict
from shared.errors import HunterError, PermanentError
from shared.rules.dynamics.columns import ENTITY_SETS, RECORDS, custom_columns
from shared.rules.dynamics.custom import PRIVILEGES
from shared.rules.dynamics.input import Organisation
from shared.rules.dynamics.score_row import TABLE

_WIDEN = "Let these columns hold as much as `python -m operate provision` gives them."
_WITHOUT_SCORES = "Give the role these rights, or set DYNAMICS_PREDICTIVE_SCORES=false; leads are pushed all the same."
_PROVISION = "Run `python -m operate provision` as an administrator."
_RIGHTS = "; ".join(f"{table}: {', '.join(verbs)}" for table, verbs in PRIVILEGES.items())


@dataclass(frozen=True, slots=True)
class DynamicsCheck:
    """One line of the checklist.

    `fix` says what would make it green, `code` which failure it would be, `params` say the detail by its code.
    """

    name: str
    ok: bool
    detail: str = ""
    fix: str = ""
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def dynamics_checks(dynamics: Dynamics, *, scores: bool = False) -> Iterator[DynamicsCheck]:
    """Every check, in the order in which a person would mend them. Without an answer the first says why and ends it.

    `scores`: whether scores are to stand on Dynamics' own form, too.
    """
    try:
        organisation = dynamics.organisation(fresh=True)
    except HunterError as error:
        yield _failed("dynamics sign-in", error, _fix_of(error), detail=f"{error.code}: {error.cause}")
        return
    yield DynamicsCheck("dynamics sign-in", True, f"Application user {organisation.user_id}.")
    yield _columns(organisation)
    yield _lengths(organisation)
    yield _keys(organisation)
    yield from _rights(dynamics)
    if scores:
        yield _scores(dynamics, organisation)


def _columns(organisation: Organisation) -> DynamicsCheck:
    if missing := ", ".join(organisation.missing_columns):
        error = HunterError("dyn_column_missing", why="dyn_columns_missing", columns=missing)
        return _failed("dynamics columns", error, _PROVISION)
    return DynamicsCheck("dynamics columns", True, f"All {len(list(custom_columns()))} are there.")


def _lengths(organisation: Organisation) -> DynamicsCheck:
    """Columns that hold less than we provision; texts are then cut earlier, keys may not fit."""
    short = [
        f"{record}.{column.name} {found} < {column.length}"
        for record, column in custom_columns()
        if column.length and (found := organisation.lengths.get((record, column.name), column.length)) < column.length
    ]
    if not short:
        return DynamicsCheck("dynamics lengths", True)
    error = HunterError("dyn_column_short", why="dyn_columns_short", columns="; ".join(short))
    return _failed("dynamics lengths", error, _WIDEN)


def _keys(organisation: Organisation) -> DynamicsCheck:
    if waiting := ", ".join(organisation.inactive_keys):
        error = HunterError("dyn_key_inactive", why="dyn_keys_inactive", keys=waiting)
        return _failed("dynamics keys", error, f"{_PROVISION} It waits until they are.")
    return DynamicsCheck("dynamics keys", True, "All four are active.")


def _rights(dynamics: Dynamics) -> Iterator[DynamicsCheck]:
    """Whether each table may be read; other rights show when they are first used, by name."""
    for record in RECORDS:
        yield _tried(f"dynamics {record}", partial(dynamics.get, f"{ENTITY_SETS[record]}?$select={record}id&$top=1"))


def _scores(dynamics: Dynamics, organisation: Organisation) -> DynamicsCheck:
    """Whether the table of predictive scores may be written. Where it may not, leads go to Dynamics without it."""
    name, wanted = "dynamics predictive scores", [f"prv{verb}{TABLE}" for verb in ("Create", "Read", "Write")]
    if not organisation.predictive_scores:
        return DynamicsCheck(name, True, f"This Dynamics has no {TABLE}: scores stand in Hunter's own columns only.")
    read = _tried(name, partial(dynamics.get, f"{TABLE}s?$select={TABLE}id&$top=1"))
    if not read.ok and read.code != "dyn_forbidden":
        return read
    held = _privileges(dynamics, organisation.user_id)
    missing = [one for one in wanted if one.lower() not in held] if held else [] if read.ok else wanted
    if not missing:
        return DynamicsCheck(name, True)
    error = HunterError("dyn_forbidden", why="dyn_score_rights", rights=", ".join(missing))
    return DynamicsCheck(name, False, error.cause, _WITHOUT_SCORES, error.code, error.particulars)


def _privileges(dynamics: Dynamics, user_id: str) -> frozenset[str]:
    """The names of what the application user may do, in lower case; empty where Dynamics does not tell."""
    try:
        told = dynamics.get(f"systemusers({user_id})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()")
    except (Conflict, PermanentError):
        return frozenset()
    listed = told.get("RolePrivileges") or ()
    return frozenset(str(one["PrivilegeName"]).lower() for one in listed if one.get("PrivilegeName"))


def _tried(name: str, ask: Callable[[], object]) -> DynamicsCheck:
    try:
        ask()
    except HunterError as error:
        return _failed(name, error, _fix_of(error))
    return DynamicsCheck(name, True)


def _failed(name: str, error: HunterError, fix: str, *, detail: str = "") -> DynamicsCheck:
    rights = {"why": "dyn_rights", "rights": _RIGHTS} if error.code == "dyn_forbidden" else {}
    return DynamicsCheck(name, False, detail or error.cause, fix, error.code, {**error.particulars, **rights})


def _fix_of(error: HunterError) -> str:
    if error.code == "dyn_forbidden":
        return f"Give Hunter's application user a role with {_RIGHTS}."
    if error.code == "dyn_signin":
        return "Check DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID and the secret, and that the application user exists."
    if error.params.get("why") in ("entra_away", "entra_said"):
        return "Check AZURE_AUTHORITY_HOST and the way out to it, then repeat."
    return "Check DYNAMICS_URL, then repeat."
