"""Filters, orders, pages and formatted values (reference 3.3, sections 2 and 10)."""

from urllib.parse import quote

import pytest

from tests.sandbox.dataverse.plain_client import Api

LEADS = [
    {"subject": "one", "companyname": "Contoso", "numberofemployees": 10, "hnt_domain": "contoso.com"},
    {"subject": "two", "companyname": "contoso b&b's", "numberofemployees": 20, "estimatedclosedate": "2026-03-01"},
    {"subject": "three", "companyname": "Çelik A.Ş.", "leadsourcecode": 4, "donotemail": True},
    {"subject": "four", "numberofemployees": 40, "hnt_lastsyncedon": "2026-02-28T10:15:00Z"},
]


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("subject eq 'one'", "one"),
        ("subject eq 'ONE'", "one"),
        ("companyname eq 'celik a.s.'", "three"),
        ("companyname eq 'contoso b&b''s'", "two"),
        ("companyname ne 'Contoso'", "two three four"),
        ("companyname eq null", "four"),
        ("companyname ne null", "one two three"),
        ("numberofemployees gt 10 and numberofemployees le 40", "two four"),
        ("numberofemployees lt 20 or subject eq 'three'", "one three"),
        ("not (numberofemployees ge 20) and companyname ne null", "one three"),
        ("subject eq 'one' or subject eq 'two' and numberofemployees eq 10", "one"),
        ("(subject eq 'one' or subject eq 'two') and numberofemployees eq 20", "two"),
        ("contains(companyname,'TOSO')", "one two"),
        ("startswith(companyname,'contoso b')", "two"),
        ("endswith(hnt_domain,'.com')", "one"),
        ("contains(companyname,'%a.')", "three"),
        ("not contains(companyname,'contoso')", "three four"),
        ("estimatedclosedate eq 2026-03-01", "two"),
        ("hnt_lastsyncedon ge 2026-02-28T10:15:00Z", "four"),
        ("hnt_lastsyncedon gt 2026-02-28T13:15:00.5+03:00", ""),
        ("hnt_lastsyncedon ge 2026-02-28", "four"),
        ("donotemail eq true", "three"),
        ("leadsourcecode eq 4", "three"),
        ("statecode eq 0", "one two three four"),
        ("_parentaccountid_value eq null", "one two three four"),
        ("Microsoft.Dynamics.CRM.In(PropertyName='subject',PropertyValues=['one','four'])", "one four"),
    ],
)
def test_filters_find_what_the_service_finds(api: Api, text: str, subjects: str) -> None:
    for lead in LEADS:
        api.create("leads", **lead)
    rows = api.value(f"leads?$select=subject&$filter={quote(text)}")
    assert sorted(row["subject"] for row in rows) == sorted(subjects.split())


