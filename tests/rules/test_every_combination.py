"""Every combination of what a scan and a referral can say, judged again straight from the tables of the reference."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest

from shared.rules.rule_table import PROVIDERS
from shared.rules.scoring import Evaluation, evaluate
from tests.rules.judged import STATES, signals

POLICIES = ("reject", "quarantine", "none", "absent", "invalid", "unknown")
PROVIDER_POINTS = {
    "M365": 50, "Google": 50, "Yandex": 30, "Zoho": 30, "Amazon": 20, "SendGrid": 20, "Mailgun": 20, "Hosting": 20,
    "Local": 10, "Unknown": 0,
}  # fmt: skip
DMARC_POINTS = {"reject": 20, "quarantine": 15, "none": -10}


class Case(NamedTuple):
    """One combination; `dmarc` is a policy, or why there is none."""

    mx: str
    provider: str
    spf: str
    dkim: str
    dmarc: str
    includes: int
    tenant: bool
    co_sell: bool


def _cases(provider: str) -> Iterator[Case]:
    yield from map(
        Case._make, product(STATES, [provider], STATES, STATES, POLICIES, (3, 4), (False, True), (False, True))
    )


def _judged(case: Case) -> Evaluation:
    facts: dict[str, Any] = {
        "mx": case.mx,
        "provider": case.provider if case.mx == "present" else "Unknown",
        "mx_outcome": {"present": "hosts", "invalid": "unusable", "absent": "no_data", "unknown": "unknown"}[case.mx],
        "spf": case.spf,
        "dkim": case.dkim,
        "dmarc": "present" if case.dmarc in DMARC_POINTS else case.dmarc,
        "dmarc_policy": case.dmarc if case.dmarc in DMARC_POINTS else None,
        "spf_includes": case.includes,
    }
    return evaluate(signals(**facts), tenant_id="t" if case.tenant else None, co_sell=case.co_sell)


def _score_before_co_sell(case: Case) -> int:
    """Reference e.1 and e.2, with the decisions of design section 6."""
    if case.tenant:
        return 55
    if case.mx in ("absent", "invalid"):
        return 0
    points = PROVIDER_POINTS[case.provider] if case.mx == "present" else 0
    points += {"present": 10, "unknown": 0}.get(case.spf, -10)
    points += {"present": 10, "unknown": 0}.get(case.dkim, -15)
    points += DMARC_POINTS.get(case.dmarc, 0)
    points -= 5 * (case.spf == "present" and case.includes > 3)
    hosted = case.mx == "present" and case.provider == "Hosting"
    points -= 10 * (hosted and {case.spf, case.dkim} <= {"absent", "invalid"})
    return min(max(points, 0), 100)


def _standing(case: Case, score: int) -> tuple[str, str, str, str, str]:
    """Reference e.3 and e.5 to e.8."""
    provider = "M365" if case.tenant else case.provider if case.mx == "present" else "Unknown"
    if provider == "M365":
        weak = score <= 69
        heat = "HIGH" if weak and score >= 50 else "MEDIUM"
        return "Existing", "Hot", "WEAK_PARTNER" if weak else "RENEWAL", heat, "P3" if weak else "P4"
    if case.mx in ("absent", "invalid"):
        return "Skip", "Cold", "NO_GO", "LOW", "P6"
    if score >= 60 and provider in ("Google", "Yandex", "Zoho"):
        return "Migration", "Warm", "COMPETITIVE", "HIGH", "P2"
    if score >= 60 and provider in ("Hosting", "Local"):
        return "Migration", "Cold", "GREENFIELD", "HIGH", "P1"
    if provider == "Local" and score >= 5:
        return "Cold", "Cold", "GREENFIELD", "HIGH", "P1"
    if score >= 40:
        return "Cold", "Cold", "LOW_INTENT", "LOW", "P5"
    return "Skip", "Cold", "NO_GO", "LOW", "P6"


def _rules(case: Case, before: int) -> list[str]:
    """The lines in the order of contract section 4."""
    rules = ["provider"]
    rules += [
        check if state in ("present", "unknown") else f"no_{check}"
        for check, state in (("spf", case.spf), ("dkim", case.dkim))
    ]
    rules += [f"dmarc_{case.dmarc}" if case.dmarc in DMARC_POINTS else "no_dmarc"]
    rules += ["spf_multiple_includes"] * (case.spf == "present" and case.includes > 3)
    weak = case.mx == "present" and case.provider == "Hosting" and "present" not in (case.spf, case.dkim)
    rules += ["hosting_mx_weak"] * weak
    if case.tenant or case.mx in ("absent", "invalid"):
        rules.append("tenant" if case.tenant else "no_mx")
    return rules + (["co_sell"] + ["limit"] * (before + 15 > 100) if case.co_sell else [])


def _headline(case: Case, commercial: str) -> str:
    if case.tenant:
        return "headline_tenant"
    kind = {"absent": "no_mx", "invalid": "no_mx", "unknown": "unchecked"}.get(case.mx, commercial)
    if kind == "NO_GO" or (kind == "WEAK_PARTNER" and not _has_gap(case)):
        kind += "_unchecked" * ("unknown" in (case.spf, case.dkim, case.dmarc))
    return f"headline_{kind.lower()}"


def _has_gap(case: Case) -> bool:
    fragile = case.spf == "present" and case.includes > 3
    missing = {case.spf, case.dkim, case.dmarc} & {"absent", "invalid", "none"}
    return bool(missing) or fragile


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_combination_is_judged_as_the_tables_say(provider: str) -> None:
    for case in _cases(provider):
        found = _judged(case)
        before = _score_before_co_sell(case)
        assert found.score == min(before + 15 * case.co_sell, 100), case
        assert sum(line.points for line in found.lines) == found.score, case
        stands = _standing(case, before)
        assert stands == (
            found.segment, found.technical_heat, found.commercial_segment, found.commercial_heat, found.priority,
        ), case  # fmt: skip
        rules = [line.rule for line in found.lines]
        if "limit" in rules and found.lines[rules.index("limit")].points > 0:
            del rules[rules.index("limit")]
        assert rules == _rules(case, before), case
        assert found.headline.code == _headline(case, stands[2]), case
        _assert_states(case, found)


def _assert_states(case: Case, found: Evaluation) -> None:
    """`unknown` for what nobody answered, `info` beside what rules, else `counted` (contract section 4)."""
    ruling = next((at for at, line in enumerate(found.lines) if line.rule in ("tenant", "no_mx")), 0)
    assert all((line.state, line.points) == ("info", 0) for line in found.lines[:ruling]), case
    unknown = {line.evidence for line in found.lines if line.state == "unknown" and line.rule != "hosting_mx_weak"}
    asked = {"mx": case.mx, "spf": case.spf, "dkim": case.dkim, "dmarc": case.dmarc}
    assert unknown == (set() if ruling else {name for name, state in asked.items() if state == "unknown"}), case
    silent = {name for name, state in asked.items() if state == "unknown"}
    assert found.completeness == 25 * (4 - len(silent)), case
    said = {sentence.code: sentence.params for sentence in found.sentences}
    assert not ({"priority_p6"} <= said.keys() and not ruling and (silent or case.co_sell)), case
    checks = {check.lower() for check in said.get("not_checked", {}).get("checks", [])}
    assert checks == silent, case
