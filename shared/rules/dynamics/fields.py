"""One record's wanted values and the row that is there in; what happens to each column, and why, out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from shared.rules.dynamics.columns import COLUMNS, Column, Owner, Record
from shared.rules.dynamics.memory import Memory, fingerprint, plain, same
from shared.rules.dynamics.state import Row

FieldAction = Literal["create", "update", "match", "skip"]


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One column: `old` is what is there, `new` what Hunter says. `why` is a code:

    new, ours, seller_overruled, source_changed, fill_blank · equal · seller_changed, seller_cleared, theirs,
    create_only, other_currency, goes_with_amount.
    """

    column: str
    action: FieldAction
    old: Any
    new: Any
    why: str

    @property
    def written(self) -> bool:
        """Whether the column is sent."""
        return self.action in ("create", "update")

    @property
    def conflict(self) -> bool:
        """Whether Hunter and a person disagree about this column."""
        return self.why in ("seller_changed", "seller_cleared", "seller_overruled")


def new_fields(record: Record, values: Mapping[str, Any]) -> tuple[FieldPlan, ...]:
    """Every column of a record that is to be created."""
    return tuple(
        FieldPlan(column.name, "create", None, values[column.name], "new")
        for column in COLUMNS[record]
        if values.get(column.name) is not None
    )


def changed_fields(
    record: Record,
    values: Mapping[str, Any],
    row: Row,
    memory: Memory | None,
    *,
    fills_only: bool = False,
    stand_ins: Collection[str] = (),
) -> tuple[FieldPlan, ...]:
    """Every column that Hunter has something to say about, for a record that is there.

    Stamps go along with changes only. `fills_only`: columns that a person may change are filled while blank.
    `stand_ins`: columns whose value only stands in for one that is missing.
    """
    written = memory.written if memory else {}
    plans: list[FieldPlan] = []
    stamps = []
    for column in COLUMNS[record]:
        if column.name not in values or says_nothing(column, values[column.name], written, stand_ins):
            continue
        if column.stamp:
            stamps.append(FieldPlan(column.name, "update", row.get(column.read_name), values[column.name], "ours"))
            continue
        owner: Owner = "theirs" if fills_only and column.owner == "last_writer" else column.owner
        plans.append(_field(column, owner, values[column.name], row, written.get(column.name)))
    settled = _with_currency(record, plans)
    return tuple(settled + stamps) if any(plan.written for plan in settled) else tuple(settled)


def says_nothing(column: Column, new: Any, written: Mapping[str, str], stand_ins: Collection[str]) -> bool:
    """Whether there is nothing to say of a column: no value now and none that Hunter ever wrote, or a mere stand-in
    where Hunter once wrote something better."""
    if column.name in written:
        return column.name in stand_ins
    return new is None and not column.clears


def _field(column: Column, owner: Owner, new: Any, row: Row, last: str | None) -> FieldPlan:
    """One column by its owner. `last`: the fingerprint of what Hunter wrote there before."""
    old = row.get(column.read_name)

    def plan(action: FieldAction, why: str) -> FieldPlan:
        return FieldPlan(column.name, action, old, new, why)

    if same(old, new):
        return plan("match", "equal")
    if column.create_only:
        return plan("skip", "create_only")
    untouched = last is not None and fingerprint(old) == last
    if owner == "ours":
        return plan("update", "ours" if untouched or last is None else "seller_overruled")
    if plain(old) is None and last is None:
        return plan("update", "fill_blank")
    if owner == "theirs":
        return plan("skip", "theirs")
    if untouched:
        return plan("update", "source_changed")
    return plan("skip", "seller_cleared" if plain(old) is None else "seller_changed")


def _with_currency(record: Record, plans: list[FieldPlan]) -> list[FieldPlan]:
    """An amount is written only together with its own currency, so that no number changes its meaning.

    Dynamics gives every record a currency of its own accord; while there is no amount it means nothing and gives way.
    """
    money = next((column.name for column in COLUMNS[record] if column.kind == "money"), None)
    by_name = {plan.column: plan for plan in plans}
    amount, currency = by_name.get(money or ""), by_name.get("transactioncurrencyid")
    if amount is None or currency is None:
        return plans
    if amount.written and currency.action == "skip":
        if plain(amount.old) is None:
            currency = replace(currency, action="update", why="goes_with_amount")
        else:
            amount = replace(amount, action="skip", why="other_currency")
    elif amount.action == "skip" and currency.written:
        currency = replace(currency, action="skip", why="goes_with_amount")
    return [{amount.column: amount, currency.column: currency}.get(plan.column, plan) for plan in plans]
