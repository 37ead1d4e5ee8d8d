"""Dynamics in; the checks that show whether Hunter can work with it out: sign-in, columns, lengths, keys, rights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from shared.clients.dynamics import Dynamics
from shared.errors import HunterError
from shared.rules.dynamics.columns import ENTITY_SETS, RECORDS, custom_columns
from shared.rules.dynamics.custom import PRIVILEGES
from shared.rules.dynamics.input import Organisation

_PROVISION = "Run `python -m operate provision` as an administrator."


@dataclass(frozen=True, slots=True)
class DynamicsCheck:
    """One line of the checklist; `fix` says what would make it green, `code` which failure it would be."""

    name: str
    ok: bool
    detail: str = ""
    fix: str = ""
    code: str = ""


def dynamics_checks(dynamics: Dynamics) -> Iterator[DynamicsCheck]:
    """Every check, in the order in which a person would mend them. Without an answer the first says why and ends it."""
    try:
        organisation = dynamics.organisation(fresh=True)
    except HunterError as error:
        yield DynamicsCheck("dynamics sign-in", False, f"{error.code}: {error.cause}", _fix_of(error), error.code)
        return
    yield DynamicsCheck("dynamics sign-in", True, f"Application user {organisation.user_id}.")
    yield _columns(organisation)
    yield _lengths(organisation)
    yield _keys(organisation)
    yield from _rights(dynamics)


def _columns(organisation: Organisation) -> DynamicsCheck:
    missing = organisation.missing_columns
    detail = f"Missing: {', '.join(missing)}." if missing else f"All {len(list(custom_columns()))} are there."
    fix, code = (_PROVISION, "dyn_column_missing") if missing else ("", "")
    return DynamicsCheck("dynamics columns", not missing, detail, fix, code)


def _lengths(organisation: Organisation) -> DynamicsCheck:
    """Columns that hold less than we provision; texts are then cut earlier, keys may not fit."""
    short = [
        f"{record}.{column.name} {found} instead of {column.length}"
        for record, column in custom_columns()
        if column.length and (found := organisation.lengths.get((record, column.name), column.length)) < column.length
    ]
    fix = "Let these columns hold as much as `operate provision` gives them." if short else ""
    return DynamicsCheck("dynamics lengths", not short, "; ".join(short), fix)


def _keys(organisation: Organisation) -> DynamicsCheck:
    waiting = organisation.inactive_keys
    detail = f"Not active: {', '.join(waiting)}." if waiting else "All four are active."
    fix, code = (f"{_PROVISION} It waits until they are.", "dyn_key_inactive") if waiting else ("", "")
    return DynamicsCheck("dynamics keys", not waiting, detail, fix, code)


def _rights(dynamics: Dynamics) -> Iterator[DynamicsCheck]:
    """Whether each table may be read; other rights show when they are first used, by name."""
    for record in RECORDS:
        yield _tried(f"dynamics {record}", partial(dynamics.get, f"{ENTITY_SETS[record]}?$select={record}id&$top=1"))


def _tried(name: str, ask: Callable[[], object]) -> DynamicsCheck:
    try:
        ask()
    except HunterError as error:
        return DynamicsCheck(name, False, error.cause, _fix_of(error), error.code)
    return DynamicsCheck(name, True)


def _fix_of(error: HunterError) -> str:
    if error.code == "dyn_forbidden":
        listed = "; ".join(f"{table}: {', '.join(verbs)}" for table, verbs in PRIVILEGES.items())
        return f"Give Hunter's application user a role with {listed}."
    if error.code == "dyn_signin":
        return "Check DYNAMICS_TENANT_ID, DYNAMICS_CLIENT_ID and the secret, and that the application user exists."
    return "Check DYNAMICS_URL, then repeat."