@pytest.mark.parametrize(
    "text",
    [
        "subject",
        "subject eq",
        "subject eq 'one",
        "subject eq 'one' and",
        "subject is 'one'",
        "subject eq 5",
        "numberofemployees eq '5'",
        "leadid eq '11111111-1111-4111-8111-111111111111'",
        "_ownerid_value eq 'a'",
        "modifiedon ge '2026-01-01T00:00:00Z'",
        "estimatedclosedate eq 2026-03-01T00:00:00Z",
        "parentaccountid eq null",
        "Subject eq 'one'",
        "nothing eq 1",
        "subject in ('one','two')",
        "length(subject) eq 3",
        "subject eq #",
    ],
)
def test_filters_that_cannot_be_read_are_400(api: Api, text: str) -> None:
    answer = api.get(f"leads?$filter={quote(text)}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "0x80060888")


def test_a_long_chain_of_ors_is_read_and_a_deep_nest_is_refused(api: Api) -> None:
    api.create("leads", subject="700")
    chain = quote(" or ".join(f"subject eq '{number}'" for number in range(1000)))
    assert len(api.value(f"leads?$filter={chain}")) == 1
    assert api.get("leads?$filter=" + "(" * 500 + "subject eq '1'" + ")" * 500).status_code == 400


def test_parameter_aliases_carry_awkward_text(api: Api) -> None:
    api.create("leads", subject="A", companyname="A&B + C's #1")
    rows = api.value("leads?$filter=companyname eq @n&@n='A%26B %2B C''s %231'")
    assert len(rows) == 1


def test_a_filter_reaches_through_a_lookup(api: Api) -> None:
    account = api.create("accounts", name="Contoso")
    api.create("leads", subject="A", **{"parentaccountid@odata.bind": f"/accounts({account})"})
    api.create("leads", subject="B")
    assert [row["subject"] for row in api.value("leads?$filter=parentaccountid/name eq 'contoso'")] == ["A"]
    assert [row["subject"] for row in api.value(f"leads?$filter=_parentaccountid_value eq {account}")] == ["A"]


def test_orders_put_nothing_first_and_ties_stay_in_place(api: Api) -> None:
    for lead in LEADS:
        api.create("leads", **lead)
    rows = api.value("leads?$select=subject&$orderby=numberofemployees desc,subject")
    assert [row["subject"] for row in rows] == ["four", "two", "one", "three"]
    rows = api.value("leads?$select=subject&$orderby=numberofemployees,subject desc")
    assert [row["subject"] for row in rows] == ["three", "one", "two", "four"]


def test_pages_follow_the_next_link_with_filter_and_order(api: Api) -> None:
    for number in range(7):
        api.create("leads", subject=f"{number}&'x", companyname="it's")
    path, prefer = (
        "leads?$select=subject&$filter=companyname eq @n&$orderby=subject desc&$count=true",
        "odata.maxpagesize=3",
    )
    first = api.get(path + "&@n='it''s'", Prefer=prefer)
    assert first.headers["Preference-Applied"] == "odata.maxpagesize=3"
    seen, page = [], first.json()
    assert page["@odata.count"] == 7
    while True:
        seen += [row["subject"][0] for row in page["value"]]
        assert len(page["value"]) <= 3
        if "@odata.nextLink" not in page:
            break
        page = api.session.get(page["@odata.nextLink"], headers={"Prefer": prefer}).json()
    assert seen == list("6543210")


def test_a_next_link_survives_the_deletion_of_the_row_it_stands_on(api: Api) -> None:
    for number in range(4):
        api.create("leads", subject=str(number))
    page = api.get("leads?$select=subject&$orderby=subject", Prefer="odata.maxpagesize=2").json()
    api.send("DELETE", f"leads({page['value'][1]['leadid']})")
    following = api.session.get(page["@odata.nextLink"], headers={"Prefer": "odata.maxpagesize=2"}).json()
    assert len(following["value"]) >= 1


def test_top_ends_the_list_without_a_next_link(api: Api) -> None:
    for number in range(3):
        api.create("leads", subject=str(number))
    page = api.get("leads?$top=2", Prefer="odata.maxpagesize=1").json()
    assert len(page["value"]) == 2 and "@odata.nextLink" not in page
    assert api.get("leads/$count").text == "3"


@pytest.mark.parametrize(
    "query",
    ["$skip=1", "$select=nothing", "$select=parentaccountid", "$orderby=nothing", "$top=x", "$search=a", "$expand=x"],
)
def test_options_that_the_service_does_not_take_are_400(api: Api, query: str) -> None:
    api.create("leads", subject="A")
    assert api.get(f"leads?{query}").status_code == 400


def test_a_row_without_select_has_every_column_and_lookups_by_their_read_names(api: Api) -> None:
    row = api.get(f"leads({api.create('leads', subject='A')})").json()
    assert row["companyname"] is None and row["_parentaccountid_value"] is None
    assert "parentaccountid" not in row and row["_transactioncurrencyid_value"]


def test_formatted_values_come_when_asked_for(api: Api) -> None:
    made = api.create("leads", subject="A", leadsourcecode=4)
    select = f"leads({made})?$select=leadsourcecode,_ownerid_value"
    assert "leadsourcecode@OData.Community.Display.V1.FormattedValue" not in api.get(select).json()
    row = api.get(select, Prefer='odata.include-annotations="*"').json()
    assert row["leadsourcecode@OData.Community.Display.V1.FormattedValue"] == "Partner"
    assert row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "systemuser"


def test_an_index_never_changes_what_is_found(api: Api) -> None:
    made = api.create("accounts", name="A", hnt_domain="a.com")
    assert len(api.value("accounts?$filter=hnt_domain eq 'a.com'")) == 1
    api.send("PATCH", f"accounts({made})", {"hnt_domain": "b.com"})
    assert api.value("accounts?$filter=hnt_domain eq 'a.com'") == []
    assert len(api.value("accounts?$filter=hnt_domain eq 'B.COM' or hnt_domain eq 'a.com'")) == 1
    api.send("DELETE", f"accounts({made})")
    assert api.value("accounts?$filter=hnt_domain eq 'b.com'") == []


def test_an_address_of_32_kilobytes_is_read_and_a_longer_one_is_not(api: Api) -> None:
    padding = "x" * 30_000
    assert api.value(f"leads?$filter=subject eq '{padding}'") == []
    assert api.get(f"leads?$filter=subject eq '{padding}{padding}'").status_code == 414
