"""What to ask Dynamics about itself, and the answers as an `Organisation`: lengths, choices, keys, currencies, who we
are.
"""

from collections.abc import Sequence
from typing import Any

from shared.rules.dynamics.columns import KEY_COLUMN, RECORDS, Record, custom_columns
from shared.rules.dynamics.input import Organisation

_KINDS = ("String", "Memo")


def metadata_paths() -> list[str]:
    """The questions, relative to the API, for one `$batch`; `organisation_of` reads the answers in this order."""
    paths = []
    for record in RECORDS:
        of = f"EntityDefinitions(LogicalName='{record}')"
        paths.append(f"{of}/Attributes?$select=LogicalName")
        paths += [
            f"{of}/Attributes/Microsoft.Dynamics.CRM.{kind}AttributeMetadata?$select=LogicalName,MaxLength"
            for kind in _KINDS
        ]
        paths.append(
            f"{of}/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)"
        )
        paths.append(f"{of}/Keys?$select=SchemaName,KeyAttributes,EntityKeyIndexStatus")
    return [
        *paths,
        "transactioncurrencies?$select=transactioncurrencyid,isocurrencycode&$filter=statecode%20eq%200",
        "WhoAmI",
        "EntityDefinitions?$select=LogicalName&$filter=LogicalName%20eq%20'msdyn_predictivescore'",
    ]


def organisation_of(answers: Sequence[dict[str, Any]]) -> Organisation:
    """The answers to `metadata_paths` as what this organisation can take."""
    waiting = iter(answers)
    columns: dict[Record, set[str]] = {}
    lengths: dict[tuple[str, str], int] = {}
    choices: dict[tuple[str, str], frozenset[int]] = {}
    active: set[str] = set()
    for record in RECORDS:
        columns[record] = {str(one["LogicalName"]) for one in _listed(next(waiting))}
        for _ in _KINDS:
            lengths |= {
                (record, one["LogicalName"]): int(one["MaxLength"])
                for one in _listed(next(waiting))
                if one.get("MaxLength")
            }
        for one in _listed(next(waiting)):
            options = (one.get("OptionSet") or {}).get("Options") or []
            choices[record, one["LogicalName"]] = frozenset(int(option["Value"]) for option in options)
        active |= {
            f"{record}.{one['KeyAttributes'][0]}"
            for one in _listed(next(waiting))
            if one.get("EntityKeyIndexStatus") == "Active" and len(one.get("KeyAttributes") or ()) == 1
        }
    currencies = {one["isocurrencycode"]: str(one["transactioncurrencyid"]).lower() for one in _listed(next(waiting))}
    return Organisation(
        lengths=lengths,
        choices=choices,
        currencies=currencies,
        missing_columns=tuple(
            f"{record}.{one.name}" for record, one in custom_columns() if one.name not in columns[record]
        ),
        inactive_keys=tuple(key for record in RECORDS if (key := f"{record}.{KEY_COLUMN[record]}") not in active),
        user_id=str(next(waiting).get("UserId") or "").lower(),
        predictive_scores=bool(_listed(next(waiting))),
    )


def _listed(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(answer.get("value") or ())
