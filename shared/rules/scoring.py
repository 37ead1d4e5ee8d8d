"""What a scan found (and whether a tenant id or co-sell came with a referral) in; the score that explains itself out.

The price list comes first. `docs/scoring.md` is generated from it; another table can be rehearsed with
`python -m operate rehearse` and used through SCORING_RULES_PATH.
"""

from typing import Any

from shared.rules.evaluation import Evaluation, Line, Sentence
from shared.rules.explanation import headline, line_text, sentences
from shared.rules.rule_table import Prices, RuleTable
from shared.rules.score_change import explain_change
from shared.rules.segments import (
    COMMERCIAL_HEATS,
    COMMERCIAL_SEGMENTS,
    PRIORITIES,
    SEGMENTS,
    TECHNICAL_HEATS,
    standing,
)
from shared.rules.signals import MailSignals, State

__all__ = ["TABLE", "Evaluation", "Line", "RuleTable", "Sentence", "evaluate", "explain_change"]

TABLE = RuleTable(
    name="2026.1",
    provider={
        "M365": 50,
        "Google": 50,
        "Yandex": 30,
        "Zoho": 30,
        "Amazon": 20,
        "SendGrid": 20,
        "Mailgun": 20,
        "Hosting": 20,
        "Local": 10,
        "Unknown": 0,
    },
    prices=Prices(
        spf=+10,
        no_spf=-10,
        dkim=+10,
        no_dkim=-15,
        dmarc_reject=+20,
        dmarc_quarantine=+15,
        dmarc_none=-10,
        no_dmarc=0,
        spf_multiple_includes=-5,
        hosting_mx_weak=-10,
        no_mx=0,  # instead of everything above
        tenant=55,  # instead of everything above
        co_sell=+15,  # on top, after segment and priority are settled
    ),
    many_includes=3,
    segments=SEGMENTS,
    technical_heats=TECHNICAL_HEATS,
    commercial_segments=COMMERCIAL_SEGMENTS,
    commercial_heats=COMMERCIAL_HEATS,
    priorities=PRIORITIES,
)

UNSCANNED = MailSignals(
    mx="unknown", spf="unknown", dkim="unknown", dmarc="unknown", mx_outcome="unknown", provider="Unknown"
)


def evaluate(
    signals: MailSignals | None,
    *,
    tenant_id: str | None,
    co_sell: bool,
    known_provider: str | None = None,
    table: RuleTable = TABLE,
) -> Evaluation:
    """The judgement of one domain; the lines, limits included, sum to the score.

    `signals` None: never scanned, all unknown. `tenant_id`: only one that came with a referral. `known_provider`: what
    an earlier scan found; it stands, points included, while the MX is unknown.
    """
    signals = signals or UNSCANNED
    provider, provider_line = _provider(signals, known_provider, table)
    lines = [provider_line, *_protection(signals, provider, table)]
    segment = None
    if tenant_id and tenant_id.strip():
        provider, segment = "M365", "Existing"
        lines = [*map(_overruled, lines), _line("tenant", table.prices.tenant, evidence="referral")]
    elif signals.mx in ("absent", "invalid"):
        segment = "Skip"
        lines = [*map(_overruled, lines), _line("no_mx", table.prices.no_mx, evidence="mx", variant=signals.mx_outcome)]
    lines += _limit(lines)
    score = _sum(lines)
    stands = standing(provider, score, table=table, segment=segment)
    if co_sell:
        lines.append(_line("co_sell", table.prices.co_sell, evidence="referral"))
        lines += _limit(lines)
    return Evaluation(
        score=_sum(lines),
        segment=stands.segment,
        priority=stands.priority.priority,
        priority_label=stands.priority.label,
        technical_heat=stands.technical_heat,
        commercial_segment=stands.commercial_segment,
        commercial_heat=stands.commercial_heat,
        provider=provider,
        completeness=signals.completeness,
        rules_version=table.version,
        lines=tuple(lines),
        sentences=sentences(lines, stands, provider),
        headline=headline(lines, stands, provider),
    )


