"""Leads and two rule tables in; who would move, by how much and why, out. Both tables judge the same evidence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.rules.judging import evaluation_of
from shared.rules.lead import Lead
from shared.rules.rule_table import RuleTable
from shared.rules.scoring import Evaluation, explain_change

_SEEN = ("score", "segment", "priority", "technical_heat", "commercial_segment", "commercial_heat")


@dataclass(frozen=True, slots=True)
class Move:
    """One lead that another table would judge differently."""

    domain: str
    old: Evaluation
    new: Evaluation

    @property
    def reasons(self) -> str:
        """The causes in one line; empty when only the thresholds differ."""
        return "; ".join(cause.text for cause in explain_change(self.old, self.new))


@dataclass(slots=True)
class Rehearsal:
    """What a trial of another table showed."""

    judged: int = 0
    unscanned: int = 0
    moves: list[Move] = field(default_factory=list)
    segments_now: Counter[str] = field(default_factory=Counter)
    segments_then: Counter[str] = field(default_factory=Counter)
    priorities_now: Counter[str] = field(default_factory=Counter)
    priorities_then: Counter[str] = field(default_factory=Counter)


def rehearse(leads: Iterable[Lead], *, present: RuleTable, trial: RuleTable) -> Rehearsal:
    """Judges every scanned lead by both tables. Moves with a new priority come first, then the largest."""
    result = Rehearsal()
    for lead in leads:
        if lead.scan.signals is None:
            result.unscanned += 1
            continue
        old, new = evaluation_of(lead, present), evaluation_of(lead, trial)
        result.judged += 1
        result.segments_now[old.segment] += 1
        result.segments_then[new.segment] += 1
        result.priorities_now[old.priority] += 1
        result.priorities_then[new.priority] += 1
        if any(getattr(old, name) != getattr(new, name) for name in _SEEN):
            result.moves.append(Move(lead.domain, old, new))
    result.moves.sort(key=lambda move: (move.old.priority == move.new.priority, -_distance(move), move.domain))
    return result


def _distance(move: Move) -> int:
    return abs(move.new.score - move.old.score)
