"""Provisioning an empty Dynamics, twice, and with its weather."""

import argparse
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from operate.provision import add_arguments, keys_of, provision, run, wait_for_keys
from sandbox.dataverse import serve
from shared.clients.dynamics_preflight import dynamics_checks
from shared.errors import TransientError
from shared.settings import SettingsInvalidError
from tests.background import background
from tests.clients.dynamics_stand_in import StandIn

Make = Callable[..., StandIn]


@pytest.fixture
def make() -> Iterator[Make]:
    """An organisation without anything of ours."""
    with background() as loop:
        yield lambda **options: StandIn(
            loop.serve(serve(**{"provisioned": False, "key_delay": 0.2, **options})).address
        )


def _arguments(stand_in: StandIn, **settings: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    args = parser.parse_args([])
    args.environment = {
        "Storage": "UseDevelopmentStorage=true",
        "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=YQ==;UseDevelopmentEmulator=true",
        "DYNAMICS_URL": stand_in.address,
        "ALLOW_LOOPBACK": "true",
        **settings,
    }
    return args


def test_an_empty_organisation_has_everything_active_afterwards(make: Make) -> None:
    stand_in = make()
    said: list[str] = []
    dynamics = stand_in.client()
    assert provision(dynamics, say=said.append, pause=0.01) == 2 + 24 + 4
    assert wait_for_keys(dynamics, seconds=10, say=said.append, pause=0.05) == []
    organisation = dynamics.organisation(fresh=True)
    assert (organisation.missing_columns, organisation.inactive_keys) == ((), ())
    assert "created column lead.hnt_score" in said and "published" in said
    assert all(check.ok for check in dynamics_checks(dynamics))


def test_a_second_time_changes_nothing(make: Make) -> None:
    dynamics = make(provisioned=True).client()
    said: list[str] = []
    assert provision(dynamics, say=said.append) == 2
    assert provision(dynamics, say=said.append) == 0
    assert said[-1] == "everything is there already"


def test_a_lock_of_somebody_else_is_waited_for(make: Make) -> None:
    stand_in = make()
    body = {"error": {"code": "0x80090412", "message": "Another customisation is running."}}
    stand_in.fault(match={"method": "POST", "path": "*/Attributes"}, answer=400, body=body, times=3)
    assert provision(stand_in.client(), say=lambda _: None, pause=0.01) == 30


def test_a_failed_key_is_built_anew(make: Make) -> None:
    stand_in = make(provisioned=True)
    stand_in.control("POST", "keys", {"table": "lead", "key": "hnt_referralkey", "status": "Failed"})
    dynamics = stand_in.client()
    assert wait_for_keys(dynamics, seconds=10, say=lambda _: None, pause=0.05) == []
    assert {key["EntityKeyIndexStatus"] for key in keys_of(dynamics, "lead")} == {"Active"}


def test_the_checklist_names_what_is_missing_and_the_fix(make: Make) -> None:
    checks = {check.name: check for check in dynamics_checks(make().client())}
    assert not checks["dynamics columns"].ok and "lead.hnt_score" in checks["dynamics columns"].detail
    assert "operate provision" in checks["dynamics keys"].fix
    assert {check.code for check in checks.values() if not check.ok} == {"dyn_column_missing", "dyn_key_inactive"}
    assert "lead.hnt_score" in checks["dynamics columns"].params["columns"]


def test_the_checklist_names_a_missing_right(make: Make) -> None:
    stand_in = make(provisioned=True)
    stand_in.control("POST", "privileges", {"table": "contact", "verb": "read", "allowed": False})
    checks = {check.name: check for check in dynamics_checks(stand_in.client())}
    contact = checks["dynamics contact"]
    assert not contact.ok and "prvReadContact" in contact.detail
    assert contact.code == "dyn_forbidden" and "Contact: " in contact.params["rights"]


def test_without_an_address_the_command_says_so(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_arguments(make(), DYNAMICS_URL="")) == 2
    assert "DYNAMICS_URL" in capsys.readouterr().err


def test_an_entra_that_is_away_is_not_blamed_on_the_address_of_dynamics(make: Make) -> None:
    def away(force_refresh: bool = False) -> str:
        raise TransientError("dyn_unavailable", why="entra_away", error="ServiceResponseError")

    [check] = dynamics_checks(make().client(token=away))
    assert (check.ok, check.code) == (False, "dyn_unavailable")
    assert "Entra did not answer" in check.detail and "AZURE_AUTHORITY_HOST" in check.fix


def test_the_command_ends_with_the_list_of_privileges(
    make: Make, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import operate.provision as command

    stand_in = make(provisioned=True)
    client: Any = stand_in.client()
    monkeypatch.setattr(command.Connections, "dynamics", client)
    assert run(_arguments(stand_in)) == 0
    assert "Opportunity: Create, Read, Write, Append, AppendTo" in capsys.readouterr().out


def test_a_person_needs_only_the_address_and_it_must_be_safe(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Signed:
        def get_token(self, scope: str) -> Any:
            return SimpleNamespace(token="as-a-person")

    monkeypatch.setattr("azure.identity.AzureCliCredential", Signed)
    args = _arguments(make(provisioned=True))
    args.identity = "azure-cli"
    args.environment = {name: args.environment[name] for name in ("DYNAMICS_URL", "ALLOW_LOOPBACK")}
    assert run(args) == 0 and "Hunter's security role needs:" in capsys.readouterr().out
    del args.environment["ALLOW_LOOPBACK"]
    with pytest.raises(SettingsInvalidError, match="DYNAMICS_URL"):
        run(args)


def test_a_person_without_the_azure_cli_is_told_what_to_do(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    args = _arguments(make())
    args.identity = "azure-cli"
    assert run(args) == 1
    assert capsys.readouterr().err == "dyn_signin: Azure CLI not found on path. Run `az login`, then repeat.\n"


@pytest.mark.parametrize("verb", ["create", "read", "write"])
def test_preflight_says_beforehand_which_right_to_the_predictive_scores_is_missing(make: Make, verb: str) -> None:
    stand_in = make(predictive_scores=True)
    name = "dynamics predictive scores"
    assert {check.name: check for check in dynamics_checks(stand_in.client(), scores=True)}[name].ok
    assert name not in [check.name for check in dynamics_checks(stand_in.client())]
    order = {"table": "msdyn_predictivescore", "verb": verb, "allowed": False}
    stand_in.control("POST", "privileges", order)
    check = {check.name: check for check in dynamics_checks(stand_in.client(), scores=True)}[name]
    right = f"prv{verb.capitalize()}msdyn_predictivescore"
    assert (check.ok, check.code, right in check.detail) == (False, "dyn_forbidden", True)
    assert "DYNAMICS_PREDICTIVE_SCORES=false" in check.fix


def test_preflight_is_content_where_dynamics_has_no_predictive_scores(make: Make) -> None:
    checks = {check.name: check for check in dynamics_checks(make().client(), scores=True)}
    check = checks["dynamics predictive scores"]
    assert (check.ok, "msdyn_predictivescore" in check.detail) == (True, True)
