"""Promises of the Entra stand-in, kept with the genuine MSAL and azure-identity over TLS."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import msal
import pytest
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential

from sandbox.entra import App, SignInState, TokenAuthority, TokenRefusedError, serve, signed_in_cache
from tests.background import background

TENANT = "11111111-2222-4333-8444-555555555555"
PUBLIC = App("aaaaaaaa-0000-4000-8000-000000000001")
SECRET = App("aaaaaaaa-0000-4000-8000-000000000002", secret="only-for-tests", roles=("Application User",))
SCOPE = "https://api.partner.microsoft.com/.default"
TOKENS = TokenAuthority(b"a key for tests")


@pytest.fixture
def entra(certificates, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.bundle))
    with background() as loop:
        yield loop.serve(
            serve(tls=certificates.server_context(), authority=TOKENS, apps=(PUBLIC, SECRET), state=SignInState())
        ).address


def public_client(entra: str, cache: msal.TokenCache | None = None) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        PUBLIC.client_id, authority=f"{entra}/{TENANT}", instance_discovery=False, token_cache=cache
    )


def signed_in(entra: str) -> msal.PublicClientApplication:
    cache = msal.SerializableTokenCache()
    cache.deserialize(signed_in_cache(authority=TOKENS, address=entra, tenant_id=TENANT, client_id=PUBLIC.client_id))
    return public_client(entra, cache)


def silent(app: msal.PublicClientApplication, **options):
    account = app.get_accounts(username=SignInState().username)[0]
    return app.acquire_token_silent_with_error([SCOPE], account=account, **options)


def set_state(entra: str, **state) -> None:
    answer = requests.post(f"{entra}/_sandbox/sign-in-state", json=state, timeout=5)
    assert answer.status_code == 200, answer.text


def test_the_device_code_flow_signs_a_person_in_and_silence_follows(entra):
    app = public_client(entra)
    flow = app.initiate_device_flow(scopes=[SCOPE])
    assert flow["user_code"] in flow["message"]
    result = app.acquire_token_by_device_flow(flow)
    claims = TOKENS.verify(result["access_token"], audience="https://api.partner.microsoft.com")
    assert (claims.user, claims.roles, claims.mfa) == (SignInState().username, ("Referrals Admin",), True)
    assert result["id_token_claims"]["tid"] == TENANT
    assert silent(app)["access_token"] == result["access_token"]
    assert silent(app, force_refresh=True)["access_token"] != result["access_token"]


def test_a_device_code_waits_for_approval_and_may_be_declined(entra):
    set_state(entra, auto_approve=False)
    app = public_client(entra)
    flow = app.initiate_device_flow(scopes=[SCOPE])
    once = {"exit_condition": lambda _flow: True}
    assert app.acquire_token_by_device_flow(flow, **once)["error"] == "authorization_pending"
    waiting = requests.get(flow["verification_uri"], timeout=5).json()["codes"]
    assert waiting == {flow["user_code"]: "waiting"}
    assert requests.post(f"{entra}/_sandbox/approve", json={"user_code": "NOBODY"}, timeout=5).status_code == 404
    requests.post(f"{entra}/_sandbox/approve", json={"user_code": flow["user_code"]}, timeout=5)
    assert "access_token" in app.acquire_token_by_device_flow(flow, **once)
    other = app.initiate_device_flow(scopes=[SCOPE])
    requests.post(f"{entra}/_sandbox/approve", json={"user_code": other["user_code"], "approve": False}, timeout=5)
    assert app.acquire_token_by_device_flow(other, **once)["error"] == "authorization_declined"


def test_the_sandbox_can_start_signed_in(entra):
    assert "access_token" in silent(signed_in(entra))


def test_a_refresh_gives_a_new_refresh_token_and_leaves_the_old_one_good(entra):
    app = signed_in(entra)
    first = app.token_cache.serialize()
    silent(app)
    second = app.token_cache.serialize()
    assert first != second
    for text in (first, second):
        cache = msal.SerializableTokenCache()
        cache.deserialize(text)
        assert "access_token" in silent(public_client(entra, cache), force_refresh=True)


@pytest.mark.parametrize(
    ("outcome", "error", "code", "key"),
    [
        ("invalid_grant", "invalid_grant", 700082, "suberror"),
        ("interaction_required", "interaction_required", 50158, "claims"),
        ("mfa_required", "invalid_grant", 50076, "suberror"),
    ],
)
def test_a_sign_in_can_be_refused_on_request(entra, outcome, error, code, key):
    set_state(entra, outcome=outcome)
    result = silent(signed_in(entra), force_refresh=True)
    assert (result["error"], result["error_codes"]) == (error, [code]) and result[key]
    assert SignInState().username in result["error_description"]
    set_state(entra, outcome="ok")
    assert "access_token" in silent(signed_in(entra))


def test_tokens_live_and_know_what_the_state_says(entra):
    set_state(entra, token_life=600, roles=["Referrals User"], mfa=False)
    result = silent(signed_in(entra))
    claims = TOKENS.verify(result["access_token"])
    assert result["expires_in"] == 600 and (claims.roles, claims.mfa) == (("Referrals User",), False)


def test_a_wrong_state_is_refused_with_the_fields(entra):
    answer = requests.post(f"{entra}/_sandbox/sign-in-state", json={"outcome": "maybe"}, timeout=5)
    assert answer.status_code == 400 and "outcome" in answer.json()["fix"]


@pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")  # Entra allows both
@pytest.mark.parametrize("response_mode", ["query", "form_post"])
def test_an_authorization_code_with_pkce_is_redeemed_once(entra, response_mode):
    app = public_client(entra)
    flow = app.initiate_auth_code_flow([SCOPE], redirect_uri="http://localhost:1", response_mode=response_mode)
    page = requests.get(flow["auth_uri"], allow_redirects=False, timeout=5)
    if response_mode == "query":
        answer = {name: values[0] for name, values in parse_qs(urlsplit(page.headers["Location"]).query).items()}
    else:
        answer = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page.text)}
    result = app.acquire_token_by_auth_code_flow(flow, answer)
    assert TOKENS.verify(result["access_token"]).user == SignInState().username
    again = app.acquire_token_by_auth_code_flow(flow, answer)
    assert (again["error"], again["error_codes"]) == ("invalid_grant", [54005])


@pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended")  # a code in the address can be stolen
def test_a_stolen_code_is_worth_nothing_without_its_verifier(entra):
    app = public_client(entra)
    flow = app.initiate_auth_code_flow([SCOPE], redirect_uri="http://localhost:1", response_mode="query")
    page = requests.get(flow["auth_uri"], allow_redirects=False, timeout=5)
    answer = {name: values[0] for name, values in parse_qs(urlsplit(page.headers["Location"]).query).items()}
    result = app.acquire_token_by_auth_code_flow({**flow, "code_verifier": "x" * 43}, answer)
    assert result["error_codes"] == [501481]


def test_an_app_signs_in_for_itself_with_its_secret(entra):
    app = msal.ConfidentialClientApplication(
        SECRET.client_id, client_credential=SECRET.secret, authority=f"{entra}/{TENANT}", instance_discovery=False
    )
    claims = TOKENS.verify(app.acquire_token_for_client([SCOPE])["access_token"])
    assert (claims.user, claims.app_id, claims.roles) == (None, SECRET.client_id, ("Application User",))


def test_azure_identity_signs_in_for_dataverse(entra):
    credential = ClientSecretCredential(
        TENANT, SECRET.client_id, SECRET.secret, authority=entra, disable_instance_discovery=True
    )
    token = credential.get_token("http://127.0.0.1:8123/.default").token
    assert TOKENS.verify(token, audience="http://127.0.0.1:8123").app_id == SECRET.client_id


@pytest.mark.parametrize(
    ("client_id", "secret"), [(SECRET.client_id, "wrong"), ("nobody", "x"), (PUBLIC.client_id, "x")]
)
def test_a_wrong_secret_or_an_unknown_app_is_refused(entra, client_id, secret):
    credential = ClientSecretCredential(TENANT, client_id, secret, authority=entra, disable_instance_discovery=True)
    with pytest.raises(ClientAuthenticationError):
        credential.get_token(SCOPE)


def test_instance_discovery_answers_for_any_tenant(entra):
    answer = requests.get(
        f"{entra}/common/discovery/instance",
        params={"authorization_endpoint": f"{entra}/{TENANT}/oauth2/v2.0/authorize", "api-version": "1.1"},
        timeout=5,
    ).json()
    assert requests.get(answer["tenant_discovery_endpoint"], timeout=5).json()["issuer"] == f"{entra}/{TENANT}/v2.0"


def test_faults_come_in_entras_shape(entra):
    requests.post(f"{entra}/_sandbox/faults", json={"match": {"path": "*/token"}, "answer": 503}, timeout=5)
    assert requests.post(f"{entra}/{TENANT}/oauth2/v2.0/token", timeout=5).json()["error"] == "temporarily_unavailable"
    with pytest.raises(msal.exceptions.MsalServiceError):
        silent(signed_in(entra), force_refresh=True)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda tokens: None, "missing"),
        (lambda tokens: "junk", "malformed"),
        (lambda tokens: "junk.ü", "forged"),
        (lambda tokens: tokens.issue(audience="a", app_id="i", tenant_id="t") + "x", "forged"),
        (lambda tokens: TokenAuthority(b"other").issue(audience="a", app_id="i", tenant_id="t"), "forged"),
        (lambda tokens: tokens.issue(audience="b", app_id="i", tenant_id="t"), "wrong_audience"),
        (lambda tokens: tokens.issue(audience="a", app_id="i", tenant_id="t", life=0), "expired"),
        (lambda tokens: tokens.issue(audience="a", app_id="i", tenant_id="t", kind="refresh"), "wrong_kind"),
    ],
)
def test_a_token_is_refused_with_its_reason(make, reason):
    tokens = TokenAuthority(b"key")
    with pytest.raises(TokenRefusedError) as caught:
        tokens.verify(make(tokens), audience="A/")
    assert caught.value.reason == reason
