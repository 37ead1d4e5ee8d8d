"""Two accounts in; what merging the second into the first would do, column by column, out."""

from dataclasses import dataclass
from typing import Any

from shared.rules.dynamics.columns import COLUMNS
from shared.rules.dynamics.memory import plain, same
from shared.rules.dynamics.state import Row, row_id, state_of


@dataclass(frozen=True, slots=True)
class MergeField:
    """One column: what the target has, what the subordinate has, and what stays."""

    column: str
    target: Any
    subordinate: Any
    after: Any


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge does. `refusal`: why it cannot be done, or None."""

    target: str
    subordinate: str
    fields: tuple[MergeField, ...] = ()
    refusal: str | None = None

    @property
    def fills(self) -> dict[str, Any]:
        """The target's blank columns that take over a value of the subordinate."""
        return {field.column: field.after for field in self.fields if not same(field.target, field.after)}


def plan_merge(target: Row | None, subordinate: Row | None, *, target_id: str, subordinate_id: str) -> MergePlan:
    """The target keeps every value that it has; its blanks are filled. Lookups and keys stay as they are."""
    if target_id == subordinate_id:
        return MergePlan(target_id, subordinate_id, refusal="identical")
    if target is None or subordinate is None:
        return MergePlan(target_id, subordinate_id, refusal="not_found")
    if state_of("account", target) != "open" or state_of("account", subordinate) != "open":
        return MergePlan(target_id, subordinate_id, refusal="inactive")
    fields = []
    for column in COLUMNS["account"]:
        if column.is_lookup or column.stamp or column.name == "hnt_domain":
            continue
        mine, theirs = target.get(column.name), subordinate.get(column.name)
        fields.append(MergeField(column.name, mine, theirs, theirs if plain(mine) is None else mine))
    return MergePlan(row_id("account", target), row_id("account", subordinate), tuple(fields))
