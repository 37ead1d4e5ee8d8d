"""Promises of the Partner Center stand-in, kept with a client that knows nothing of ours."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sandbox.entra import TokenAuthority
from sandbox.partner_center import AUDIENCE, serve
from tests.background import background

TOKENS = TokenAuthority(b"a key for tests")
ADMIN = "admin@hunter-partner.example"
USER = "user@hunter-partner.example"


def a_referral(id_: str, updated: str, **changes: Any) -> dict[str, Any]:
    return {"id": id_, "eTag": f'"{id_}"', "createdDateTime": updated, "updatedDateTime": updated, **changes}


REFERRALS = [
    a_referral(
        "a",
        "2026-11-01T00:00:00.1Z",
        status="New",
        substatus="Pending",
        type="Shared",
        direction="Incoming",
        qualification="SalesQualified",
        engagementId="65edc0b5",
        customerProfile={"name": "O'Brien", "address": {"country": "US"}},
        team=[{"email": USER}],
    ),
    a_referral(
        "b", "2026-11-01T00:00:00.0999999Z", status="Active", substatus="Accepted", direction="Outgoing", team=[]
    ),
    a_referral("c", "2026-11-03T00:00:00Z", status="Closed", substatus="Won", direction="Incoming", team=None),
    {"name": "a record without an id", "updatedDateTime": "2026-11-02T00:00:00Z"},
    "not even an object",
]


class Api:
    """The list address with a token; answers of `requests`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.url = f"{address}/v1.0/engagements/referrals"

    def call(self, method: str = "GET", path: str = "", *, headers: dict[str, str] | None = None, **more: Any):
        claims = {
            "audience": AUDIENCE,
            "user": ADMIN,
            "roles": ("Referrals Admin",),
            "mfa": True,
            **more.pop("claims", {}),
        }
        token = TOKENS.issue(app_id="app", tenant_id="tenant", **claims)
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        return requests.request(method, self.url + path, headers=sent, timeout=5, allow_redirects=False, **more)

    def ids(self, **options: Any) -> list[Any]:
        answer = self.call(params={f"${name}": value for name, value in options.items()})
        assert answer.status_code == 200, answer.text
        return [one.get("id") if isinstance(one, dict) else one for one in answer.json()["value"]]

    def door(self, name: str, body: Any = None) -> requests.Response:
        method = "GET" if body is None else "POST"
        return requests.request(method, f"{self.address}/_sandbox/{name}", json=body, timeout=5)


@pytest.fixture
def api():
    with background() as loop:
        yield Api(loop.serve(serve(authority=TOKENS, referrals=REFERRALS)).address)


def test_two_records_of_one_id_are_both_served_and_an_edit_meets_the_first():
    twice = [a_referral("a", "2026-11-02T00:00:00Z"), a_referral("a", "2026-11-01T00:00:00Z", name="older")]
    with background() as loop:
        api = Api(loop.serve(serve(authority=TOKENS, referrals=twice)).address)
        assert api.call().json()["value"] == twice
        api.door("referrals", {"put": [a_referral("a", "2026-11-03T00:00:00Z")]})
        assert api.call().json()["value"] == [a_referral("a", "2026-11-03T00:00:00Z"), twice[1]]


def test_data_is_served_as_it_stands(api):
    assert api.call().json()["value"] == REFERRALS


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ("engagementId eq '65edc0b5'", ["a"]),
        ("status eq 'New' and qualification eq 'SalesQualified'", ["a"]),
        ("customerProfile/address/country eq 'US' and direction eq 'Incoming'", ["a"]),
        ("(type eq 'Shared' and direction eq 'Incoming')", ["a"]),
        ("team/any(t:t/email eq 'user@hunter-partner.example')", ["a"]),
        ("customerProfile/name eq 'O''Brien'", ["a"]),
        ("status eq 'New' or status eq 'Closed'", ["a", "c"]),
        ("not (direction eq 'Incoming') and status ne null", ["b"]),
        ("updatedDateTime ge 2026-11-01T00:00:00.1Z", ["a", "c", None]),
        ("updatedDateTime ge '2026-11-01T00:00:00.1Z'", ["a", "c", None]),
        ("updatedDateTime lt 2026-11-01T03:00:00.1000000+03:00", ["b"]),
        ("updatedDateTime gt 2026-11-01T00:00:00.0999999Z and updatedDateTime le 2026-11-01T00:00:00.1000000Z", ["a"]),
        ("nothing eq 'here'", []),
    ],
)
def test_the_documented_filters_work(api, expression, ids):
    assert api.ids(filter=expression) == ids


