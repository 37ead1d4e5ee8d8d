"""Promises about what a scan fetches beside DNS: the MTA-STS policy and Microsoft's public sign-in metadata."""

from typing import Any

import pytest
from aiohttp import web

from sandbox import dns as name_server
from shared.clients.dns import Dns
from shared.rules.evidence import Check
from tests.background import Background
from tests.clients.web_servers import Trust, https_server, trust_for

ZONE: dict[str, Any] = {
    "contoso.example": {"MX": ["10 mail.contoso.example."]},
    "_mta-sts.contoso.example": {"TXT": ["v=STSv1; id=20261123;"]},
    "mta-sts.contoso.example": {"A": ["127.0.0.1"]},
}
POLICY = "version: STSv1\nmode: enforce\nmx: mail.contoso.example\nmax_age: 86400\n"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust_for(tmp_path_factory.mktemp("tls"), "mta-sts.contoso.example", "login.example")


def _policy_check(loop: Background, trust: Trust, answer: Any, zone: dict[str, Any] = ZONE) -> Check:
    server = loop.serve(name_server.serve(zone=zone)).address
    with https_server(loop, trust, answer) as port:
        url = f"https://mta-sts.{{domain}}:{port}/.well-known/mta-sts.txt"
        dns = Dns([server], policy_url=url, allow_loopback=True, tls=trust.client, patience=0.3)
        check = dns.scan("contoso.example", checks=frozenset({"mta_sts"})).checks["mta_sts"]
        dns.close()
    return check


def _text(text: str, status: int = 200) -> Any:
    async def answer(request: web.Request) -> web.Response:
        assert request.path == "/.well-known/mta-sts.txt"
        return web.Response(text=text, status=status)

    return answer


async def _moved(_request: web.Request) -> web.Response:
    return web.Response(status=301, headers={"Location": "/elsewhere"})


@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        (_text(POLICY), "present", "found"),
        (_text(POLICY.replace("mail.", "other.")), "invalid", "mx_not_covered"),
        (_text(POLICY.replace("enforce", "strict")), "invalid", "policy_malformed"),
        (_text("gone", status=404), "invalid", "policy_status_404"),
        (_moved, "unknown", "policy_too_many_redirects"),
    ],
)
def test_record_policy_and_mx_have_to_agree(
    loop: Background, trust: Trust, answer: Any, state: str, outcome: str
) -> None:
    check = _policy_check(loop, trust, answer)
    assert (check.state, check.outcome) == (state, outcome)
    assert check.records == ("v=STSv1; id=20261123;",)


@pytest.mark.parametrize(
    ("address", "state", "outcome"),
    [
        ("NXDOMAIN", "invalid", "policy_no_such_host"),
        ({"A": ["10.0.0.1"]}, "invalid", "policy_private_address"),
        ({"A": ["127.0.0.1"], "AAAA": ["fd00::1"]}, "invalid", "policy_private_address"),
    ],
)
def test_a_policy_host_that_is_nowhere_or_private_makes_it_invalid(
    loop: Background, trust: Trust, address: Any, state: str, outcome: str
) -> None:
    check = _policy_check(loop, trust, _text(POLICY), {**ZONE, "mta-sts.contoso.example": address})
    assert (check.state, check.outcome) == (state, outcome)


def test_without_a_record_no_policy_is_fetched(loop: Background) -> None:
    zone = {name: given for name, given in ZONE.items() if not name.startswith("_")}
    server = loop.serve(name_server.serve(zone=zone)).address
    dns = Dns([server], patience=0.3)
    assert dns.scan("contoso.example", checks=frozenset({"mta_sts"})).checks["mta_sts"].state == "absent"
    dns.close()


TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"


def _login(metadata: Any, realm: Any) -> Any:
    async def answer(request: web.Request) -> web.Response:
        status, body = realm if request.path == "/getuserrealm.srf" else metadata
        return web.json_response(body, status=status)

    return answer


FOUND = (200, {"issuer": f"https://login.example/{TENANT.upper()}/v2.0"})
NONE = (400, {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found."})


@pytest.mark.parametrize(
    ("metadata", "realm", "state", "outcome", "sign_in"),
    [
        (FOUND, (200, {"NameSpaceType": "Managed"}), "present", "found", "managed"),
        (FOUND, (200, {"NameSpaceType": "Federated"}), "present", "found", "federated"),
        (FOUND, (200, {"NameSpaceType": "Unknown"}), "present", "found", "unknown"),
        (FOUND, (500, {}), "present", "found", "unknown"),
        (FOUND, (200, ["odd"]), "present", "found", "unknown"),
        (NONE, (200, {"NameSpaceType": "Unknown"}), "absent", "no_tenant", None),
        ((400, {"error": "AADSTS50000"}), (200, {}), "unknown", "status_400", None),
        ((429, {}), (200, {}), "unknown", "status_429", None),
        ((200, {"issuer": "https://login.example/{tenantid}/v2.0"}), (200, {}), "unknown", "malformed_answer", None),
        ((200, "text"), (200, {}), "unknown", "malformed_answer", None),
    ],
)
def test_a_tenant_is_found_none_or_unknown(
    loop: Background, metadata: Any, realm: Any, state: str, outcome: str, sign_in: str | None
) -> None:
    server = loop.serve(name_server.serve(zone=ZONE)).address
    with https_server(loop, None, _login(metadata, realm)) as port:
        dns = Dns([server], login_url=f"http://127.0.0.1:{port}/", allow_loopback=True)
        check = dns.scan("contoso.example", checks=frozenset({"tenant"})).checks["tenant"]
        dns.close()
    assert (check.state, check.outcome, check.detail.get("sign_in")) == (state, outcome, sign_in)
    if state == "present":
        assert check.detail["tenant_id"] == TENANT


def test_without_an_address_tenants_and_registrations_are_left_out(loop: Background) -> None:
    dns = Dns([loop.serve(name_server.serve(zone=ZONE)).address], patience=0.3)
    assert set(dns.scan("contoso.example", checks=frozenset({"mx", "tenant", "registration"})).checks) == {"mx"}
    dns.close()
