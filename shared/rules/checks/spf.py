"""TXT answers in; out: the domain's SPF, judged with all it includes as a receiver would (RFC 7208 4.6)."""

from dataclasses import dataclass, field

from shared.rules.dns_answers import Asked
from shared.rules.evidence import Check, judged, nothing
from shared.rules.spf import MOST_LOOKUPS, MOST_MX_NAMES, MOST_VOID_LOOKUPS, SpfRecord, Term, read_spf, spf_records

_STOP_COUNTING = 40
"""Lookups after which a hostile tree of includes is followed no further."""


def check_spf(domain: str, ask: Asked) -> Check:
    """Exactly one record, sound, and within the limits. An include that nobody answers for changes nothing."""
    answer = ask(domain, "TXT")
    found = spf_records(answer.records)
    if not found:
        return nothing(answer)
    if len(found) > 1:
        problems = [f"{len(found)} records, and only one may be"]
        return judged(answer, "invalid", "several_records", found, problems=problems)
    record = read_spf(found[0])
    walk = _Walk(ask)
    walk.through(record, (domain,))
    problems = [*record.problems, *walk.problems, *walk.limits()]
    return judged(
        answer,
        "invalid" if problems else "present",
        "malformed" if record.problems else "permanent_error" if problems else "found",
        found,
        problems=problems,
        includes=record.includes,
        redirect=record.redirect,
        all=record.all_qualifier,
        mechanisms=record.mechanisms,
        lookups=walk.lookups,
        void_lookups=walk.voids,
        unanswered=sorted(walk.unanswered),
    )


@dataclass(slots=True)
class _Walk:
    """Follows a record's terms in order, as a receiver does for whom no address matches."""

    ask: Asked
    lookups: int = 0
    voids: int = 0
    problems: list[str] = field(default_factory=list)
    unanswered: set[str] = field(default_factory=set)

    def limits(self) -> list[str]:
        """The limits that are passed."""
        found = []
        if self.lookups > MOST_LOOKUPS:
            found.append(f"needs {self.lookups} lookups, more than {MOST_LOOKUPS}")
        if self.voids > MOST_VOID_LOOKUPS:
            found.append(f"{self.voids} lookups find nothing, more than {MOST_VOID_LOOKUPS} may")
        return found

    def through(self, record: SpfRecord, path: tuple[str, ...]) -> None:
        """`path`: the names whose records led here, so that a ring is seen."""
        for term in record.terms:
            if term.name == "all" or self.lookups >= _STOP_COUNTING:
                return  # what stands behind `all` is never reached (RFC 7208 5.1)
            if not term.asks:
                continue
            self.lookups += 1
            if term.has_macro or term.name == "ptr":
                continue
            target = term.target or path[-1]
            if term.name in ("include", "redirect"):
                self._into(term, path)
            elif term.name == "mx":
                self._mail_hosts(target)
            else:
                self._address(target, is_host=term.name == "a")

    def _into(self, term: Term, path: tuple[str, ...]) -> None:
        name = term.target
        if not name:
            return  # malformed, and told as such already
        if name in path:
            self._problem(f"{term.name} of {name} leads in a ring")
            return
        answer = self.ask(name, "TXT")
        if not answer.known:
            self.unanswered.add(name)
            return
        self.voids += answer.outcome != "found"
        found = spf_records(answer.records)
        if len(found) != 1:
            self._problem(f"{term.name} of {name}, which has {'several SPF records' if found else 'no SPF record'}")
            return
        record = read_spf(found[0])
        for problem in record.problems:
            self._problem(f"{name}: {problem}")
        self.through(record, (*path, name))

    def _mail_hosts(self, name: str) -> None:
        answer = self.ask(name, "MX")
        if not answer.known:
            self.unanswered.add(name)
        elif len(answer.records) > MOST_MX_NAMES:
            self._problem(f"mx of {name} names {len(answer.records)} hosts, more than {MOST_MX_NAMES}")
        self.voids += answer.known and not answer.records

    def _address(self, name: str, *, is_host: bool) -> None:
        answer = self.ask(name, "A")
        if is_host and answer.known and not answer.records:
            answer = self.ask(name, "AAAA")
        if not answer.known:
            self.unanswered.add(name)
        self.voids += answer.known and not answer.records

    def _problem(self, text: str) -> None:
        if text not in self.problems:
            self.problems.append(text)
