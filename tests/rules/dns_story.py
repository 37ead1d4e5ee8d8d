"""A zone in a few words, and what a check makes of it: for tests of rules that read DNS answers."""

from collections.abc import Callable, Mapping, Sequence

from shared.rules.dns_answers import Asked, DnsAnswer, Question
from shared.rules.evidence import Check

Zone = Mapping[str, Sequence[str] | str]
"""`"contoso.com TXT"` → its records, or an outcome such as `timeout`. What is not listed does not exist."""


def judge(rule: Callable[[str, Asked], Check], zone: Zone, domain: str = "contoso.com") -> Check:
    """What the check says once everything it wanted is answered."""
    answers: dict[Question, DnsAnswer] = {}
    for _ in range(50):
        asked = Asked(answers)
        found = rule(domain, asked)
        if not asked.wanted:
            return found
        answers.update({question: _answer(zone, question) for question in asked.wanted})
    raise AssertionError("the check never stops asking")


def _answer(zone: Zone, question: Question) -> DnsAnswer:
    given = zone.get(f"{question.name} {question.type}")
    if given is None:
        exists = any(key.split()[0] == question.name or key.split()[0].endswith(f".{question.name}") for key in zone)
        return DnsAnswer("no_data" if exists else "nxdomain", resolver="192.0.2.53:53", at="2026-11-23T12:00:00Z")
    if isinstance(given, str):
        return DnsAnswer(given, resolver="192.0.2.53:53")
    alias = next((record[6:] for record in given if record.startswith("CNAME ")), "")
    records = tuple(record for record in given if not record.startswith("CNAME "))
    return DnsAnswer("found", records, 60, "192.0.2.53:53", "2026-11-23T12:00:00Z", alias)
