"""A row that is about to be written goes in; the rows that published duplicate rules match with it come out."""

from sandbox.dataverse.errors import DUPLICATE_BY_RULE, Refusal
from sandbox.dataverse.rows import Link, Row, Rows, fold


def refuse_duplicates(rows: Rows, table: str, row_id: str, row: Row) -> None:
    """Raises what a rule gives; it does not say which rows matched."""
    if any(match != (table, row_id) for match in matches(rows, table, row)):
        raise Refusal(
            DUPLICATE_BY_RULE,
            "A record was not created or updated because a duplicate of the current record already exists.",
        )


def matches(rows: Rows, table: str, row: Row, *, matching: str | None = None) -> list[Link]:
    """Every row that a published rule calls a duplicate of this one, inactive ones too; conditions combine with AND."""
    found: dict[Link, None] = {}
    for rule in rows.all("duplicaterule"):
        published = rule["statecode"] == 1 and rule["baseentityname"] == table
        if not published or matching not in (None, rule["matchingentityname"]):
            continue
        for other_id in sorted(_by_rule(rows, rule, row)):
            found[Link(rule["matchingentityname"], other_id)] = None
    return list(found)


def _by_rule(rows: Rows, rule: Row, row: Row) -> set[str]:
    columns, values = [], []
    for condition_id in rows.find("duplicaterulecondition", ("regardingobjectid",), (rule["duplicateruleid"],)):
        condition = rows.get("duplicaterulecondition", condition_id) or {}
        value = row.get(condition["baseattributename"])
        if fold(value) in (None, "") and condition.get("ignoreblankvalues"):
            return set()
        columns.append(condition["matchingattributename"])
        values.append(value)
    return rows.find(rule["matchingentityname"], tuple(columns), tuple(values)) if columns else set()
