"""The environment in, one typed object out: read once, checked as a whole, every problem named at once.

The groups: ours (the fields below), the platform's (`AzureWebJobsStorage` …, never read here), and forbidden ones
(`infra/`'s contract test). A secret's value never appears in a problem.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from shared.setting_types import (
    SCAN_CHECKS,
    BusConnection,
    Checks,
    FollowedSecret,
    HostName,
    Identifier,
    LeadSources,
    Owner,
    Resolvers,
    Schedule,
    StorageConnection,
    listed,
)


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One wrong or missing setting: its name, what is wrong, and a value that would do."""

    name: str
    problem: str
    example: str

    def __str__(self) -> str:
        return f"{self.name}: {self.problem} Example: {self.example}"


class SettingsInvalidError(Exception):
    """The environment cannot be worked with; `problems` holds every reason."""

    def __init__(self, problems: list[SettingProblem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class Settings(BaseModel):
    """Every setting of ours, by its environment name. `examples` are shown beside a problem."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=False)

    environment: str = Field("Development", alias="AZURE_FUNCTIONS_ENVIRONMENT", examples=["Production"])

    partner_center_enabled: bool = Field(False, alias="PARTNER_CENTER_ENABLED", examples=["true"])
    partner_center_url: str = Field(
        "https://api.partner.microsoft.com", alias="PARTNER_CENTER_URL", examples=["https://api.partner.microsoft.com"]
    )
    partner_center_tenant_id: Identifier = Field(
        "", alias="PARTNER_CENTER_TENANT_ID", examples=["11111111-2222-3333-4444-555555555555"]
    )
    partner_center_client_id: Identifier = Field(
        "", alias="PARTNER_CENTER_CLIENT_ID", examples=["11111111-2222-3333-4444-555555555555"]
    )
    partner_center_username: str = Field("", alias="PARTNER_CENTER_USERNAME", examples=["referrals@contoso.example"])
    partner_center_schedule: Schedule = Field("", alias="PARTNER_CENTER_SCHEDULE", examples=["0 */10 * * * *"])
    partner_center_mode: Literal["filter", "scan", "full"] = Field(
        "filter", alias="PARTNER_CENTER_MODE", examples=["filter"]
    )
    partner_center_overlap_minutes: int = Field(
        15, alias="PARTNER_CENTER_OVERLAP_MINUTES", ge=0, le=1440, examples=["15"]
    )
    partner_center_write_back: bool = Field(False, alias="PARTNER_CENTER_WRITE_BACK", examples=["false"])

    dynamics_enabled: bool = Field(False, alias="DYNAMICS_ENABLED", examples=["true"])
    dynamics_url: str = Field("", alias="DYNAMICS_URL", examples=["https://contoso.crm4.dynamics.com"])
    dynamics_tenant_id: Identifier = Field(
        "", alias="DYNAMICS_TENANT_ID", examples=["11111111-2222-3333-4444-555555555555"]
    )
    dynamics_client_id: Identifier = Field(
        "", alias="DYNAMICS_CLIENT_ID", examples=["11111111-2222-3333-4444-555555555555"]
    )
    dynamics_client_secret: FollowedSecret = Field(
        SecretStr(""), alias="DYNAMICS_CLIENT_SECRET", examples=["@Microsoft.KeyVault(SecretUri=…)"]
    )
    dynamics_owner: Owner = Field(
        "", alias="DYNAMICS_OWNER", examples=["systemusers/11111111-2222-3333-4444-555555555555"]
    )
    dynamics_sweep_schedule: Schedule = Field("0 7 * * * *", alias="DYNAMICS_SWEEP_SCHEDULE", examples=["0 7 * * * *"])
    dynamics_pull_schedule: Schedule = Field(
        "0 */10 * * * *", alias="DYNAMICS_PULL_SCHEDULE", examples=["0 */10 * * * *"]
    )
    dynamics_lead_sources: LeadSources = Field("", alias="DYNAMICS_LEAD_SOURCES", examples=["co-sell=4,marketplace=8"])
    dynamics_predictive_scores: bool = Field(False, alias="DYNAMICS_PREDICTIVE_SCORES", examples=["false"])

    authority_host: str = Field(
        "https://login.microsoftonline.com",
        alias="AZURE_AUTHORITY_HOST",
        examples=["https://login.microsoftonline.com"],
    )
    identity_client_id: Identifier = Field(
        "", alias="AZURE_CLIENT_ID", examples=["11111111-2222-3333-4444-555555555555"]
    )

    service_bus: BusConnection = Field(
        SecretStr(""), alias="ServiceBus", examples=["Endpoint=sb://127.0.0.1:5672;…;UseDevelopmentEmulator=true"]
    )
    service_bus_namespace: HostName = Field(
        "", alias="ServiceBus__fullyQualifiedNamespace", examples=["sb-hunter.servicebus.windows.net"]
    )
    storage: StorageConnection = Field(SecretStr(""), alias="Storage", examples=["UseDevelopmentStorage=true"])
    storage_table_uri: str = Field(
        "", alias="Storage__tableServiceUri", examples=["https://sthunter.table.core.windows.net"]
    )

    key_vault_url: str = Field("", alias="KEY_VAULT_URL", examples=["https://kv-hunter.vault.azure.net"])
    token_cache_path: str = Field("", alias="TOKEN_CACHE_PATH", examples=[".sandbox/token-cache.json"])

    dns_servers: Resolvers = Field("", alias="DNS_SERVERS", examples=["9.9.9.9,1.1.1.1:53"])
    rdap_bootstrap_url: str = Field(
        "https://data.iana.org/rdap", alias="RDAP_BOOTSTRAP_URL", examples=["https://data.iana.org/rdap"]
    )
    scan_checks: Checks = Field(
        "mx,spf,dkim,dmarc,mta_sts,tls_rpt,registration,network",
        alias="SCAN_CHECKS",
        examples=["mx,spf,dkim,dmarc,registration"],
    )
    scan_fresh_hours: int = Field(24, alias="SCAN_FRESH_HOURS", ge=1, le=720, examples=["24"])
    refresh_schedule: Schedule = Field("0 30 3 * * *", alias="REFRESH_SCHEDULE", examples=["0 30 3 * * *"])
    maxmind_path: str = Field("", alias="MAXMIND_PATH", examples=["/data/GeoLite2-ASN.mmdb"])

    own_domains: str = Field("", alias="OWN_DOMAINS", examples=["contoso.com,contoso.de"])
    scoring_rules_path: str = Field("", alias="SCORING_RULES_PATH", examples=["rules/scoring.json"])
    export_max_rows: int = Field(20_000, alias="EXPORT_MAX_ROWS", ge=1, le=100_000, examples=["20000"])
    reconcile_schedule: Schedule = Field("0 0 2 * * *", alias="RECONCILE_SCHEDULE", examples=["0 0 2 * * *"])
    sweep_schedule: Schedule = Field("0 */5 * * * *", alias="SWEEP_SCHEDULE", examples=["0 */5 * * * *"])
    retention_days: int = Field(365, alias="RETENTION_DAYS", ge=1, le=3650, examples=["365"])
    retry_scale: float = Field(1.0, alias="RETRY_SCALE", gt=0, le=10, examples=["1"])
    support_contact: str = Field("", alias="SUPPORT_CONTACT", examples=["it-help@contoso.example"])

    trust_client_principal: bool = Field(False, alias="TRUST_CLIENT_PRINCIPAL", examples=["true"])
    website_auth_enabled: bool = Field(False, alias="WEBSITE_AUTH_ENABLED", examples=["True"])
    allow_loopback: bool = Field(False, alias="ALLOW_LOOPBACK", examples=["false"])

    @property
    def production(self) -> bool:
        """Anything but the laptop's `Development`."""
        return self.environment.casefold() != "development"

    @property
    def poll_schedule(self) -> str:
        """How often Partner Center is asked: as set, else every 10 minutes, every 30 seconds on a laptop."""
        return self.partner_center_schedule or ("0 */10 * * * *" if self.production else "*/30 * * * * *")

    @property
    def principal_trusted(self) -> bool:
        """Whether the principal header means anything (design section 8: ours and the platform's switch)."""
        return self.trust_client_principal and self.website_auth_enabled

    @property
    def own_domain_set(self) -> frozenset[str]:
        """The partner's own domains, lower case."""
        return frozenset(listed(self.own_domains))

    @property
    def dns_server_list(self) -> list[str]:
        """`host[:port]` of each resolver to ask, in order; empty means the system's."""
        return listed(self.dns_servers)

    @property
    def check_set(self) -> frozenset[str]:
        """The checks of a scan; the four that make the score are always among them."""
        return frozenset(listed(self.scan_checks)) | frozenset(SCAN_CHECKS[:4])

    @property
    def lead_sources(self) -> dict[str, int]:
        """Dynamics' `leadsourcecode` per referral type or segment; what is not named is 4 (Partner)."""
        pairs = (pair.partition("=") for pair in listed(self.dynamics_lead_sources))
        return {name.strip(): int(code) for name, _, code in pairs}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in this environment; empty values count as unset.

    Raises `SettingsInvalidError` with every problem.
    """
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    problems: list[SettingProblem] = []
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        problems = [_as_problem(detail) for detail in error.errors(include_input=False)]
        wrong = {problem.name for problem in problems}
        settings = Settings.model_validate({name: value for name, value in given.items() if name not in wrong})
    problems += _agreements(settings, wrong={problem.name for problem in problems})
    if problems:
        raise SettingsInvalidError(problems)
    return settings


def _as_problem(detail: Any) -> SettingProblem:
    name = str(detail["loc"][0]) if detail["loc"] else "settings"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return SettingProblem(name, f"{message[:1].upper()}{message[1:]}.", example_of(name))


def _agreements(settings: Settings, *, wrong: Collection[str]) -> list[SettingProblem]:
    """What no single setting can say: pairs that need or exclude each other, without those that are `wrong` anyway."""
    found = [*_connections(settings, wrong), *_features(settings), *_addresses(settings)]
    return [problem for problem in found if problem.name not in wrong]


def _connections(settings: Settings, wrong: Collection[str]) -> list[SettingProblem]:
    problems = []
    for name, secret, identity in (
        ("ServiceBus", settings.service_bus, settings.service_bus_namespace),
        ("Storage", settings.storage, settings.storage_table_uri),
    ):
        alternative = "ServiceBus__fullyQualifiedNamespace" if name == "ServiceBus" else "Storage__tableServiceUri"
        if {name, alternative} & set(wrong):
            continue
        if not secret.get_secret_value() and not identity:
            problems.append(
                SettingProblem(name, f"Missing: set it (local) or {alternative} (identity).", example_of(alternative))
            )
        elif secret.get_secret_value() and identity:
            problems.append(
                SettingProblem(name, f"Set together with {alternative}; keep one of the two.", example_of(alternative))
            )
    return problems


def _features(settings: Settings) -> list[SettingProblem]:
    needed = []
    if settings.partner_center_enabled:
        needed += [
            ("PARTNER_CENTER_TENANT_ID", settings.partner_center_tenant_id, "PARTNER_CENTER_ENABLED"),
            ("PARTNER_CENTER_CLIENT_ID", settings.partner_center_client_id, "PARTNER_CENTER_ENABLED"),
            (
                "KEY_VAULT_URL",
                settings.key_vault_url or settings.token_cache_path,
                "PARTNER_CENTER_ENABLED (or TOKEN_CACHE_PATH on a laptop)",
            ),
        ]
    if settings.dynamics_enabled:
        needed.append(("DYNAMICS_URL", settings.dynamics_url, "DYNAMICS_ENABLED"))
    if settings.dynamics_client_secret.get_secret_value():
        needed.append(("DYNAMICS_CLIENT_ID", settings.dynamics_client_id, "DYNAMICS_CLIENT_SECRET"))
        needed.append(("DYNAMICS_TENANT_ID", settings.dynamics_tenant_id, "DYNAMICS_CLIENT_SECRET"))
    return [
        SettingProblem(name, f"Missing, but needed with {reason}.", example_of(name))
        for name, value, reason in needed
        if not value
    ]


def _addresses(settings: Settings) -> list[SettingProblem]:
    problems = []
    if settings.allow_loopback and settings.environment.casefold() == "production":
        problems.append(SettingProblem("ALLOW_LOOPBACK", "Refused in Production.", "false"))
    for name, value, host_alone in (
        ("PARTNER_CENTER_URL", settings.partner_center_url, False),
        ("DYNAMICS_URL", settings.dynamics_url, True),
        ("AZURE_AUTHORITY_HOST", settings.authority_host, True),
        ("RDAP_BOOTSTRAP_URL", settings.rdap_bootstrap_url, False),
        ("KEY_VAULT_URL", settings.key_vault_url, True),
        ("Storage__tableServiceUri", settings.storage_table_uri, False),
    ):
        if value and not _is_safe_address(value, loopback=settings.allow_loopback):
            problems.append(
                SettingProblem(name, "Must be https:// and a host, without user, query or fragment.", example_of(name))
            )
        elif value and host_alone and urlsplit(value).path.strip("/"):
            problems.append(SettingProblem(name, "Must end with the host, without a path.", example_of(name)))
    return problems


def _is_safe_address(value: str, *, loopback: bool) -> bool:
    """https to a host; plain http only to a literal loopback address, and only when that is allowed."""
    try:
        url = urlsplit(value)
        host = url.hostname
        _ = url.port
    except ValueError:
        return False
    if not host or url.username or url.query or url.fragment:
        return False
    if url.scheme == "https":
        return True
    return url.scheme == "http" and loopback and host in ("127.0.0.1", "::1")


@cache
def _examples() -> dict[str, str]:
    return {str(field.alias): str((field.examples or ["…"])[0]) for field in Settings.model_fields.values()}


def example_of(name: str) -> str:
    """A harmless value for this setting, as the example file shows it."""
    return _examples().get(name, "…")