@pytest.mark.parametrize(
    "options",
    [
        {"$filter": "status eq"},
        {"$filter": "status is 'New'"},
        {"$filter": "(status eq 'New'"},
        {"$filter": "status eq 'New' status"},
        {"$filter": "updatedDateTime ge 'soon'"},
        {"$filter": "status eq New"},
        {"$filter": "#"},
        {"$orderby": "name asc"},
        {"$orderby": "updatedDateTime sideways"},
        {"$top": "-1"},
        {"$top": "all"},
        {"$search": "x"},
        {"$skiptoken": "junk"},
    ],
    ids=str,
)
def test_a_query_that_is_not_valid_is_refused_in_the_documented_shape(api, options):
    answer = api.call(params=options)
    error = answer.json()["error"]
    assert answer.status_code == 400 and error["code"] == "invalidRequest"
    assert error["target"] == next(iter(options)) and error["message"] and error["innerError"]["code"]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("updatedDateTime asc", ["not even an object", "b", "a", None, "c"]),
        ("updatedDateTime", ["not even an object", "b", "a", None, "c"]),
        ("createdDateTime desc", ["c", "a", "b", "not even an object", None]),
    ],
)
def test_order_is_by_instant_not_by_text(api, order, ids):
    assert api.ids(orderby=order) == ids


def test_select_drops_all_else_the_etag_too(api):
    value = api.call(params={"$select": "id,status", "$filter": "id eq 'a'"}).json()["value"]
    assert value == [{"id": "a", "status": "New"}]


def test_top_ends_the_list_without_a_link(api):
    body = api.call(params={"$top": "2"}).json()
    assert len(body["value"]) == 2 and "@odata.nextLink" not in body


def test_pages_are_linked_by_an_opaque_token_at_another_path_over_http(api):
    api.door("oddities", {"page_size": 2})
    options = {"$orderby": "updatedDateTime asc", "$filter": "id ne 'b'"}
    seen, body = [], api.call(params=options).json()
    while True:
        seen += body["value"]
        if "@odata.nextLink" not in body:
            break
        link = urlsplit(body["@odata.nextLink"])
        assert (link.scheme, link.path) == ("http", "/v1.0/referrals") and list(parse_qs(link.query)) == ["$skiptoken"]
        token = parse_qs(link.query)["$skiptoken"][0]
        assert "updatedDateTime" not in token and len(token) > 100
        body = api.call(params={"$skiptoken": token, **options}).json()
    assert len(seen) == 4


def test_a_skip_token_belongs_to_its_query(api):
    api.door("oddities", {"page_size": 2})
    link = api.call(params={"$orderby": "updatedDateTime asc"}).json()["@odata.nextLink"]
    token = parse_qs(urlsplit(link).query)["$skiptoken"][0]
    answer = api.call(params={"$skiptoken": token, "$orderby": "createdDateTime asc"})
    assert (answer.status_code, answer.json()["error"]["target"]) == (400, "$orderby")


def test_one_referral_has_an_etag_and_request_ids(api):
    answer = api.call(path="/a", headers={"client-request-id": "mine", "ValidateMfa": "true"})
    assert answer.json() == REFERRALS[0]
    assert (answer.headers["ETag"], answer.headers["client-request-id"]) == ('"a"', "mine")
    assert answer.headers["request-id"] and answer.headers["isMfaCompliant"] == "true"
    missing = api.call(path="/zzz")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "itemNotFound")


PATCH = [{"op": "replace", "path": "/externalReferenceId", "value": "crm-1"}]


