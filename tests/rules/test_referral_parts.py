"""Promises of the small tables behind a referral: type, status, answer time, country, key, hash."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.rules.countries import country_code
from shared.rules.referral_identity import content_hash, referral_key
from shared.rules.referral_status import answer_due, referral_status
from shared.rules.referral_type import referral_type


@pytest.mark.parametrize(
    ("type_", "qualification", "invited_by", "expected"),
    [
        ("Shared", "SalesQualified", "msft", "co-sell"),
        ("shared", None, None, "co-sell"),
        ("Shared", "Direct", "other-partner", "co-sell"),
        ("Independent", "SalesQualified", "own-organization", "co-sell"),
        ("Independent", "None", "other-partner", "co-sell"),
        ("Independent", "Direct", None, "marketplace"),
        ("Independent", "Direct", "", "marketplace"),
        ("Independent", "direct", "MSFT", "marketplace"),
        ("Independent", "SalesQualified", "msft", "solution-provider"),
        ("INDEPENDENT", "MarketingQualified", "msft", "solution-provider"),
        ("Independent", "Direct", "other-partner", "unclassified"),
        ("Independent", "MarketingQualified", "other-partner", "unclassified"),
        ("Independent", "MarketingQualified", None, "unclassified"),
        ("Independent", "None", "msft", "unclassified"),
        ("Independent", None, None, "unclassified"),
        (None, "Direct", None, "unclassified"),
        ("Tripartite", "Direct", "msft", "unclassified"),
    ],
)
def test_the_type_follows_the_ordered_rules_and_nothing_is_guessed(type_, qualification, invited_by, expected):
    assert referral_type(type_, qualification, invited_by) == expected


@pytest.mark.parametrize(
    ("status", "substatus", "expected"),
    [
        ("New", "Pending", "new"),
        ("New", "Received", "new"),
        ("new", None, "new"),
        ("Active", "Accepted", "active"),
        ("Active", None, "active"),
        ("Closed", "Won", "won"),
        ("Closed", "LOST", "lost"),
        ("Closed", "Declined", "declined"),
        ("Closed", "Expired", "expired"),
        ("Closed", None, "unknown"),
        ("New", "Won", "unknown"),
        ("Active", "Pending", "unknown"),
        ("None", "None", "unknown"),
        (None, None, "unknown"),
        ("Paused", "Accepted", "unknown"),
    ],
)
def test_only_pairs_of_the_documented_matrix_have_a_status(status, substatus, expected):
    assert referral_status(status, substatus) == expected


DAY = timedelta(days=1)
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, NOON + 14 * DAY),
        ({"type_": "marketplace"}, NOON + 3 * DAY),
        ({"type_": "marketplace", "expires_at": NOON + DAY}, NOON + DAY),
        ({"type_": "marketplace", "created_at": None}, NOON + 14 * DAY),
        ({"type_": "marketplace", "expires_at": None}, NOON + 3 * DAY),
        ({"expires_at": None}, None),
        ({"accepted_at": NOON}, None),
        ({"closed_at": NOON}, None),
        ({"status": "active"}, None),
        ({"status": "unknown"}, None),
        ({"status": "expired"}, None),
    ],
)
def test_an_answer_is_due_at_the_expiry_or_72_hours_after_a_marketplace_lead_came(changes, due):
    facts = {
        "status": "new",
        "type_": "co-sell",
        "created_at": NOON,
        "expires_at": NOON + 14 * DAY,
        "accepted_at": None,
        "closed_at": None,
    }
    assert answer_due(**{**facts, **changes}) == due


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TR", "TR"),
        ("tr ", "TR"),
        ("TUR", "TR"),
        ("Türkiye", "TR"),
        ("TÜRKİYE", "TR"),
        ("Turkey", "TR"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("UK", "GB"),
        ("Germany", "DE"),
        ("", None),
        (None, None),
        ("Atlantis", None),
        ("XX", None),
    ],
)
def test_countries_are_known_by_codes_and_names(text, code):
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("id_", "key"),
    [
        ("7B0E3C52-5F0B", "7b0e3c52-5f0b"),
        ("a" * 64, "a" * 64),
        ("a" * 65, "x" + "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"[:40]),
        ("a/b", "xc14cddc033f64b9dea80ea675cf280a015e67251"),
    ],
)
def test_row_keys_are_plain_ids_or_hashes(id_, key):
    assert referral_key(id_) == key


def test_row_keys_of_odd_ids_differ_by_letter_case_and_hold_only_safe_characters():
    assert referral_key("a/b") != referral_key("A/B")
    assert referral_key("\ud800#?").isalnum()


def test_the_hash_ignores_what_changes_by_itself_and_the_order_of_fields():
    first = {"id": "1", "name": "A", "details": {"a": 1, "b": [1, 2]}, "eTag": "x", "links": {}, "@odata.etag": "y"}
    second = {"details": {"b": [1, 2], "a": 1}, "name": "A", "id": "1", "eTag": "z"}
    assert content_hash(first) == content_hash(second)
    assert content_hash(first) != content_hash({**first, "name": "B"})
    assert content_hash(first) != content_hash({**first, "details": {"a": 1, "b": [2, 1]}})
