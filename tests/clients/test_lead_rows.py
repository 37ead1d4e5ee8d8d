"""Rows of an earlier and of a later release can both be read, so that a deployment can be rolled back."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from shared.clients.lead_rows import lead_entity, lead_of, referral_entity, referral_of
from shared.rules.lead_face import face
from shared.rules.list_card import open_face, split_card
from shared.rules.list_columns import LEAD_COLUMNS, REFERRAL_COLUMNS
from shared.rules.list_shape import Conditions
from shared.rules.list_table import ListTable
from shared.rules.referral_face import listed_referral

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


def test_cards_of_release_1_0_are_shown_found_and_sorted(rows: dict[str, dict[str, Any]]) -> None:
    lead_card, referral_card = (b64decode(rows[name]["card"]) for name in ("lead", "referral"))
    lead, kept = lead_of(rows["lead"]), referral_of(rows["referral"])
    assert open_face(LEAD_COLUMNS, split_card(lead_card).face) == face(lead)
    assert open_face(REFERRAL_COLUMNS, split_card(referral_card).face) == listed_referral(kept)
    table = ListTable(LEAD_COLUMNS)
    table.apply(lead.domain, lead.version, lead_card)
    conditions = Conditions(
        any_of={
            "segment": frozenset({"Migration"}), "provider": frozenset({"Google"}),
            "referral_type": frozenset({"co-sell"}), "referral_status": frozenset({"new"}),
            "priority": frozenset({"P2"}), "technical_heat": frozenset({"Warm"}),
            "dynamics_status": frozenset({"synced"}), "stage": frozenset({"in_dynamics"}),
        },
        between={"score": (100, 100), "respond_by": (None, 1_800_000_000)},
        text="ANADOLU elif",
    )  # fmt: skip
    assert table.count(table.matching(conditions)) == 1


def test_a_card_made_today_is_that_of_release_1_0(rows: dict[str, dict[str, Any]]) -> None:
    made = split_card(lead_entity(lead_of(rows["lead"]), owed_since=None)["card"])
    assert made[:-1] == split_card(b64decode(rows["lead"]["card"]))[:-1]
