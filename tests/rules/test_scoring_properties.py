"""What holds for every domain, whatever a scan found: range, sum, the worth of unknown, texts without gaps."""

import json
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.scoring import evaluate, explain_change
from shared.rules.signals import MailSignals
from tests.rules.judged import any_signals, circumstances


@given(any_signals, circumstances)
def test_the_score_is_0_to_100_and_the_lines_sum_to_it(found: MailSignals, around: dict[str, Any]) -> None:
    evaluation = evaluate(found, **around)
    assert 0 <= evaluation.score <= 100
    assert sum(line.points for line in evaluation.lines) == evaluation.score


@given(any_signals, circumstances)
def test_only_counted_lines_have_points(found: MailSignals, around: dict[str, Any]) -> None:
    for line in evaluate(found, **around).lines:
        assert line.state == "counted" or line.points == 0


@given(any_signals, circumstances, st.sampled_from(("spf", "dkim", "dmarc")))
def test_not_knowing_never_costs_more_than_a_missing_record(
    found: MailSignals, around: dict[str, Any], check: str
) -> None:
    """Unknown instead of absent or invalid never lowers the score; instead of present it is never below absent."""
    unknown = evaluate(replace(found, **{check: "unknown"}), **around).score
    assert unknown >= evaluate(replace(found, **{check: "absent"}), **around).score
    assert unknown >= evaluate(replace(found, **{check: "invalid"}), **around).score


@given(any_signals, circumstances)
def test_not_knowing_the_mx_of_a_known_provider_changes_no_point(found: MailSignals, around: dict[str, Any]) -> None:
    here = replace(found, mx="present")
    unheard = replace(found, mx="unknown", mx_outcome="unknown", provider="Unknown", mx_hosts=())
    around = around | {"known_provider": found.provider or None}
    assert evaluate(unheard, **around).score == evaluate(here, **around).score or not found.provider


@given(any_signals, circumstances)
def test_the_line_of_an_unknown_check_counts_0(found: MailSignals, around: dict[str, Any]) -> None:
    lines = {
        line.evidence: line for line in evaluate(found, **around).lines if line.evidence in ("spf", "dkim", "dmarc")
    }
    for check in ("spf", "dkim", "dmarc"):
        if getattr(found, check) == "unknown":
            assert lines[check].points == 0
            assert "could not be checked" in lines[check].text


@given(any_signals, circumstances)
def test_co_sell_never_lowers_and_never_reclassifies(found: MailSignals, around: dict[str, Any]) -> None:
    without = evaluate(found, **around | {"co_sell": False})
    boosted = evaluate(found, **around | {"co_sell": True})
    assert without.score <= boosted.score <= without.score + 15
    for name in ("segment", "priority", "technical_heat", "commercial_segment", "commercial_heat", "provider"):
        assert getattr(without, name) == getattr(boosted, name)


@given(any_signals, circumstances)
def test_the_same_evidence_gives_the_same_judgement_as_plain_json(found: MailSignals, around: dict[str, Any]) -> None:
    evaluation = evaluate(found, **around)
    assert evaluate(found, **around) == evaluation
    assert json.loads(json.dumps(asdict(evaluation)))["score"] == evaluation.score


@given(any_signals, circumstances)
def test_no_text_is_empty_or_half_filled(found: MailSignals, around: dict[str, Any]) -> None:
    evaluation = evaluate(replace(found, local_provider=None), **around)
    for said in (*evaluation.lines, *evaluation.sentences, evaluation.headline):
        assert said.text
        assert "{" not in said.text
        assert "None" not in said.text


@given(any_signals, circumstances)
def test_no_sentence_contradicts_a_line(found: MailSignals, around: dict[str, Any]) -> None:
    evaluation = evaluate(found, **around)
    rules = {line.rule for line in evaluation.lines if line.params.get("variant") != "unknown"}
    for sentence in evaluation.sentences:
        if sentence.code == "in_place":
            assert {check.lower() for check in sentence.params["checks"]} == {
                rule.partition("_")[0] for rule in rules & {"spf", "dkim", "dmarc_reject", "dmarc_quarantine"}
            }
        if sentence.code == "gaps":
            assert {gap.partition(".")[0] for gap in sentence.params["gaps"]} <= rules


@given(any_signals, circumstances, any_signals, circumstances)
def test_the_causes_of_a_change_sum_to_it(
    old: MailSignals, around_old: dict[str, Any], new: MailSignals, around_new: dict[str, Any]
) -> None:
    before, after = evaluate(old, **around_old), evaluate(new, **around_new)
    causes = explain_change(before, after)
    assert sum(cause.params["points"] for cause in causes) == after.score - before.score
    assert all(cause.text.startswith(f"{cause.params['points']:+d}: ") for cause in causes)
