"""The price list at work: every row of the reference tables e.1 and e.2, and the decisions of design section 6."""

import pytest

from shared.rules.scoring import TABLE, evaluate
from tests.rules.judged import judged, points_of, signals


@pytest.mark.parametrize(
    ("provider", "points"),
    [
        ("M365", 50),
        ("Google", 50),
        ("Yandex", 30),
        ("Zoho", 30),
        ("Amazon", 20),
        ("SendGrid", 20),
        ("Mailgun", 20),
        ("Hosting", 20),
        ("Local", 10),
        ("Unknown", 0),
        ("Somebody new", 0),
    ],
)
def test_the_provider_earns_its_points(provider: str, points: int) -> None:
    evaluation = judged(provider=provider)
    assert points_of(evaluation)["provider"] == points
    assert evaluation.score == points + 20
    assert evaluation.provider == provider


@pytest.mark.parametrize(
    ("facts", "rule", "points"),
    [
        ({"spf": "present"}, "spf", 10),
        ({"spf": "absent"}, "no_spf", -10),
        ({"spf": "invalid"}, "no_spf", -10),
        ({"dkim": "present"}, "dkim", 10),
        ({"dkim": "absent"}, "no_dkim", -15),
        ({"dkim": "invalid"}, "no_dkim", -15),
        ({"dmarc": "present", "dmarc_policy": "reject"}, "dmarc_reject", 20),
        ({"dmarc": "present", "dmarc_policy": "REJECT"}, "dmarc_reject", 20),
        ({"dmarc": "present", "dmarc_policy": "quarantine"}, "dmarc_quarantine", 15),
        ({"dmarc": "present", "dmarc_policy": "none"}, "dmarc_none", -10),
        ({"dmarc": "present", "dmarc_policy": None}, "dmarc_none", -10),
        ({"dmarc": "absent"}, "no_dmarc", 0),
        ({"dmarc": "invalid"}, "no_dmarc", 0),
        ({"spf_includes": 4}, "spf_multiple_includes", -5),
        ({"provider": "Hosting", "spf": "absent", "dkim": "absent"}, "hosting_mx_weak", -10),
        ({"provider": "Hosting", "spf": "invalid", "dkim": "absent"}, "hosting_mx_weak", -10),
    ],
)
def test_a_fact_has_its_price(facts: dict[str, object], rule: str, points: int) -> None:
    assert points_of(judged(**facts))[rule] == points


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"spf_includes": 3}, "spf_multiple_includes"),
        ({"spf": "invalid", "spf_includes": 9}, "spf_multiple_includes"),
        ({"provider": "Hosting", "spf": "present", "dkim": "absent"}, "hosting_mx_weak"),
        ({"provider": "Hosting", "spf": "absent", "dkim": "present"}, "hosting_mx_weak"),
        ({"provider": "Local", "spf": "absent", "dkim": "absent"}, "hosting_mx_weak"),
        ({}, "limit"),
        ({}, "co_sell"),
    ],
)
def test_a_line_stays_away_where_it_does_not_apply(facts: dict[str, object], rule: str) -> None:
    assert rule not in points_of(judged(**facts))


def test_the_best_domain_has_90_before_co_sell() -> None:
    assert judged(provider="M365", dmarc="present", dmarc_policy="reject").score == 90


def test_missing_dkim_is_one_line_that_tells_how_much_was_tried() -> None:
    lines = [line for line in judged(dkim="absent", dkim_selectors_tried=17).lines if "dkim" in line.rule]
    assert [(line.points, line.text) for line in lines] == [(-15, "DKIM not found among 17 selectors.")]


@pytest.mark.parametrize(
    ("check", "facts"),
    [
        ("mx", {"mx": "unknown", "mx_outcome": "unknown", "provider": "Unknown"}),
        ("spf", {"spf": "unknown"}),
        ("dkim", {"dkim": "unknown"}),
        ("dmarc", {"dmarc": "unknown"}),
    ],
)
def test_what_could_not_be_asked_counts_nothing_and_says_so(check: str, facts: dict[str, object]) -> None:
    evaluation = judged(**facts)
    (line,) = [line for line in evaluation.lines if line.state == "unknown"]
    assert (line.points, line.evidence) == (0, check)
    assert "could not be checked" in line.text
    assert evaluation.completeness == 75


