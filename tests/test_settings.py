"""Each setting that is wrong is refused by name, all at once, with an example, and nothing of its value is repeated."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.host.schedule import ScheduleError, parse_schedule
from shared.connections import sound_settings
from shared.setting_list import examples
from shared.settings import SettingsInvalidError, read_settings

ROOT = Path(__file__).parent.parent
SECRET = "s3cretVALUEq9"
SOUND = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Production",
    "ServiceBus__fullyQualifiedNamespace": "sb-hunter.servicebus.windows.net",
    "Storage__tableServiceUri": "https://sthunter.table.core.windows.net",
}
LOCAL = {
    "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=YQ==;UseDevelopmentEmulator=true",
    "Storage": "UseDevelopmentStorage=true",
}
SCHEDULES = (
    "PARTNER_CENTER_SCHEDULE", "DYNAMICS_SWEEP_SCHEDULE", "DYNAMICS_PULL_SCHEDULE", "REFRESH_SCHEDULE",
    "RECONCILE_SCHEDULE", "SWEEP_SCHEDULE",
)  # fmt: skip
URLS = (
    "PARTNER_CENTER_URL", "DYNAMICS_URL", "AZURE_AUTHORITY_HOST", "RDAP_BOOTSTRAP_URL", "KEY_VAULT_URL",
    "Storage__tableServiceUri",
)  # fmt: skip


def _problems(**changes: str) -> dict[str, str]:
    """Name and text of each problem with these settings over sound ones."""
    try:
        read_settings({**SOUND, **changes})
    except SettingsInvalidError as error:
        return {problem.name: str(problem) for problem in error.problems}
    return {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, f"http://10.0.0.1/{SECRET}") for name in URLS),
        *((name, f"http://127.0.0.1/?token={SECRET}") for name in URLS),
        *((name, f"https://user:{SECRET}@h.example") for name in URLS),
        *((name, value) for name in URLS for value in ("https://", "https://h.example:99999", "ftp://h.x", SECRET)),
        *((name, value) for name in SCHEDULES for value in ("%SCHEDULE%", "99 99 * * * *", "00:10:00", "a b c d e f")),
        ("DYNAMICS_URL", "https://contoso.crm4.dynamics.com/main.aspx"),
        ("KEY_VAULT_URL", f"https://kv.vault.azure.net/secrets/{SECRET}"),
        ("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com/contoso"),
        ("PARTNER_CENTER_ENABLED", SECRET),
        ("PARTNER_CENTER_MODE", SECRET),
        ("PARTNER_CENTER_OVERLAP_MINUTES", "-1"),
        ("PARTNER_CENTER_TENANT_ID", f"https://login.example/{SECRET}"),
        ("PARTNER_CENTER_CLIENT_ID", f"{SECRET} {SECRET}"),
        ("DYNAMICS_OWNER", "the sales team"),
        ("DYNAMICS_LEAD_SOURCES", f"co-sell={SECRET}"),
        ("DYNAMICS_LEAD_SOURCES", "co-sell=-3"),
        ("DYNAMICS_LEAD_SOURCES", "cosell=3"),
        ("ServiceBus__fullyQualifiedNamespace", "https://sb-hunter.servicebus.windows.net/"),
        ("DNS_SERVERS", SECRET),
        ("DNS_SERVERS", "1.1.1.1:0"),
        ("WHOIS_SERVERS", SECRET),
        ("WHOIS_SERVERS", "tr=https://whois.example"),
        ("SCAN_CHECKS", f"mx,{SECRET}"),
        ("SCAN_FRESH_HOURS", SECRET),
        ("SCAN_FRESH_HOURS", "0"),
        ("EXPORT_MAX_ROWS", "1e9"),
        ("RETENTION_DAYS", "-365"),
        ("RETRY_SCALE", "nan"),
        ("RETRY_SCALE", "0"),
        ("TRUST_CLIENT_PRINCIPAL", SECRET),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name_and_never_repeated(name: str, value: str) -> None:
    told = _problems(**{name: value})
    assert set(told) == {name}
    assert "Example: " in told[name] and SECRET.lower() not in told[name].lower()


@pytest.mark.parametrize(("name", "value"), [("ServiceBus", SECRET), ("ServiceBus", f"Endpoint=http://x;K={SECRET}"),
                                             ("Storage", SECRET), ("Storage", f"AccountName={SECRET}")])  # fmt: skip
def test_what_is_no_connection_string_is_refused_and_never_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings({**LOCAL, name: value})
    assert [problem.name for problem in caught.value.problems] == [name]
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("environment", ["Production", "production", "PRODUCTION"])
def test_loopback_is_refused_in_production_however_it_is_written(environment: str) -> None:
    assert set(_problems(AZURE_FUNCTIONS_ENVIRONMENT=environment, ALLOW_LOOPBACK="true")) == {"ALLOW_LOOPBACK"}


@pytest.mark.parametrize(
    ("servers", "sound"),
    [
        ("192.0.2.1, 192.0.2.1:5353, 2001:db8::1, [2001:db8::1]:53, [2001:db8::1]", True),
        ("[2001:db8::1]:0", False),
        ("[2001:db8::1]:53:53", False),
        ("dns.example, dns.example:5353, localhost:53", True),
        ("[dns.example]:53", False),
        ("dns..example", False),
        ("192.0.2.400", False),
        ("https://dns.example", False),
    ],
)
def test_every_spelling_of_a_resolver_that_a_scan_understands_is_taken(servers: str, sound: bool) -> None:
    assert set(_problems(DNS_SERVERS=servers)) == (set() if sound else {"DNS_SERVERS"})


def test_a_policy_is_asked_for_at_another_port_on_ones_own_machine_only() -> None:
    laptop = {"AZURE_FUNCTIONS_ENVIRONMENT": "Development", "ALLOW_LOOPBACK": "true"}
    assert _problems(MTA_STS_PORT="8443", **laptop) == {}
    assert set(_problems(MTA_STS_PORT="8443")) == {"MTA_STS_PORT"}
    assert set(_problems(MTA_STS_PORT="0")) == {"MTA_STS_PORT"}


def test_a_vault_reference_that_was_not_followed_is_no_secret() -> None:
    reference = f"@Microsoft.KeyVault(SecretUri=https://kv.example/secrets/{SECRET})"
    told = _problems(
        DYNAMICS_CLIENT_SECRET=reference, DYNAMICS_CLIENT_ID="an-app", DYNAMICS_TENANT_ID="contoso.onmicrosoft.com"
    )
    assert set(told) == {"DYNAMICS_CLIENT_SECRET"} and SECRET not in str(told)


def test_a_feature_names_every_setting_that_it_lacks() -> None:
    assert set(_problems(PARTNER_CENTER_ENABLED="true", DYNAMICS_ENABLED="true")) == {
        "PARTNER_CENTER_TENANT_ID", "PARTNER_CENTER_CLIENT_ID", "KEY_VAULT_URL", "DYNAMICS_URL",
    }  # fmt: skip


def test_every_problem_of_every_kind_is_named_at_once() -> None:
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings({"SCAN_FRESH_HOURS": "a day", "SWEEP_SCHEDULE": "often", "DYNAMICS_ENABLED": "true"})
    assert {problem.name for problem in caught.value.problems} == {
        "SCAN_FRESH_HOURS", "SWEEP_SCHEDULE", "ServiceBus", "Storage", "DYNAMICS_URL",
    }  # fmt: skip


def test_every_example_would_do() -> None:
    alone = {"ServiceBus", "Storage", "ALLOW_LOOPBACK", "DYNAMICS_CLIENT_SECRET"}
    assert _problems(**{name: value for name, value in examples().items() if name not in alone}) == {}


@pytest.mark.parametrize(
    "schedule",
    ["0 */10 * * * *", "*/5 * * * *", "0 0 9-17/4 * * 1-5", "0 0 0 1 jan,JULY *", "0 0 0 * * sun", "5,10 0 0 29 2 *",
     "* * * *", "60 * * * * *", "* * * * * 7", "*/0 * * * *", "x * * * *", "5-1 * * * *", "1-2-3 * * * *",
     "*-5 * * * *", "1, * * * *", "/5 * * * *", "*/ * * * *"],
)  # fmt: skip
def test_a_schedule_is_accepted_where_the_host_accepts_it(schedule: str) -> None:
    try:
        parse_schedule(schedule)
    except ScheduleError:
        assert set(_problems(SWEEP_SCHEDULE=schedule)) == {"SWEEP_SCHEDULE"}
    else:
        assert _problems(SWEEP_SCHEDULE=schedule) == {}


def test_preflight_and_run_tell_the_same_problems_as_health(tmp_path: Path) -> None:
    """The rule file among them, which no setting by itself can judge."""
    wrong = {**LOCAL, "SCORING_RULES_PATH": str(tmp_path / "none.json"), "RETENTION_DAYS": "soon"}
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"Values": wrong}), encoding="utf-8")
    overridden = [part for name, value in wrong.items() for part in ("--set", f"{name}={value}")]
    with pytest.raises(SettingsInvalidError) as caught:
        sound_settings(wrong)
    assert {problem.name for problem in caught.value.problems} == {"SCORING_RULES_PATH", "RETENTION_DAYS"}
    for command in (["operate", "--settings", str(settings), "preflight"], ["sandbox", "--ports", "0", *overridden]):
        told = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert told.returncode != 0
        assert [problem for problem in caught.value.problems if str(problem) not in told.stderr] == []


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("DYNAMICS_PREDICTIVE_SCORES", "true", "dynamics_predictive_scores", True),
        ("TRUST_CLIENT_PRINCIPAL", "True", "trust_client_principal", True),
        ("TRUST_CLIENT_PRINCIPAL", "0", "trust_client_principal", False),
        ("SCAN_FRESH_HOURS", " 48 ", "scan_fresh_hours", 48),
        ("SCAN_FRESH_HOURS", "  ", "scan_fresh_hours", 24),
        ("RETRY_SCALE", "0.01", "retry_scale", 0.01),
        ("RETRY_SCALE", "2", "retry_scale", 2.0),
        ("PARTNER_CENTER_MODE", "full", "partner_center_mode", "full"),
    ],
)
def test_a_setting_is_read_as_its_type(name: str, text: str, attribute: str, value: object) -> None:
    read = getattr(read_settings({**SOUND, name: text}), attribute)
    assert (read, type(read)) == (value, type(value))


def test_secrets_do_not_show_themselves() -> None:
    whose = {"DYNAMICS_CLIENT_ID": "c", "DYNAMICS_TENANT_ID": "t"}
    settings = read_settings({**SOUND, **whose, "DYNAMICS_CLIENT_SECRET": SECRET})
    assert SECRET not in f"{settings!r} {settings} {settings.dynamics_client_secret}"
    assert settings.dynamics_client_secret.get_secret_value() == SECRET
