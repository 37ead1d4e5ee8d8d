"""Sort orders of a list's rows: each sorted once when it is first asked for, then mended as rows change."""

from array import array
from bisect import insort
from collections.abc import Callable, Sequence
from functools import total_ordering
from typing import Any, Protocol

_MOST_ORDERS = 12
_MEND_AT_MOST = 2_000
"""Changed rows beyond which sorting anew is quicker."""


class Rows(Protocol):
    """What is sorted."""

    def slots_by(self, sorts: tuple[str, ...]) -> list[int]:
        """Every row's slot, sorted anew."""

    def mark(self, slot: int, sorts: tuple[str, ...]) -> list[Any]:
        """A row's values in that order, and its key."""

    def holds(self, slot: int) -> bool:
        """Whether there is a row in this slot."""


class Orders:
    """The orders that were asked for last."""

    def __init__(self) -> None:
        self._orders: dict[tuple[str, ...], array[int]] = {}
        self._stale: dict[tuple[str, ...], set[int]] = {}

    def changed(self, slot: int) -> None:
        """A row came, went or may have another place now."""
        for stale in self._stale.values():
            stale.add(slot)

    def order(self, sorts: tuple[str, ...], rows: Rows) -> Sequence[int]:
        """Every row's slot in this order."""
        order, stale = self._orders.get(sorts), self._stale.get(sorts, set())
        if order is None or len(stale) > _MEND_AT_MOST:
            while len(self._orders) >= _MOST_ORDERS and sorts not in self._orders:
                oldest = next(iter(self._orders))
                del self._orders[oldest], self._stale[oldest]
            order = array("I", rows.slots_by(sorts))
        elif stale:
            order = array("I", (slot for slot in order if slot not in stale))
            for slot in filter(rows.holds, stale):
                insort(order, slot, key=_place_in(sorts, rows))
        self._orders.pop(sorts, None)  # so that the one asked for last is the last to go
        self._orders[sorts], self._stale[sorts] = order, set()
        return order


def sort_place(sorts: tuple[str, ...], mark: Sequence[Any]) -> tuple[Any, ...]:
    """A mark as something that compares by the order. Raises ValueError when it belongs to another one."""
    if len(mark) != len(sorts) + 1:
        raise ValueError("the mark belongs to another order")
    values = (_comparable(value, name.startswith("-")) for name, value in zip(sorts, mark, strict=False))
    return (*values, mark[-1])


def _place_in(sorts: tuple[str, ...], rows: Rows) -> Callable[[int], tuple[Any, ...]]:
    return lambda slot: sort_place(sorts, rows.mark(slot, sorts))


@total_ordering
class _Descending:
    """A sort value turned round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and self.value == other.value

    def __lt__(self, other: "_Descending") -> bool:
        return bool(other.value < self.value)


def _comparable(value: Any, down: bool) -> tuple[int, Any]:
    """Missing values come last, upward and downward."""
    if value is None:
        return (1, 0)
    return (0, _Descending(value) if down else value)
