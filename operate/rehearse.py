"""`python -m operate rehearse NEW_RULES`: a rule file in, the leads that it would move out. Changes nothing."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from shared.connections import Connections, connections
from shared.errors import HunterError
from shared.rules.company_domain import display_domain
from shared.rules.rehearsal import Move, Rehearsal, rehearse
from shared.rules.rule_file import RuleFileError, read_rule_table
from shared.rules.rule_table import RuleTable

SEGMENTS = ("Migration", "Existing", "Cold", "Skip")
PRIORITIES = ("P1", "P2", "P3", "P4", "P5", "P6")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words after `rehearse`."""
    parser.add_argument(
        "rules", metavar="NEW_RULES", help="a .json or .toml file; what it does not name stays as it is"
    )
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="leads to show (50); 0 shows all")


def run(args: argparse.Namespace, *, to: Connections | None = None) -> int:
    """Prints who would move. 0: done, 1: the storage cannot be read, 2: the file is no rule table."""
    try:
        trial = read_rule_table(args.rules)
    except RuleFileError as error:
        print(f"{args.rules} is not a rule table:", *error.problems, sep="\n  ", file=sys.stderr)
        return 2
    to = to or connections()
    try:
        result = rehearse(to.leads.all_leads(), present=to.rule_table, trial=trial)
    except HunterError as error:
        print(f"The leads cannot be read: {error}", file=sys.stderr)
        return 1
    print(report(result, present=to.rule_table, trial=trial, limit=args.limit))
    return 0


def report(result: Rehearsal, *, present: RuleTable, trial: RuleTable, limit: int) -> str:
    """The trial as text for a terminal."""
    shown = result.moves[:limit] if limit > 0 else result.moves
    lines = [f"{present.version} -> {trial.version}"]
    lines.append(f"{result.judged} leads judged from stored evidence, {result.unscanned} not scanned yet.")
    lines.append(f"{len(result.moves)} would move. Nothing was changed.")
    if result.moves:
        head = ("domain", "score", "segment", "priority", "why")
        lines += ["", *_columns([head, *map(_row, shown)])]
        if more := len(result.moves) - len(shown):
            lines.append(f"… and {more} more; --limit 0 shows all.")
        lines += ["", *_columns([("", "now", "then"), *_totals(result)])]
    return "\n".join(lines)


def _row(move: Move) -> tuple[str, ...]:
    old, new = move.old, move.new
    return (
        display_domain(move.domain),
        _arrow(str(old.score), str(new.score)),
        _arrow(old.segment, new.segment),
        _arrow(old.priority, new.priority),
        move.reasons or "other thresholds",
    )


def _totals(result: Rehearsal) -> list[tuple[str, ...]]:
    def rows(names: Sequence[str], now: Counter[str], then: Counter[str]) -> list[tuple[str, ...]]:
        return [(name, str(now[name]), str(then[name])) for name in names if now[name] or then[name]]

    return rows(SEGMENTS, result.segments_now, result.segments_then) + rows(
        PRIORITIES, result.priorities_now, result.priorities_then
    )


def _arrow(old: str, new: str) -> str:
    return old if old == new else f"{old} -> {new}"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