def _provider(signals: MailSignals, known: str | None, table: RuleTable) -> tuple[str, Line]:
    """The provider and its line: a known one stands while the MX is unknown (design section 6)."""
    unknown = signals.mx == "unknown"
    provider = (known or signals.provider) if unknown else signals.provider
    params = {"provider": provider, "gateway": signals.gateway, "local_provider": signals.local_provider}
    params = {name: value for name, value in params.items() if value}
    if unknown and provider == "Unknown":
        return provider, _unknown_line("provider", evidence="mx", **params)
    nobody = {"absent": "none", "invalid": "unusable"}.get(signals.mx)
    variant = "earlier" if unknown else nobody or _gateway(signals)
    points = table.provider.get(provider, 0)
    return provider, _line("provider", points, evidence="mx", variant=variant, **params)


def _gateway(signals: MailSignals) -> str | None:
    if signals.gateway is None:
        return None
    return "gateway_only" if signals.provider == "Local" and not signals.local_provider else "gateway"


def _protection(signals: MailSignals, provider: str, table: RuleTable) -> list[Line]:
    """SPF, DKIM, DMARC and the two risks, in the contract's order."""
    prices = table.prices
    lines = [
        _either("spf", signals.spf, prices.spf, prices.no_spf),
        _either("dkim", signals.dkim, prices.dkim, prices.no_dkim, tried=signals.dkim_selectors_tried),
        _dmarc(signals, prices),
    ]
    if signals.spf == "present" and signals.spf_includes > table.many_includes:
        lines.append(_many_includes(signals.spf_includes, table))
    if provider == "Hosting" and "present" not in (signals.spf, signals.dkim):
        if "unknown" in (signals.spf, signals.dkim):
            lines.append(_unknown_line("hosting_mx_weak", evidence="mx"))
        else:
            lines.append(_line("hosting_mx_weak", prices.hosting_mx_weak, evidence="mx"))
    return lines


def _many_includes(includes: int, table: RuleTable) -> Line:
    points = table.prices.spf_multiple_includes
    return _line("spf_multiple_includes", points, evidence="spf", includes=includes, most=table.many_includes)


def _either(check: str, state: State, present: int, missing: int, **params: Any) -> Line:
    if state == "unknown":
        return _unknown_line(check, evidence=check, **params)
    if state == "present":
        return _line(check, present, evidence=check, **params)
    # A record that receivers must ignore protects as little as none (RFC 7208 section 4.6, RFC 6376 section 6.1.2).
    return _line(f"no_{check}", missing, evidence=check, variant="invalid" if state == "invalid" else None, **params)


def _dmarc(signals: MailSignals, prices: Prices) -> Line:
    if signals.dmarc == "unknown":
        return _unknown_line("no_dmarc", evidence="dmarc")
    if signals.dmarc == "present":
        # No policy, or one that nobody knows, asks for nothing (RFC 9989).
        policy = (signals.dmarc_policy or "none").lower()
        rule = f"dmarc_{policy}" if policy in ("reject", "quarantine") else "dmarc_none"
        return _line(rule, getattr(prices, rule), evidence="dmarc")
    return _line(
        "no_dmarc", prices.no_dmarc, evidence="dmarc", variant="invalid" if signals.dmarc == "invalid" else None
    )


def _line(rule: str, points: int, *, evidence: str | None, variant: str | None = None, **params: Any) -> Line:
    if variant:
        params["variant"] = variant
    return Line(rule, points, "counted", params, line_text(rule, params), evidence)


def _unknown_line(rule: str, *, evidence: str, **params: Any) -> Line:
    params["variant"] = "unknown"
    return Line(rule, 0, "unknown", params, line_text(rule, params), evidence)


def _overruled(line: Line) -> Line:
    return Line(line.rule, 0, "info", line.params, line.text, line.evidence)


def _limit(lines: list[Line]) -> list[Line]:
    """The line that brings the sum back into 0..100, where it has left it."""
    total = _sum(lines)
    bound = min(max(total, 0), 100)
    return [_line("limit", bound - total, evidence=None, bound=bound)] if bound != total else []


def _sum(lines: list[Line]) -> int:
    return sum(line.points for line in lines)
