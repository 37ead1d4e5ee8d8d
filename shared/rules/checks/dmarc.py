"""TXT answers of `_dmarc` names in; out: the policy that holds for the domain, and whose it is (RFC 9989 4.10)."""

from dataclasses import dataclass

from shared.rules.dmarc import DmarcRecord, dmarc_names, dmarc_records, misspelt_records, read_dmarc
from shared.rules.dns_answers import Asked, DnsAnswer
from shared.rules.evidence import Check, judged, nothing


@dataclass(frozen=True, slots=True)
class _Step:
    """One name of the walk up the tree."""

    name: str
    answer: DnsAnswer
    records: list[str]

    @property
    def record(self) -> DmarcRecord | None:
        """The record that counts there; several cancel each other out (RFC 9989 4.7)."""
        return read_dmarc(self.records[0]) if len(self.records) == 1 else None


def check_dmarc(domain: str, ask: Asked) -> Check:
    """The domain's own record, else the one that it inherits. Several records at its own name are invalid."""
    first, *rest = dmarc_names(domain)
    for name in (*rest, domain):
        ask.ahead(name, "TXT")
    own = _step(first, ask)
    if not own.answer.known:
        return nothing(own.answer)
    if len(own.records) > 1:
        problems = [f"{len(own.records)} records, and only one may be"]
        return judged(own.answer, "invalid", "several_records", own.records, problems=problems)
    if own.record:
        return _own(own, own.record)
    return _inherited(own, [_step(name, ask) for name in rest], ask(domain, "TXT"))


def _step(name: str, ask: Asked) -> _Step:
    answer = ask(name, "TXT")
    return _Step(name, answer, dmarc_records(answer.records))


def _own(step: _Step, record: DmarcRecord) -> Check:
    state, outcome = ("invalid", "malformed") if record.problems else ("present", "found")
    policy = None if record.problems else record.policy
    return judged(step.answer, state, outcome, step.records, policy=policy, **_facts(step, record))  # type: ignore[arg-type]


def _inherited(own: _Step, above: list[_Step], apex: DnsAnswer) -> Check:
    """The record of the organisational domain, else of the public suffix that speaks for those below it."""
    misplaced, misspelt = dmarc_records(apex.records), misspelt_records(own.answer.records)
    remarks = ["a DMARC record stands at the domain itself instead of at _dmarc"] if misplaced else []
    remarks += ["the record does not begin with v=DMARC1, so receivers pass it over"] if misspelt else []
    for step in above:
        if not step.answer.known:
            return nothing(step.answer, remarks=remarks)
    holding = _organisational([step for step in above if step.record])
    if holding is None or holding.record is None or holding.record.problems:
        if misspelt or misplaced:
            outcome = "misspelt" if misspelt else "misplaced"
            return judged(own.answer, "absent", outcome, misspelt or misplaced, remarks=remarks)
        return nothing(own.answer, remarks=remarks)
    record = holding.record
    policy = record.subdomain_policy or record.policy
    if own.answer.outcome == "nxdomain" and apex.outcome == "nxdomain":
        policy = record.nonexistent_policy or policy
    return judged(holding.answer, "present", "inherited", holding.records, policy=policy, **_facts(holding, record))


def _organisational(steps: list[_Step]) -> _Step | None:
    """Nearest `psd=n`; before a `psd=y` the step below it, or that itself; else the highest (RFC 9989 4.10.2)."""
    held: _Step | None = None
    for step in steps:
        if step.record and step.record.public_suffix == "n":
            return step
        if step.record and step.record.public_suffix == "y":
            return held or step
        held = step
    return held


def _facts(step: _Step, record: DmarcRecord) -> dict[str, object]:
    return {
        "name": step.name,
        "subdomain_policy": record.subdomain_policy,
        "nonexistent_policy": record.nonexistent_policy,
        "testing": record.testing,
        "report_addresses": len(record.reports_to),
        "removed_tags": list(record.removed_tags),
        "problems": list(record.problems),
        "remarks": list(record.remarks),
    }
