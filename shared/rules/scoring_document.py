"""A rule table in, `docs/scoring.md` out: `python -m shared.rules.scoring_document > docs/scoring.md`."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from shared.rules.providers import provider_name
from shared.rules.rule_table import PROVIDERS, Band, RuleTable
from shared.rules.scoring import TABLE, evaluate
from shared.rules.scoring_examples import EXAMPLES, Example

MEANINGS = {
    "spf": "one valid SPF record (RFC 7208)",
    "no_spf": "no SPF record, or an invalid one, which receivers ignore",
    "dkim": "a DKIM key at one of the selectors asked (RFC 6376)",
    "no_dkim": "no DKIM key among the selectors asked, or only revoked ones. A key under an unusual name can be missed",
    "dmarc_reject": "DMARC with `p=reject` (RFC 9989)",
    "dmarc_quarantine": "DMARC with `p=quarantine`",
    "dmarc_none": "DMARC with `p=none` or without a policy: it only watches",
    "no_dmarc": "no DMARC record, or an invalid one",
    "spf_multiple_includes": "SPF with more than {many} includes",
    "hosting_mx_weak": "a hosting package with neither SPF nor DKIM",
    "no_mx": "no MX, a null MX or one to no server, or no such domain: this is the whole score, the segment is Skip",
    "tenant": "a tenant id came with the referral: this is the whole score, the provider M365, the segment Existing",
    "co_sell": "an open co-sell referral: added last, moves neither segment nor priority",
}

HEAD = """\
<!-- Generated from shared/rules/scoring.py: python -m shared.rules.scoring_document > docs/scoring.md -->
# Scoring: what raises or lowers a score, and why

Rule table {version}. A score runs from 0 to 100 and says how ready a company is to become, or to grow as, a
Microsoft 365 customer, judged by how its domain runs its mail. Each line of the breakdown has its points; the lines add
up to the score. Where the sum leaves 0..100, a line "limited to 0" or "limited to 100" brings it back.

**Not knowing costs nothing.** A check that nobody answered counts 0, says "could not be checked" and lowers the
completeness, never the score. While the MX is unknown, the provider of an earlier scan stands, with its points.

Another table can be tried on all leads without changing anything: `python -m operate rehearse NEW_RULES`. A file names
only what differs, e.g. `{{"name": "trial", "prices": {{"no_dkim": -10}}}}`. SCORING_RULES_PATH puts it into use: within
minutes every lead is judged anew from the evidence that is kept, and nobody is asked for it.
"""


def scoring_document(table: RuleTable = TABLE) -> str:
    """The whole document as Markdown."""
    parts = [
        HEAD.format(version=table.version),
        "## Price list\n",
        "The mail provider, by the MX record of best preference. Behind a gateway (Proofpoint, Mimecast …) it is named"
        "\nwhen two independent signs agree, else it is Local.\n",
        _grid(("provider", "", "points"), _providers(table)),
        "What is found beside it:\n",
        _grid(("line", "when", "points"), _prices(table)),
        "## Segment\n",
        "From provider and score, before co-sell. From the top, the first row that fits counts; so below.\n",
        _grid(("segment", "provider", "score"), ((row.segment, _who(row), _range(row)) for row in table.segments)),
        "## Technical heat\n",
        _grid(
            ("heat", "segment", "provider", "score"),
            ((row.heat, row.segment or "any", _who(row), _range(row)) for row in table.technical_heats),
        ),
        "## Commercial segment\n",
        _grid(
            ("commercial segment", "segment", "provider", "score"),
            (
                (row.commercial_segment, row.segment or "any", _who(row), _range(row))
                for row in table.commercial_segments
            ),
        ),
        "## Commercial heat\n",
        _grid(
            ("heat", "commercial segment", "provider", "score"),
            (
                (row.heat, ", ".join(row.commercial_segments) or "any", _who(row), _range(row))
                for row in table.commercial_heats
            ),
        ),
        "## Priority\n",
        _grid(
            ("priority", "label", "technical heat", "commercial heat", "commercial segment", "handling"),
            (
                (
                    row.priority,
                    row.label,
                    row.technical_heat or "any",
                    ", ".join(row.commercial_heats) or "any",
                    row.commercial_segment or "any",
                    row.handling,
                )
                for row in table.priorities
            ),
        ),
        "## Worked examples\n",
        *(_example(example, table) for example in EXAMPLES),
    ]
    return "\n".join(parts)


def _providers(table: RuleTable) -> Iterable[Sequence[str]]:
    by_worth = sorted(PROVIDERS, key=lambda name: -table.provider[name])
    return ((name, provider_name(name), _points(table.provider[name])) for name in by_worth)


def _prices(table: RuleTable) -> Iterable[Sequence[str]]:
    prices = asdict(table.prices)
    return ((f"`{rule}`", MEANINGS[rule].format(many=table.many_includes), _points(prices[rule])) for rule in MEANINGS)


def _example(example: Example, table: RuleTable) -> str:
    verdict = evaluate(
        example.signals,
        tenant_id=example.tenant_id,
        co_sell=example.co_sell,
        known_provider=example.known_provider,
        table=table,
    )
    rows = [(f"`{line.rule}`", line.text, _points(line.points)) for line in verdict.lines]
    rows.append(("**score**", f"**{verdict.headline.text}**", f"**{verdict.score}**"))
    standing = f"{verdict.segment}, {verdict.priority} {verdict.priority_label}, {verdict.completeness} % complete."
    return f"### {example.title}\n\n{_grid(('line', 'says', 'points'), rows)}\n{standing}\n"


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _points(points: int) -> str:
    return f"{points:+d}" if points else "0"


def _who(row: Band) -> str:
    return ", ".join(row.providers) or "any"


def _range(row: Band) -> str:
    if (row.low, row.high) == (0, 100):
        return "any"
    return f"{row.low} to {row.high}"


if __name__ == "__main__":
    print(scoring_document(), end="")
