"""Which settings the functions get for what runs, and that the project's app can work with them."""

from pathlib import Path

import pytest

from sandbox.command_line import read_command_line
from sandbox.function_settings import (
    Addresses,
    SettingsWrongError,
    check_settings,
    function_settings,
    unknown_overrides,
)
from sandbox.run_identity import read_identity
from shared.settings import read_settings

EVERYTHING = {
    "bus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=c2Vj;UseDevelopmentEmulator=true",
    "storage": "UseDevelopmentStorage=true",
    "entra": "https://127.0.0.1:2",
    "partner_center": "http://127.0.0.1:3",
    "dataverse": "http://127.0.0.1:4",
    "dns": "127.0.0.1:5",
    "rdap": "http://127.0.0.1:6",
    "whois": "127.0.0.1:7",
    "mta_sts_port": "8",
}


def test_project_accepts_the_settings_of_a_whole_sandbox(tmp_path: Path) -> None:
    addresses = Addresses(**EVERYTHING, token_cache=tmp_path / "cache")
    settings = read_settings(function_settings(addresses, read_identity(tmp_path)))
    assert (settings.whois_server_map, settings.mta_sts_port) == ({"tr": "127.0.0.1:7"}, 8)
    assert (settings.partner_center_enabled, settings.dynamics_enabled, settings.principal_trusted) == (
        True,
        True,
        True,
    )


def test_service_that_does_not_run_is_not_among_the_settings(tmp_path: Path) -> None:
    settings = function_settings(Addresses(bus="Endpoint=…"), read_identity(tmp_path))
    assert settings["ServiceBus"] == "Endpoint=…"
    absent = {"Storage", "PARTNER_CENTER_ENABLED", "DYNAMICS_ENABLED", "DNS_SERVERS", "AZURE_AUTHORITY_HOST"}
    assert not absent & settings.keys()


def test_override_rules_and_an_empty_one_unsets(tmp_path: Path) -> None:
    overrides = {"DYNAMICS_ENABLED": "false", "DNS_SERVERS": "", "SUPPORT_CONTACT": "me"}
    addresses = Addresses(**EVERYTHING, overrides=overrides)
    settings = function_settings(addresses, read_identity(tmp_path))
    assert (settings["DYNAMICS_ENABLED"], settings["SUPPORT_CONTACT"]) == ("false", "me")
    assert "DNS_SERVERS" not in settings


def test_identity_of_a_kept_state_stays_and_is_the_owner_s_alone(tmp_path: Path) -> None:
    first = read_identity(tmp_path)
    assert read_identity(tmp_path) == first
    assert (tmp_path / "identity.json").stat().st_mode & 0o077 == 0


def test_wrong_settings_stop_a_person_s_run_with_every_problem_and_not_a_test_s() -> None:
    wrong = {"ServiceBus": "x", "EXPORT_MAX_ROWS": "many", "RETENTION_DAYS": "0"}
    with pytest.raises(SettingsWrongError) as told:
        check_settings(read_command_line([]), wrong)
    assert "EXPORT_MAX_ROWS" in str(told.value)
    assert "RETENTION_DAYS" in str(told.value)
    check_settings(read_command_line(["--json"]), wrong)


def test_an_override_that_is_no_setting_is_named() -> None:
    given = ["--set", "RETRY_SCAL=0", "--set", "RETRY_SCALE=0", "--set", "ServiceBus="]
    assert unknown_overrides(read_command_line(given)) == ["RETRY_SCAL"]
