"""The registry of timeline events: a code each, with its sentence. Append-only; the page has the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EVENTS: dict[str, str] = {
    "lead.added": "Added by hand.",
    "referral.received": "A {type} referral arrived: {name}.",
    "referral.changed": "The referral changed: {fields}.",
    "referral.stale": "An older copy of the referral arrived and was ignored.",
    "referral.moved": "The referral moved from {old} to {new}.",
    "domain.named": "The domain {domain} was entered by hand.",
    "scan.asked": "A scan was asked for.",
    "scan.done": "The domain was scanned: {provider}, {completeness} % answered.",
    "scan.changed": "The domain's mail set-up changed: {changes}.",
    "score.judged": "Scored {score}, {segment}.",
    "score.changed": "The score went from {old} to {new}: {reasons}.",
    "dynamics.created": "Created in Dynamics: {records}.",
    "dynamics.updated": "Updated in Dynamics: {fields}.",
    "dynamics.linked": "Linked to a record that was in Dynamics already: {record}.",
    "dynamics.skipped": "Nothing was written to Dynamics: {reason}.",
    "dynamics.failed": "Dynamics refused: {reason}.",
    "dynamics.review": "Waits for a person: {reason}.",
    "dynamics.decided": "A person decided: {decision}.",
    "dynamics.blocked": "Dynamics is left alone: {reason}.",
    "dynamics.merged": "Two accounts were merged in Dynamics.",
    "dynamics.pulled": "Changed in Dynamics: {fields}.",
    "dynamics.conflict": "{field} differs: Hunter {ours}, Dynamics {theirs}.",
    "failure.replayed": "A failed step was replayed.",
    "export.made": "{rows} rows were exported as {format}.",
    "privacy.forgotten": "Personal data was deleted on request.",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline: what happened, who did it (`hunter` or a user id), and its particulars.

    No personal data.
    """

    code: str
    who: str = "hunter"
    params: Mapping[str, Any] = field(default_factory=dict)
    trace: str | None = None


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The event in English; particulars that are missing show as a dash."""
    return EVENTS.get(code, code).format_map(_Dashes({name: _shown(value) for name, value in params.items()}))


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("text", value))
    return "–" if value is None else str(value)


class _Dashes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "–"
