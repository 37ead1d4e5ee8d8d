"""Whatever comes in, an answer goes out: the stand-in refuses in its own words and never falls over."""

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.dataverse.exchange import Request
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.resource import API
from sandbox.dataverse.service import Service
from tests.sandbox.dataverse.plain_client import change_set, multipart, part

KNOWN = "22222222-2222-4222-8222-222222222222"
PATHS = [
    "leads",
    f"leads({KNOWN})",
    "accounts(hnt_domain='c.com')/name",
    f"leads({KNOWN})/parentaccountid/$ref",
    f"leads({KNOWN})/Microsoft.Dynamics.CRM.QualifyLead",
    "leads/Microsoft.Dynamics.CRM.UpsertMultiple",
    "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='subject')/Microsoft.Dynamics.CRM.StringAttributeMetadata",
    "EntityDefinitions(LogicalName='lead')/Keys",
    "RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)",
    "Merge",
    "WinOpportunity",
    "$batch",
]
QUERIES = [
    "$filter=subject eq 'x' and not (modifiedon ge 2026-02-28T10:15:00Z or contains(companyname,@p1))&@p1='a'",
    "$select=subject,_ownerid_value&$orderby=modifiedon desc&$expand=ownerid($select=fullname)&$top=5&$count=true",
    "@p1={'@odata.type':'Microsoft.Dynamics.CRM.account','name':'a'}&@p2='account'&@p3={}",
    "",
]
NAMES = ["subject", "leadsourcecode", "estimatedclosedate", "parentaccountid@odata.bind", "@odata.type", "Targets"]
NAMES += ["SchemaName", "MaxLength", "OptionSet", "KeyAttributes", "Target", "OpportunityClose", "Status", "statecode"]
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["$1", "leads(1)"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)),
    max_leaves=4,
)


def a_service() -> tuple[Service, str]:
    org = Organisation(duplicate_rules=True)
    service, user = Service(org), org.application_user("a")
    json_type = {"content-type": "application/json"}
    service.answer(Request("PATCH", f"{API}leads({KNOWN})", json_type, b'{"subject": "A", "lastname": "B"}'), user)
    return service, user


SERVICE, USER = a_service()


def spoiled(text: str, dice: random.Random) -> str:
    """The text with one character changed now and then."""
    if not text or dice.random() < 0.4:
        return text
    place = dice.randrange(len(text))
    return text[:place] + dice.choice("'()/%@=,$é x5") + text[place + dice.choice((0, 1)) :]


@settings(max_examples=400)
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE"]),
    path=st.sampled_from(PATHS),
    query=st.sampled_from(QUERIES),
    body=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3),
    seed=st.integers(0, 1_000_000),
)
def test_every_request_gets_an_answer(method: str, path: str, query: str, body: object, seed: int) -> None:
    dice = random.Random(seed)
    url = f"{API}{spoiled(path, dice)}?{spoiled(query, dice)}"
    headers = {"content-type": "application/json", "prefer": "return=representation"}
    answer = SERVICE.answer(Request(method, url, headers, json.dumps(body).encode()), USER)
    assert 200 <= answer.status < 500 or answer.status == 501
    assert isinstance(answer.body, bytes)


@settings(max_examples=500)
@given(seed=st.integers(0, 1_000_000), places=st.integers(1, 4))
def test_every_batch_body_gets_an_answer(seed: int, places: int) -> None:
    dice = random.Random(seed)
    write = part("POST", "leads", {"subject": "A"}, content_id=1)
    body = bytearray(multipart([change_set(write), part("GET", "leads?$top=1")]))
    for _ in range(places):
        place = dice.randrange(len(body))
        body[place : place + dice.randrange(3)] = dice.choice([b"", b"\n", b"\r", b"-", b":", b"\xff", b"--batch_1"])
    headers = {"content-type": "multipart/mixed; boundary=batch_1"}
    answer = SERVICE.answer(Request("POST", API + "$batch", headers, bytes(body)), USER)
    assert answer.status < 500 and isinstance(answer.body, bytes)


def test_a_number_that_is_no_json_is_refused() -> None:
    request = Request("POST", API + "leads", {"content-type": "application/json"}, b'{"revenue": NaN}')
    assert SERVICE.answer(request, USER).status == 400
