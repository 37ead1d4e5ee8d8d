"""Promises of the tolerant reading of one referral."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import PermanentError
from shared.rules.referral import Referral
from shared.rules.referral_reading import parse_referral
from shared.rules.tolerant import Drift


def a_raw_referral(**changes: Any) -> dict[str, Any]:
    raw = {
        "id": "7B0E3C52-5f0b-4c53-9a7d-2d1a6f0c9e11",
        "engagementId": "d94c7f6a-2b3e-4f10-8c55-0f6a7c1b2d33",
        "name": "Lumen &amp; Sons - mail",
        "organizationId": "3f1d2c4b",
        "createdDateTime": "2026-02-03T08:15:42.1234567Z",
        "updatedDateTime": "2026-02-04T08:15:42.5Z",
        "expirationDateTime": "2026-02-17T00:00:00Z",
        "acceptedDateTime": None,
        "closedDateTime": "0001-01-01T00:00:00Z",
        "status": "New",
        "substatus": "Pending",
        "qualification": "SalesQualified",
        "type": "Shared",
        "direction": "Incoming",
        "eTag": '"0a00"',
        "target": [],
        "customerProfile": {
            "name": "Lumen &amp; Sons",
            "size": "51to250employees",
            "address": {"addressLine1": "Am Kai 1", "city": "Hamburg", "postalCode": "20457", "country": "DEU"},
            "team": [
                {"firstName": "No", "lastName": "Mail"},
                {"firstName": "Jo", "lastName": "Lind", "phoneNumber": "+49 000 1", "email": "JO@Lumen-Sons.EXAMPLE"},
                {"email": "it@lumen-sons.example"},
            ],
            "ids": [{"profileType": "External", "id": "6-ZZ00TEST"}],
        },
        "consent": {"consentToContact": True},
        "details": {"notes": "Wants mail moved.", "dealValue": 42000.5, "currency": "eur"},
        "team": [{"firstName": "Deniz", "email": "deniz@hunter-partner.example"}],
        "inviteContext": {"invitedBy": {"organizationId": "msft"}},
    }
    return {**raw, **changes}


def read(**changes: Any) -> Referral:
    return parse_referral(a_raw_referral(**changes)).referral


def test_a_complete_referral_is_read_whole_and_without_drift():
    parsed = parse_referral(a_raw_referral())
    got = parsed.referral
    assert parsed.drift == ()
    assert (got.id, got.key) == ("7B0E3C52-5f0b-4c53-9a7d-2d1a6f0c9e11", "7b0e3c52-5f0b-4c53-9a7d-2d1a6f0c9e11")
    assert (got.name, got.company_name) == ("Lumen & Sons - mail", "Lumen & Sons")
    assert (got.type, got.status, got.substatus, got.direction) == ("co-sell", "new", "Pending", "Incoming")
    assert (got.country, got.address.city, got.address.street) == ("DE", "Hamburg", "Am Kai 1")
    assert (got.deal_amount, got.deal_currency) == (Decimal("42000.5"), "EUR")
    assert (got.contact.name, got.contact.email) == ("Jo Lind", "JO@lumen-sons.example")
    assert got.customer_emails == ("JO@lumen-sons.example", "it@lumen-sons.example")
    assert got.seller_emails == ("deniz@hunter-partner.example",)
    assert (got.size_band, got.tenant_size, got.tenant_id) == ("51to250employees", "medium", None)
    assert got.consent is True and got.etag == '"0a00"'
    assert got.updated_ticks - got.created_ticks == 86_400 * 10_000_000 + 3_765_433
    assert got.closed_at is None
    assert got.respond_by == datetime(2026, 2, 17, tzinfo=UTC)
    assert got.partner_center_url.endswith("/7B0E3C52-5f0b-4c53-9a7d-2d1a6f0c9e11")


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "id"),
        ({"id": None}, "id"),
        ({"id": "  "}, "id"),
        ({"id": {"a": 1}}, "id"),
        ({"id": True}, "id"),
        ({"id": "x" * 201}, "id"),
        ([], "referral"),
        ("x", "referral"),
        (None, "referral"),
    ],
)
def test_a_referral_without_an_id_is_refused_naming_field_problem_and_fix(raw, field):
    with pytest.raises(PermanentError) as caught:
        parse_referral(raw)
    assert caught.value.code == "referral_malformed"
    assert caught.value.params["field"] == field and caught.value.params["problem"] and caught.value.params["fix"]


JUNK = [None, "", "junk", 7, -1.5, True, [], [None], ["x"], [[]], {}, {"a": {"b": []}}, "\ud800\u0000", "x" * 5000]


def paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path for key, value in items for path in [(*at, key), *paths(value, (*at, key))]]


@pytest.mark.parametrize("path", [path for path in paths(a_raw_referral()) if path != ("id",)], ids=str)
def test_every_field_survives_null_and_wrong_types(path):
    for junk in JUNK:
        raw = a_raw_referral()
        node = raw = json.loads(json.dumps(raw))
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = junk
        got = parse_referral(raw).referral
        assert got.id == raw["id"]
        repr(got).encode()


def test_unknown_words_are_kept_and_reported_once_each():
    parsed = parse_referral(
        a_raw_referral(status="Paused", type="Tripartite", qualification="Warm", direction="Sideways")
    )
    got = parsed.referral
    assert (got.api_status, got.api_type, got.api_qualification, got.direction) == (
        "Paused",
        "Tripartite",
        "Warm",
        "Sideways",
    )
    assert (got.status, got.type) == ("unknown", "unclassified")
    assert {(one.kind, one.field, one.seen) for one in parsed.drift} == {
        ("unknown_value", "status", "Paused"),
        ("unknown_value", "type", "Tripartite"),
        ("unknown_value", "qualification", "Warm"),
        ("unknown_value", "direction", "Sideways"),
        ("unknown_value", "status/substatus", "Paused/Pending"),
    }


def test_new_fields_are_reported_with_their_place_and_never_with_their_content():
    profile = {"name": "A", "mood": "secret", "team": [{"email": "a@b.example", "shoe": 1}, {"shoe": 2}]}
    parsed = parse_referral(a_raw_referral(customerProfile=profile, somethingNew={"a": 1}))
    assert set(parsed.drift) == {
        Drift("unknown_field", "somethingNew", "dict"),
        Drift("unknown_field", "customerProfile.mood", "str"),
        Drift("unknown_field", "customerProfile.team.shoe", "int"),
    }


def test_wrong_types_are_reported_by_type_and_never_by_content():
    parsed = parse_referral(a_raw_referral(name=["Elif Kaya"], details={"dealValue": "elif@x.example"}))
    assert set(parsed.drift) == {Drift("wrong_type", "name", "list"), Drift("wrong_type", "details.dealValue", "str")}


def test_drift_repeats_words_only_when_they_look_like_words():
    parsed = parse_referral(a_raw_referral(status="elif@x.example", type="A" * 61))
    assert {one.seen for one in parsed.drift if one.field in ("status", "type")} == {"another text"}


def test_a_record_full_of_strange_fields_is_read_with_a_bounded_report():
    parsed = parse_referral(a_raw_referral(**{f"strange{n}": n for n in range(20_000)}, **{"\ud800": 1}))
    assert len(parsed.drift) == 50 and parsed.referral.status == "new"
    repr(parsed.drift).encode()


def test_names_end_somewhere_and_notes_do_not():
    details = {"notes": "n" * 300_000}
    parsed = parse_referral(a_raw_referral(name="x" * 300_000, details=details))
    assert len(parsed.referral.name) == 1000 and len(parsed.referral.notes) == 300_000
    assert parsed.drift == (Drift("too_long", "name", "over 1000"),)


def test_a_single_person_where_a_list_belongs_is_that_person():
    got = read(customerProfile={"team": {"email": " OWNER@Example.ORG "}, "ids": {}})
    assert got.customer_emails == ("OWNER@example.org",)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (42000, Decimal(42000)),
        ("45500.00", Decimal("45500.00")),
        (0, Decimal(0)),
        (None, None),
        ("", None),
        ("n/a", None),
        (True, None),
        (-5, None),
        ("NaN", None),
        ("Infinity", None),
        (1e300, None),
        ("1e-999999999", None),
        ("1." + "0" * 300_000, None),
        (10**400, None),
        ("0.0", Decimal("0.0")),
        ([], None),
    ],
)
def test_deal_values_are_numbers_or_number_texts_and_nothing_else(value, amount):
    assert read(details={"dealValue": value}).deal_amount == amount


@pytest.mark.parametrize(
    ("said", "consent"),
    [
        *((yes, True) for yes in (True, "True", "yes", 1, "1")),
        *((no, False) for no in (False, "false", "FALSE", " no ", 0, "0", "off", "perhaps", ["false"], {"a": 1}, -1.5)),
        *((nothing, None) for nothing in (None, "", [], {})),
    ],
)
def test_consent_is_unsaid_only_when_nothing_was_said_and_given_only_by_a_clear_yes(said, consent):
    assert read(consent={"consentToContact": said}).consent is consent


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        *((unsaid, None) for unsaid in (None, "", {}, [], [{}])),
        *((refused, False) for refused in (False, "no", 0, [False], [{"consentToContact": False}], "whatever")),
        ({"ConsentToContact": False}, False),
        (True, True),
    ],
)
def test_a_refusal_is_heard_in_whatever_shape_it_comes(consent, expected):
    assert read(consent=consent).consent is expected


def test_refused_consent_withholds_the_people_from_free_texts_too():
    team = [
        {
            "firstName": "Zelda",
            "lastName": "Öz Geheim",
            "email": "z.geheim@firm.example",
            "phoneNumber": "+90 (555) 123",
        },
        {"name": "Ada Firmin", "email": "ada@firm.example"},
    ]
    told = {
        "name": "Zelda Öz Geheim: Firmin AG to cloud",
        "statusReason": "geheim said no",
        "details": {
            "notes": "Ring zelda (Z.Geheim@firm.example, 0090-555-123) or Ada; not a@b.example. Zeldaland, 2026-11-27."
        },
        "customerProfile": {"name": "Firmin AG", "team": team},
    }
    shown = read(**told, consent={"consentToContact": False})
    assert shown.name == "…: Firmin AG to cloud"
    assert shown.status_reason == "… said no"
    assert shown.notes == "Ring … (…, …) or …; not …. Zeldaland, 2026-11-27."
    nobody = read(details={"notes": "Ring z.geheim@firm.example"}, customerProfile={}, consent=False)
    assert nobody.notes == "Ring …"
    open_ = read(**told)
    assert (open_.name, open_.notes) == (told["name"], told["details"]["notes"])


GUID = "0F0F0F0F-1111-4222-8333-444455556666"


@pytest.mark.parametrize(
    ("changes", "tenant"),
    [
        ({"customerProfile": {"ids": [{"profileType": "AzureTenantId", "id": GUID}]}}, GUID.lower()),
        ({"customerProfile": {"ids": {"profileType": "TENANT", "id": GUID}}}, GUID.lower()),
        ({"customerProfile": {"ids": [{"profileType": "External", "id": GUID}]}}, None),
        ({"customerProfile": {"ids": [{"profileType": "Tenant", "id": "6-ABC"}]}}, None),
        ({"customerProfile": {"ids": [{"profileType": "Tenant", "id": "00000000-0000-0000-0000-000000000000"}]}}, None),
        ({"azureTenantId": GUID}, GUID.lower()),
        ({"organizationId": GUID}, None),
    ],
)
def test_only_an_id_that_says_it_is_a_tenant_is_a_tenant_id(changes, tenant):
    assert read(**changes).tenant_id == tenant


@pytest.mark.parametrize(
    ("team", "name", "email"),
    [
        ([], None, None),
        ([{"title": "CEO"}], None, None),
        ([{"firstName": "Ay&#351;e"}], "Ayşe", None),
        ([{"name": "Ali Veli"}, {"email": "x@y.example"}], None, "x@y.example"),
        ([{"email": "none"}, {"email": "Elif <elif@y.example>"}], None, "elif@y.example"),
        ([{"email": "mailto:a@y.example"}], None, "a@y.example"),
        ([{"email": "x" * 1_000_000 + "@y.example"}], None, None),
    ],
)
def test_the_contact_is_the_first_person_with_an_address_else_with_a_name(team, name, email):
    contact = read(customerProfile={"team": team}).contact
    assert (contact.name if contact else None, contact.email if contact else None) == (name, email)


def test_own_invitations_without_direction_are_outgoing():
    invite = {"invitedBy": {"organizationId": "3f1d2c4b"}}
    assert read(direction=None, inviteContext=invite).direction == "Outgoing"
    assert read(direction="Incoming", inviteContext=invite).direction == "Incoming"
    assert read(direction=None).direction is None


def test_a_missing_update_time_falls_back_to_the_creation():
    got = read(updatedDateTime=None)
    assert got.updated_ticks == got.created_ticks > 0
    assert read(updatedDateTime="soon", createdDateTime=None).updated_ticks == 0


def test_odd_ids_cannot_leave_the_address_they_are_put_into():
    assert read(id="../x?y=1").partner_center_url.endswith("/..%2Fx%3Fy%3D1")
