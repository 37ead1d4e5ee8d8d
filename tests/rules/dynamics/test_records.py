"""Which records a referral wants in Dynamics, and what stands in each column."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.errors import PermanentError
from shared.rules.dynamics.columns import COLUMNS, KEY_COLUMN, RECORDS, custom_columns
from shared.rules.dynamics.input import DynamicsConfig, DynamicsInput, Organisation
from shared.rules.dynamics.memory import plain
from shared.rules.dynamics.records import Link, wanted_records
from shared.rules.referral_contact import Contact
from tests.rules.dynamics.cases import ELIF, KEY, NOW, ORGANISATION, a_company, given, wanted

_STAND_IN = Path(__file__).parents[3] / "sandbox" / "dataverse" / "hunter_columns.json"


@pytest.mark.parametrize(
    ("case", "created"),
    [
        ({}, {"account", "contact", "lead", "opportunity"}),
        ({"company": {"score": 39}}, {"account", "contact", "lead"}),
        ({"company": {"score": 40}}, {"account", "contact", "lead", "opportunity"}),
        ({"company": {"score": None}}, {"account", "contact", "lead"}),
        ({"company": {"score": 0}, "referral": {"type": "co-sell"}}, {"account", "contact", "lead", "opportunity"}),
        ({"referral": {"contact": None}}, {"account", "lead", "opportunity"}),
        ({"referral": {"consent": False}}, {"account", "lead", "opportunity"}),
        ({"referral": {"consent": True}}, {"account", "contact", "lead", "opportunity"}),
        ({"referral": {"contact": Contact(phone="1")}}, {"account", "lead", "opportunity"}),
        ({"domain": False}, {"contact", "lead"}),
        ({"domain": False, "referral": {"type": "co-sell"}}, {"contact", "lead"}),
        ({"referral": {"status": "won"}}, {"account", "contact", "lead", "opportunity"}),
    ],
)
def test_these_records_are_wanted(case: dict[str, Any], created: set[str]) -> None:
    assert {record.record for record in wanted(**case).records.values() if record.create} == created


@pytest.mark.parametrize(
    ("case", "known", "skip"),
    [
        ({"referral": {"direction": "Outgoing"}}, False, "outgoing"),
        ({"referral": {"status": "lost"}, "first_seen_closed": True}, False, "first_seen_closed"),
        ({"referral": {"status": "lost"}, "first_seen_closed": True}, True, None),
        ({"referral": {"status": "active"}, "first_seen_closed": True}, False, None),
        ({"referral": {"status": "declined"}}, False, None),
    ],
)
def test_closed_from_the_start_and_outgoing_ones_stay_out(case: dict[str, Any], known: bool, skip: str | None) -> None:
    assert wanted_records(given(**case), known=known).skip == skip


def test_refused_consent_keeps_the_person_out_of_every_record_and_says_so() -> None:
    asked = wanted(referral={"consent": False})
    text = json.dumps([record.values for record in asked.records.values()], default=str)
    assert asked.absent["contact"] == "no_consent"
    assert not any(part in text for part in ("Elif", "Şahin", "elif@", "+90 212"))
    assert asked.records["lead"].values["lastname"] == "Contoso A.Ş."


def test_ids_and_keys_of_the_same_referral_are_always_the_same_and_safe_in_an_address() -> None:
    one, other = wanted(), wanted(company={"score": 90})
    assert {r: (w.id, w.key) for r, w in one.records.items()} == {r: (w.id, w.key) for r, w in other.records.items()}
    assert not any(set("/<>*%&:\\?+'") & set(record.key) for record in one.records.values())


def test_two_referrals_of_a_company_share_account_and_contact_only() -> None:
    one = wanted_records(given())
    other = wanted_records(
        DynamicsInput(key="other", referral=given().referral, lead=a_company(), now=NOW, organisation=ORGANISATION)
    )
    shared = {record for record in RECORDS if one.records[record].id == other.records[record].id}
    assert shared == {"account", "contact"}


@pytest.mark.parametrize(("score", "stage"), [(40, 0), (59, 0), (60, 1), (79, 1), (80, 2), (100, 2)])
def test_the_score_sets_the_stage_and_never_close(score: int, stage: int) -> None:
    assert wanted(company={"score": score}).records["opportunity"].values["salesstage"] == stage


@pytest.mark.parametrize(
    ("sources", "choices", "expected"),
    [
        ({}, range(1, 11), 4),
        ({"marketplace": 8}, range(1, 11), 8),
        ({"migration": 9}, range(1, 11), 9),
        ({"marketplace": 8, "migration": 9}, range(1, 11), 8),
        ({"co-sell": 3}, range(1, 11), 4),
        ({"marketplace": 77}, range(1, 11), 4),
        ({}, (1, 2), None),
    ],
)
def test_the_lead_source_is_partner_unless_configured_and_known(
    sources: dict[str, int], choices: Any, expected: int | None
) -> None:
    organisation = Organisation(
        choices={("lead", "leadsourcecode"): frozenset(choices)}, currencies=ORGANISATION.currencies
    )
    asked = wanted(config=DynamicsConfig(lead_sources=sources), organisation=organisation)
    lead = asked.records["lead"].values
    assert lead.get("leadsourcecode") == expected
    assert ("leadsourcecode" in (lead["hnt_defaulted"] or "")) == (expected is None)


@pytest.mark.parametrize(
    ("referral", "company", "lastname", "firstname", "marked"),
    [
        ({}, {}, "Şahin", "Elif", False),
        ({"contact": Contact(name="Ada Lovelace King")}, {}, "King", "Ada Lovelace", False),
        ({"contact": Contact(name="Ada", first_name="Ada")}, {}, "Ada", None, False),
        ({"contact": Contact(email="info@contoso.com")}, {}, "Contoso A.Ş.", None, True),
        ({"contact": None}, {}, "Contoso A.Ş.", None, True),
        ({"contact": None, "company_name": None}, {"company_name": None}, "contoso.com", None, True),
        (
            {"contact": None, "company_name": None},
            {"company_name": None, "domain": "xn--mnchen-3ya.example"},
            "münchen.example",
            None,
            True,
        ),
    ],
)
def test_a_missing_last_name_is_filled_and_marked(
    referral: dict[str, Any], company: dict[str, Any], lastname: str, firstname: str | None, marked: bool
) -> None:
    lead = wanted(referral=referral, company=company).records["lead"].values
    assert (lead["lastname"], lead.get("firstname")) == (lastname, firstname)
    assert ("lead.lastname" in (lead["hnt_defaulted"] or "")) == marked


@pytest.mark.parametrize(("name", "subject", "lastname"), [("Deal", "Deal", "Deal"), (None, "Microsoft referral", "")])
def test_a_referral_that_names_nobody_is_named_by_the_deal_or_by_its_id(
    name: str | None, subject: str, lastname: str
) -> None:
    asked = wanted(referral={"contact": None, "company_name": None, "name": name}, domain=False)
    lead = asked.records["lead"].values
    assert (lead["subject"], lead["lastname"]) == (subject, lastname or asked.key)
    assert "lead.lastname" in lead["hnt_defaulted"]


@pytest.mark.parametrize("owner", ["someone", "systemusers/1", "accounts/11111111-2222-3333-4444-555555555555"])
def test_an_owner_that_is_none_is_refused_before_anything_is_sent(owner: str) -> None:
    with pytest.raises(PermanentError) as refused:
        wanted(config=DynamicsConfig(owner=owner))
    assert refused.value.params["field"] == "DYNAMICS_OWNER"


@pytest.mark.parametrize(
    "owner", ["systemusers/11111111-2222-3333-4444-55555555555A", "/systemusers(11111111-2222-3333-4444-55555555555a)"]
)
def test_an_owner_is_understood_in_both_spellings(owner: str) -> None:
    values = wanted(config=DynamicsConfig(owner=owner)).records["lead"].values
    assert values["ownerid"] == "systemusers(11111111-2222-3333-4444-55555555555a)"


@pytest.mark.parametrize(
    ("deal", "amount", "mark"),
    [
        ({}, 12000.5, None),
        ({"deal_amount": Decimal("0.005")}, 0.01, None),
        ({"deal_amount": None}, None, None),
        ({"deal_currency": "XTS"}, None, "currency XTS is not in this Dynamics"),
        ({"deal_currency": None}, None, "it came without a currency"),
    ],
)
def test_an_amount_goes_only_with_its_currency(deal: dict[str, Any], amount: float | None, mark: str | None) -> None:
    asked = wanted(referral=deal)
    for record, name in (("lead", "estimatedamount"), ("opportunity", "estimatedvalue")):
        values = asked.records[record].values
        assert values.get(name) == amount
        assert ("transactioncurrencyid" in values) == (amount is not None)
        assert mark is None or f"{record}.{name}: left out, {mark}" in [one.text for one in asked.marks]


def test_an_amount_beyond_dynamics_names_the_field_and_the_fix() -> None:
    with pytest.raises(PermanentError) as refused:
        wanted(referral={"deal_amount": Decimal(10) ** 13})
    assert (refused.value.params["field"], "Partner Center" in refused.value.params["fix"]) == ("dealValue", True)


def test_too_long_texts_are_cut_and_marked_and_what_is_useless_in_part_is_left_out() -> None:
    long_mail = Contact(name="Elif Şahin", email="e" * 120 + "@contoso.com")
    told = {"name": "😀" * 200, "company_name": "Ç" * 200, "contact": long_mail, "notes": "n" * 5000}
    asked = wanted(referral=told, company={"company_name": "Ç" * 200})
    lead, account = asked.records["lead"].values, asked.records["account"].values
    assert lead["subject"] == "😀" * 149 + "…"
    assert (len(lead["companyname"]), len(account["name"]), len(lead["description"])) == (100, 160, 2000)
    assert lead["description"].startswith("Partner Center: https://")
    assert lead["emailaddress1"] is None
    assert "lead.subject: cut from 400 to 300 characters" in lead["hnt_defaulted"]
    assert "lead.emailaddress1: left out, longer than 100 characters" in lead["hnt_defaulted"]


def test_the_organisations_own_lengths_go_before_ours() -> None:
    short = Organisation(lengths={("lead", "subject"): 10, ("lead", "hnt_defaulted"): 20})
    lead = wanted(referral={"deal_amount": None}, organisation=short).records["lead"].values
    assert (lead["subject"], len(lead["hnt_defaulted"])) == ("Move mail…", 20)


HOSTILE = "O'Neil & Söhne / İŞ <b>%41</b> 😀\u202e\x00 ğüşiöç"


def test_every_text_column_takes_hostile_letters_and_none_that_dynamics_refuses() -> None:
    person = Contact(
        name=HOSTILE, first_name=HOSTILE, last_name=HOSTILE, email="o'neil@contoso.com", phone=HOSTILE, title=HOSTILE
    )
    referral = {"name": HOSTILE, "company_name": HOSTILE, "contact": person, "notes": HOSTILE, "engagement_id": HOSTILE}
    company = {
        "company_name": HOSTILE,
        "provider": HOSTILE,
        "reasons": HOSTILE,
        "infrastructure": HOSTILE,
        "registrar": HOSTILE,
    }
    for record in wanted(referral=referral, company=company).records.values():
        for value in record.values.values():
            assert not (set(str(value)) & set("\x00\u202e"))
    shown = wanted(referral=referral, company=company).records["lead"].values
    assert shown["subject"] == "O'Neil & Söhne / İŞ <b>%41</b> 😀 ğüşiöç"


def test_a_company_pushed_by_hand_needs_no_referral() -> None:
    asked = wanted_records(DynamicsInput(key="lead-contoso.com", referral=None, lead=a_company(), now=NOW))
    assert asked.records["lead"].values["subject"] == "Contoso A.Ş."
    assert asked.records["lead"].values["hnt_referralid"] == "lead-contoso.com"
    assert asked.absent["contact"] == "no_contact"


def test_unknown_facts_are_left_out_and_never_sent_as_empty() -> None:
    bare = {
        name: None
        for name in (
            "score",
            "segment",
            "priority",
            "provider",
            "reasons",
            "infrastructure",
            "registrar",
            "registration_ends_on",
        )
    }
    for record in wanted(company=bare, referral={"deal_amount": None, "contact": None, "notes": None}).records.values():
        empty = {name for name, value in record.values.items() if not isinstance(value, Link) and plain(value) is None}
        assert empty <= {"hnt_defaulted"}


def test_our_columns_are_those_that_the_stand_in_provisions() -> None:
    listed = json.loads(_STAND_IN.read_text())
    theirs = {
        (table, name.lower(), facts.get("length"))
        for table, columns in listed["columns"].items()
        for name, facts in columns.items()
    }
    assert {(record, column.name, column.length) for record, column in custom_columns()} == theirs
    assert {record: (KEY_COLUMN[record],) for record in RECORDS} == {
        table: tuple(next(iter(keys.values()))) for table, keys in listed["keys"].items()
    }


def test_every_column_with_personal_data_is_marked_personal() -> None:
    personal = {"lastname", "firstname", "emailaddress1", "telephone1", "jobtitle", "description"}
    for record in RECORDS:
        assert {column.name for column in COLUMNS[record] if column.personal} == personal & {
            column.name for column in COLUMNS[record]
        }


def test_the_same_person_by_mail_is_one_contact_whatever_the_letter_case() -> None:
    one = wanted(referral={"contact": ELIF}).records["contact"]
    other = wanted(referral={"contact": Contact(name="E. Sahin", email="ELIF@contoso.com")}).records["contact"]
    assert (one.id, one.key) == (other.id, other.key)
    assert KEY not in one.key and "elif" not in one.key
