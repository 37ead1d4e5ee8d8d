"""Why a score moved, as the timeline says it."""

from dataclasses import asdict, dataclass
from typing import Any

import pytest

from shared.rules.rule_file import parse_rule_table
from shared.rules.scoring import evaluate, explain_change
from tests.rules.judged import judged, signals

NOTHING = {"mx": "absent", "mx_outcome": "no_data", "provider": "Unknown", "mx_hosts": ()}
WATCHING = {"dmarc": "present", "dmarc_policy": "none"}
REJECTING = {"dmarc": "present", "dmarc_policy": "reject"}


@pytest.mark.parametrize(
    ("old", "new", "texts"),
    [
        ({}, {}, []),
        (WATCHING, REJECTING, ["+30: DMARC none -> reject"]),
        ({}, REJECTING, ["+20: DMARC absent -> reject"]),
        ({"dkim": "absent"}, {}, ["+25: DKIM absent -> present"]),
        ({"spf": "invalid"}, {"spf": "unknown"}, ["+10: SPF invalid -> unknown"]),
        ({}, {"co_sell": True}, ["+15: Co-sell no -> yes"]),
        ({"co_sell": True}, {}, ["-15: Co-sell yes -> no"]),
        ({"spf_includes": 3}, {"spf_includes": 4}, ["-5: Too many SPF includes no -> yes"]),
        ({}, {"provider": "M365"}, ["+0: Mail provider Google Workspace -> Microsoft 365"]),
        ({}, {"provider": "Yandex"}, ["-20: Mail provider Google Workspace -> Yandex 360"]),
        (
            {"spf": "absent"},
            {"spf": "absent", "tenant_id": "t"},
            ["+55: Tenant id on the referral no -> yes", "-50: the other lines no longer count"],
        ),
        (
            NOTHING,
            {},
            [
                "+50: Mail provider none -> Google Workspace",
                "+0: Receives no mail yes -> no",
                "+20: the other lines count again",
            ],
        ),
        (
            {"provider": "M365", **REJECTING},
            {"provider": "M365", "co_sell": True, **REJECTING},
            ["+15: Co-sell no -> yes", "-5: Limit to 0..100 counts differently"],
        ),
    ],
)
def test_a_change_is_told_cause_by_cause(old: dict[str, Any], new: dict[str, Any], texts: list[str]) -> None:
    assert [cause.text for cause in explain_change(judged(**old), judged(**new))] == texts


def test_a_stored_judgement_with_plain_lines_does_as_well() -> None:
    @dataclass
    class Stored:
        lines: list[dict[str, Any]]

    stored = Stored([asdict(line) for line in judged(**WATCHING).lines])
    (cause,) = explain_change(stored, judged(**REJECTING))
    assert cause.params == {"points": 30, "subject": "dmarc", "old": "none", "new": "reject"}


def test_another_price_for_the_same_fact_is_told_as_such() -> None:
    cheaper = parse_rule_table('{"name": "t", "prices": {"no_dkim": -10}}', path="t.json")
    facts = signals(dkim="absent")
    causes = explain_change(
        evaluate(facts, tenant_id=None, co_sell=False), evaluate(facts, tenant_id=None, co_sell=False, table=cheaper)
    )
    assert [cause.text for cause in causes] == ["+5: DKIM counts differently"]