def test_hosting_is_not_called_weak_while_one_half_is_unknown() -> None:
    evaluation = judged(provider="Hosting", spf="absent", dkim="unknown")
    (line,) = [line for line in evaluation.lines if line.rule == "hosting_mx_weak"]
    assert (line.points, line.state) == (0, "unknown")


def test_an_unknown_mx_is_no_hard_fail() -> None:
    evaluation = judged(mx="unknown", mx_outcome="unknown", provider="Unknown", dmarc="present", dmarc_policy="reject")
    assert "no_mx" not in points_of(evaluation)
    assert (evaluation.score, evaluation.segment) == (40, "Cold")


def test_an_unknown_mx_never_overwrites_a_known_provider_nor_its_points() -> None:
    unheard = signals(mx="unknown", mx_outcome="unknown", provider="Unknown", mx_hosts=())
    evaluation = evaluate(unheard, tenant_id=None, co_sell=False, known_provider="Google")
    assert (evaluation.provider, evaluation.score) == ("Google", judged().score)
    assert evaluation.lines[0].text == "The MX records could not be checked; an earlier scan found Google Workspace."


def test_a_known_provider_gives_way_to_what_the_mx_says_now() -> None:
    assert evaluate(signals(), tenant_id=None, co_sell=False, known_provider="M365").provider == "Google"


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("no_data", "The domain receives no mail: it has no MX record."),
        ("null_mx", "The domain receives no mail, and says so with a null MX."),
        ("nxdomain", "The domain does not exist."),
        ("unusable", "The domain receives no mail: its MX names no server on the internet."),
    ],
)
def test_no_mx_is_a_hard_fail_and_the_other_lines_stand_with_0(outcome: str, text: str) -> None:
    state = "invalid" if outcome == "unusable" else "absent"
    evaluation = judged(mx=state, mx_outcome=outcome, provider="Unknown", mx_hosts=())
    assert (evaluation.score, evaluation.segment, evaluation.priority) == (0, "Skip", "P6")
    assert [(line.rule, line.points, line.state) for line in evaluation.lines] == [
        ("provider", 0, "info"),
        ("spf", 0, "info"),
        ("dkim", 0, "info"),
        ("no_dmarc", 0, "info"),
        ("no_mx", 0, "counted"),
    ]
    assert evaluation.lines[-1].text == text


def test_a_tenant_id_makes_an_existing_customer_at_55_whatever_the_mail_says() -> None:
    evaluation = judged(tenant_id="72f988bf-0000-4000-8000-2d7cd011db47", spf="absent", dkim="absent")
    assert (evaluation.provider, evaluation.segment, evaluation.score) == ("M365", "Existing", 55)
    assert evaluation.priority == "P3"
    assert [(line.rule, line.points, line.state) for line in evaluation.lines] == [
        ("provider", 0, "info"),
        ("no_spf", 0, "info"),
        ("no_dkim", 0, "info"),
        ("no_dmarc", 0, "info"),
        ("tenant", 55, "counted"),
    ]


def test_a_tenant_id_rules_over_a_missing_mx() -> None:
    evaluation = judged(tenant_id="t", mx="absent", mx_outcome="no_data", provider="Unknown")
    assert (evaluation.score, evaluation.segment) == (55, "Existing")


@pytest.mark.parametrize("tenant_id", [None, "", "  "])
def test_an_empty_tenant_id_is_none(tenant_id: str | None) -> None:
    assert "tenant" not in points_of(judged(tenant_id=tenant_id))


def test_co_sell_is_the_last_line_and_moves_neither_segment_nor_priority() -> None:
    without, boosted = judged(provider="Yandex"), judged(provider="Yandex", co_sell=True)
    assert (without.score, boosted.score) == (50, 65)
    assert boosted.lines[-1].rule == "co_sell"
    assert (boosted.segment, boosted.priority) == (without.segment, without.priority) == ("Cold", "P5")


