"""The shapes of a judgement: lines that add up to the score, and sentences made from the same facts."""

from dataclasses import dataclass
from typing import Any, Literal

LineState = Literal["counted", "unknown", "info"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the breakdown. `unknown`: nobody answered. `info`: true, but something else rules. Both: 0 points.

    The page translates by `rule` and, where there is one, `params["variant"]`; `text` is the English.
    """

    rule: str
    points: int
    state: LineState
    params: dict[str, Any]
    text: str
    evidence: str | None
    """The check to look at (`mx`, `spf` …), `referral`, or None for a limit."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence for a person; the page renders `code` and `params` in the reader's language."""

    code: str
    params: dict[str, Any]
    text: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole judgement of one domain. The lines' points sum to `score`, always."""

    score: int
    segment: str
    priority: str
    priority_label: str
    technical_heat: str
    commercial_segment: str
    commercial_heat: str
    provider: str
    completeness: int
    rules_version: str
    lines: tuple[Line, ...]
    sentences: tuple[Sentence, ...]
    headline: Sentence
