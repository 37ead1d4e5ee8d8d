"""A moment in, the runs from before it gone, with their items: all but those that have not ended or whose faults are
still open.

The row of a run goes first, and only as it was read, so that one which somebody resumes just then stays whole. Items
tell their age by their run's id; whose run has gone, goes: what a death leaves behind, the next night finds.
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from shared.clients.old_rows import MOST, delete_unchanged, old_rows
from shared.clients.run_store import run_id_at, run_of
from shared.clients.tables import Tables
from shared.rules.run import may_go

_RUNS = "PartitionKey eq 'runs' and RowKey gt @oldest"
_WORDS = "PartitionKey eq 'cancel' and RowKey gt @oldest"
_BESIDE = "PartitionKey gt @oldest and PartitionKey lt @end"
_SETS = "PartitionKey gt 'set:' and PartitionKey lt 'set;' and at lt @before"


def prune_runs(tables: Tables, *, before: datetime, unsettled: Collection[str]) -> dict[str, int]:
    """Deletes what is older; returns how many runs and items went. May be cut off and run again.

    `unsettled`: the traces of the faults that are not settled.
    """
    table, oldest = tables.table("runs"), f"{run_id_at(before)}-~"
    runs = delete_unchanged(table, islice(_ended(table, oldest, unsettled), MOST))
    standing = {row["RowKey"] for row in old_rows(table, _RUNS, {"oldest": oldest})}
    words = (row for row in old_rows(table, _WORDS, {"oldest": oldest}) if row["RowKey"] not in standing)
    delete_unchanged(table, islice(words, MOST))
    items, _ = (_pruned_beside(table, kind, oldest, standing) for kind in ("items", "seen"))
    _prune_sets(table, before)
    return {"runs": runs, "run_items": items}


def _ended(table: Any, oldest: str, unsettled: Collection[str]) -> Iterator[Any]:
    for row in old_rows(table, _RUNS, {"oldest": oldest}, more=("kind", "state", "content")):
        if may_go(run_of(row), unsettled=unsettled):
            yield row


def _pruned_beside(table: Any, kind: str, oldest: str, standing: Collection[str]) -> int:
    """Rows whose partition names a run that has gone; how many went."""
    rows = old_rows(table, _BESIDE, {"oldest": f"{kind}:{oldest}", "end": f"{kind};"})
    return delete_unchanged(
        table, islice((row for row in rows if row["PartitionKey"].partition(":")[2] not in standing), MOST)
    )


def _prune_sets(table: Any, before: datetime) -> None:
    """The domains of bulk runs, once no run names them."""
    old = list(islice(old_rows(table, _SETS, {"before": before.isoformat()}), MOST))
    if old:
        runs = old_rows(table, "PartitionKey eq 'runs' and kind eq @kind", {"kind": "bulk-push"}, more=("content",))
        named = {f"set:{json.loads(row['content'])['request'].get('set')}" for row in runs}
        delete_unchanged(table, (row for row in old if row["PartitionKey"] not in named))
