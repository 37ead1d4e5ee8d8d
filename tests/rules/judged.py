"""Builders and strategies for mail signals, so that a test names only what it is about."""

from typing import Any

from hypothesis import strategies as st

from shared.rules.rule_table import PROVIDERS
from shared.rules.scoring import Evaluation, evaluate
from shared.rules.signals import MailSignals

STATES = ("present", "absent", "invalid", "unknown")


def signals(**given: Any) -> MailSignals:
    """A Google domain with SPF and DKIM and nothing wrong; `given` replaces."""
    facts: dict[str, Any] = {
        "mx": "present",
        "spf": "present",
        "dkim": "present",
        "dmarc": "absent",
        "mx_outcome": "hosts",
        "provider": "Google",
        "mx_hosts": ("aspmx.l.google.com",),
        "spf_includes": 1,
        "dkim_selectors_tried": 12,
    }
    return MailSignals(**(facts | given))


def judged(*, tenant_id: str | None = None, co_sell: bool = False, **given: Any) -> Evaluation:
    """The evaluation of `signals(**given)`."""
    return evaluate(signals(**given), tenant_id=tenant_id, co_sell=co_sell)


def points_of(evaluation: Evaluation) -> dict[str, int]:
    """Rule -> points; both limits together."""
    found: dict[str, int] = {}
    for line in evaluation.lines:
        found[line.rule] = found.get(line.rule, 0) + line.points
    return found


any_signals = st.builds(
    MailSignals,
    mx=st.sampled_from(STATES),
    spf=st.sampled_from(STATES),
    dkim=st.sampled_from(STATES),
    dmarc=st.sampled_from(STATES),
    mx_outcome=st.sampled_from(("hosts", "null_mx", "no_data", "nxdomain", "unknown")),
    provider=st.sampled_from((*PROVIDERS, "Somebody new", "")),
    mx_hosts=st.lists(st.text(max_size=20), max_size=2).map(tuple),
    gateway=st.sampled_from((None, "Proofpoint")),
    local_provider=st.sampled_from((None, "Natro", "{odd}")),
    spf_includes=st.integers(0, 12),
    dmarc_policy=st.sampled_from((None, "none", "quarantine", "reject", "REJECT", "maybe")),
    dkim_selectors_tried=st.integers(0, 40),
    dkim_selectors_found=st.just(()),
)

circumstances = st.fixed_dictionaries(
    {
        "tenant_id": st.sampled_from((None, "", "72f988bf-0000-4000-8000-2d7cd011db47")),
        "co_sell": st.booleans(),
        "known_provider": st.sampled_from((None, *PROVIDERS)),
    }
)