@pytest.mark.parametrize(
    ("facts", "score"),
    [({"tenant_id": "t"}, 70), ({"mx": "absent", "mx_outcome": "no_data", "provider": "Unknown"}, 15)],
)
def test_co_sell_counts_on_top_of_what_rules(facts: dict[str, object], score: int) -> None:
    assert judged(co_sell=True, **facts).score == score


def test_a_sum_below_0_has_a_line_that_lifts_it() -> None:
    evaluation = judged(provider="Local", spf="absent", dkim="absent", dmarc="present", dmarc_policy="none")
    last = evaluation.lines[-1]
    assert (evaluation.score, last.rule, last.points, last.text) == (0, "limit", 25, "Limited to 0.")


def test_co_sell_starts_from_the_limited_sum() -> None:
    facts = {"provider": "Local", "spf": "absent", "dkim": "absent", "dmarc": "present", "dmarc_policy": "none"}
    evaluation = judged(co_sell=True, **facts)
    assert evaluation.score == 15
    assert [line.rule for line in evaluation.lines[-2:]] == ["limit", "co_sell"]


def test_a_sum_above_100_has_a_line_that_cuts_it() -> None:
    evaluation = judged(provider="M365", dmarc="present", dmarc_policy="reject", co_sell=True)
    assert evaluation.score == 100
    assert [(line.rule, line.points) for line in evaluation.lines[-2:]] == [("co_sell", 15), ("limit", -5)]


def test_lines_come_in_the_contracts_order() -> None:
    evaluation = judged(
        provider="Hosting", spf="absent", dkim="absent", dmarc="present", dmarc_policy="none", co_sell=True
    )
    rules = [line.rule for line in evaluation.lines]
    assert rules == ["provider", "no_spf", "no_dkim", "dmarc_none", "hosting_mx_weak", "limit", "co_sell"]
    assert [line.rule for line in judged(spf_includes=5).lines][-1] == "spf_multiple_includes"


def test_every_line_names_its_evidence() -> None:
    evaluation = judged(provider="Hosting", spf_includes=7, co_sell=True, dmarc="present", dmarc_policy="none")
    evidence = {line.rule: line.evidence for line in evaluation.lines}
    assert evidence == {
        "provider": "mx",
        "spf": "spf",
        "dkim": "dkim",
        "dmarc_none": "dmarc",
        "spf_multiple_includes": "spf",
        "co_sell": "referral",
    }


def test_a_domain_never_scanned_is_judged_as_all_unknown() -> None:
    evaluation = evaluate(None, tenant_id=None, co_sell=False)
    assert (evaluation.score, evaluation.completeness) == (0, 0)
    assert {line.state for line in evaluation.lines} == {"unknown"}
    assert evaluation.headline.code == "headline_unchecked"


def test_the_version_of_the_rule_table_goes_with_the_judgement() -> None:
    assert judged().rules_version == TABLE.version
    assert TABLE.version.startswith("2026.1+")


@pytest.mark.parametrize("provider", ["Amazon", "SendGrid", "Mailgun"])
def test_well_kept_senders_at_60_are_cold_not_skipped(provider: str) -> None:
    evaluation = judged(provider=provider, dmarc="present", dmarc_policy="reject")
    assert (evaluation.score, evaluation.segment, evaluation.priority) == (60, "Cold", "P5")


def test_a_lead_of_the_old_sales_guide_m365_with_90_is_existing() -> None:
    evaluation = judged(provider="M365", dmarc="present", dmarc_policy="reject")
    assert (evaluation.segment, evaluation.technical_heat, evaluation.priority) == ("Existing", "Hot", "P4")


def test_hosting_at_60_is_a_migration_of_the_first_priority() -> None:
    evaluation = judged(provider="Hosting", dmarc="present", dmarc_policy="reject")
    assert (evaluation.score, evaluation.segment, evaluation.priority) == (60, "Migration", "P1")
