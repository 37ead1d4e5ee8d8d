"""Two judgements of one domain in; a sentence per cause out, such as "+30: DMARC none -> reject"."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from shared.rules.evaluation import Line, Sentence
from shared.rules.providers import provider_name

SUBJECTS = {
    "provider": "Mail provider",
    "spf": "SPF",
    "dkim": "DKIM",
    "dmarc": "DMARC",
    "spf_multiple_includes": "Too many SPF includes",
    "hosting_mx_weak": "Unprotected hosting mail",
    "no_mx": "Receives no mail",
    "tenant": "Tenant id on the referral",
    "co_sell": "Co-sell",
    "limit": "Limit to 0..100",
}
_VALUES = {
    "spf": ("spf", "present"),
    "no_spf": ("spf", "absent"),
    "dkim": ("dkim", "present"),
    "no_dkim": ("dkim", "absent"),
    "dmarc_reject": ("dmarc", "reject"),
    "dmarc_quarantine": ("dmarc", "quarantine"),
    "dmarc_none": ("dmarc", "none"),
    "no_dmarc": ("dmarc", "absent"),
    "limit": ("limit", "no"),
}
"""Rules that say something about a subject of another name, or in a word of their own; others mean that it holds."""


class Judged(Protocol):
    """An `Evaluation`, or a stored judgement whose lines are plain dicts."""

    @property
    def lines(self) -> Sequence[Line | Mapping[str, Any]]:
        """The lines that sum to the score."""


def explain_change(old: Judged, new: Judged) -> list[Sentence]:
    """Why the score moved, in the order of the lines; a change without points says +0. The points sum to the move."""
    before, after = _by_subject(old), _by_subject(new)
    said: list[Sentence] = []
    overruled = 0
    for subject in SUBJECTS:
        was, now = before.get(subject, []), after.get(subject, [])
        points = _points(now) - _points(was)
        values = (_value(was), _value(now))
        if values[0] != values[1]:
            said.append(_moved(subject, points, *values))
        elif points and "info" in (_state(was), _state(now)):
            overruled += points
        elif points:
            text = f"{points:+d}: {SUBJECTS[subject]} counts differently"
            said.append(Sentence("score_repriced", {"points": points, "subject": subject}, text))
    if overruled:
        off = any(line.state == "info" for lines in after.values() for line in lines)
        text = f"{overruled:+d}: the other lines {'no longer count' if off else 'count again'}"
        said.append(Sentence("score_overruled", {"points": overruled, "off": off}, text))
    return said


def _moved(subject: str, points: int, old: str, new: str) -> Sentence:
    params = {"points": points, "subject": subject, "old": old, "new": new}
    shown = [provider_name(value) if subject == "provider" else value.replace("_", " ") for value in (old, new)]
    return Sentence("score_moved", params, f"{points:+d}: {SUBJECTS[subject]} {shown[0]} -> {shown[1]}")


def _by_subject(judged: Judged) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for one in judged.lines:
        line = one if isinstance(one, Line) else Line(**one)
        found.setdefault(_VALUES.get(line.rule, (line.rule, ""))[0], []).append(line)
    return found


def _points(lines: Sequence[Line]) -> int:
    return sum(line.points for line in lines)


def _state(lines: Sequence[Line]) -> str:
    return lines[0].state if lines else "counted"


def _value(lines: Sequence[Line]) -> str:
    """The fact that the line of a subject stands for, in one word."""
    if not lines:
        return "no"
    line = lines[0]
    variant = line.params.get("variant")
    if variant in ("unknown", "invalid"):
        return str(variant)
    if line.rule == "provider":
        return "none" if variant == "none" else str(line.params.get("provider", "Unknown"))
    return _VALUES.get(line.rule, ("", "yes"))[1]