def test_a_patch_needs_the_present_etag_and_makes_a_new_one(api):
    stale = api.call("PATCH", "/a", json=PATCH, headers={"If-Match": '"old"'})
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "preconditionFailed")
    done = api.call("PATCH", "/a", json=PATCH, headers={"If-Match": '"a"'})
    assert (done.status_code, done.content) == (204, b"")
    again = api.call("PATCH", "/a", json=PATCH, headers={"If-Match": '"a"'})
    assert again.status_code == 412
    shown = api.call("PATCH", "/a", json=PATCH, headers={"Prefer": "return=representation"})
    assert shown.status_code == 200 and shown.json()["externalReferenceId"] == "crm-1"
    assert shown.json()["updatedDateTime"] > REFERRALS[0]["updatedDateTime"]


@pytest.mark.parametrize(
    "patch",
    [
        {},
        [],
        "text",
        [{"op": "remove", "path": "/name"}],
        [{"op": "replace", "path": "/id", "value": "x"}],
        [{"op": "replace", "path": "name", "value": "x"}],
        [{"op": "replace", "path": "/name"}],
        [{"op": "replace", "path": "/status", "value": "Closed"}],
        [{"op": "replace", "path": "/eTag/x", "value": 1}],
    ],
    ids=str,
)
def test_a_patch_that_is_not_allowed_changes_nothing(api, patch):
    assert api.call("PATCH", "/a", json=patch).status_code == 400
    assert api.call(path="/a").json() == REFERRALS[0]


def test_a_closed_referral_stays_closed(api):
    patch = [
        {"op": "replace", "path": "/status", "value": "Active"},
        {"op": "replace", "path": "/substatus", "value": "Accepted"},
    ]
    assert api.call("PATCH", "/c", json=patch).status_code == 400
    assert api.call("PATCH", "/a", json=patch).status_code == 204


@pytest.mark.parametrize(
    ("claims", "status", "code"),
    [
        ({"audience": "https://api.partnercenter.microsoft.com"}, 401, "unauthenticated"),
        ({"life": -1}, 401, "unauthenticated"),
        ({"user": None}, 403, "accessDenied"),
        ({"roles": ("Admin Agent",)}, 403, "accessDenied"),
    ],
    ids=str,
)
def test_tokens_are_checked(api, claims, status, code):
    answer = api.call(claims=claims)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert requests.get(api.url, timeout=5).status_code == 401


def test_a_referrals_user_sees_only_what_the_team_holds_and_writes_nothing(api):
    user = {"roles": ("Referrals User",), "user": USER}
    assert [one["id"] for one in api.call(claims=user).json()["value"]] == ["a"]
    assert api.call(path="/b", claims=user).status_code == 404
    assert api.call("PATCH", "/a", json=PATCH, claims=user).status_code == 403


def test_data_can_be_edited_while_somebody_reads(api):
    edit = {
        "put": [a_referral("d", "2026-11-04T00:00:00Z")],
        "change": [{"id": "b", "name": "x"}, {"id": "zz"}],
        "delete": ["c"],
    }
    assert api.door("referrals", edit).json() == {"total": 5, "missing": ["zz"]}
    assert api.ids(orderby="updatedDateTime asc")[-2:] == ["d", "b"]
    assert len(api.door("referrals").json()) == 5
    assert api.door("referrals", [a_referral("d", "2026-11-05T00:00:00Z")]).json()["total"] == 5
    assert api.door("referrals", {"upsert": []}).status_code == 400
    assert api.door("oddities", {"link": "sideways"}).status_code == 400


def test_faults_come_in_the_services_shape(api):
    api.door("faults", {"answer": 429, "retry_after": 3})
    answer = api.call()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.json()["error"]["code"] == "tooManyRequests" and answer.headers["request-id"]


def test_offsets_become_dates_and_the_samples_are_the_default():
    with background() as loop:
        own = Api(loop.serve(serve(authority=TOKENS, referrals=[a_referral("a", "@-1d")], now=lambda: 1.8e9)).address)
        assert own.call().json()["value"][0]["updatedDateTime"] == "2027-01-14T08:00:00Z"
        samples = Api(loop.serve(serve(authority=TOKENS)).address)
        assert len(samples.call().json()["value"]) >= 60
