"""Rows of an earlier and of a later release can both be read, so that a deployment can be rolled back."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.clients.lead_rows import lead_entity, lead_of, referral_entity, referral_of
from shared.rules.lead_face import CARD_FIELDS, face, unpack
from shared.rules.referral_face import REFERRAL_FIELDS, unpack_referral

RECORDED = Path(__file__).parent.parent / "recordings" / "rows-1.0.json"


@pytest.fixture
def rows() -> dict[str, dict[str, Any]]:
    """A lead and its referral as release 1.0 wrote them."""
    recorded: dict[str, dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return recorded


def test_rows_of_release_1_0_are_read_in_full(rows: dict[str, dict[str, Any]]) -> None:
    lead, kept = lead_of(rows["lead"]), referral_of(rows["referral"])
    shown = face(lead)
    assert (shown["score"], shown["segment"], shown["dynamics_status"], shown["referral_count"]) == (
        100, "Migration", "synced", 1,
    )  # fmt: skip
    assert (kept.referral.company_name, kept.domain) == ("Anadolu Makina A.Ş.", "anadolu.com.tr")
    assert lead_of(lead_entity(lead, owed_since=None)) == lead
    assert referral_of(referral_entity(kept)) == kept


def test_what_a_later_release_adds_is_passed_over(rows: dict[str, dict[str, Any]]) -> None:
    before = lead_of(rows["lead"])
    later = {**rows["lead"], "a_new_part": "{}", "schema": 2}
    for part in ("identity", "scan", "judgement"):
        later[part] = json.dumps({**json.loads(later[part]), "a_new_field": {"deep": [1]}})
    for part in ("referrals", "dynamics"):
        content = json.loads(later[part])
        later[part] = json.dumps({key: {**one, "a_new_field": True} for key, one in content.items()})
    assert lead_of(later) == before
    content = {**json.loads(rows["referral"]["content"]), "a_new_field": 1}
    assert referral_of({**rows["referral"], "content": json.dumps(content)}) == referral_of(rows["referral"])


def test_a_row_without_what_came_later_has_its_defaults(rows: dict[str, dict[str, Any]]) -> None:
    scan = json.loads(rows["lead"]["scan"])
    del scan["known_provider"]
    assert lead_of({**rows["lead"], "scan": json.dumps(scan)}).scan.known_provider is None


@pytest.mark.parametrize("more", [["something new"], []], ids=["of a later release", "of an earlier release"])
def test_cards_are_read_across_releases(rows: dict[str, dict[str, Any]], more: list[str]) -> None:
    lead_card, referral_card = json.loads(rows["lead"]["card"]), json.loads(rows["referral"]["card"])
    cut = None if more else -1
    assert unpack(json.dumps([*lead_card[:cut], *more]))["domain"] == "anadolu.com.tr"
    assert set(unpack_referral(json.dumps([*referral_card[:cut], *more]))) == set(REFERRAL_FIELDS)
    added = CARD_FIELDS[len(lead_card) :]
    assert [unpack(rows["lead"]["card"])[name] for name in added] == [None] * len(added)
