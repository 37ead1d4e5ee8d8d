"""The environment in, the settings out: read once, checked as a whole, every problem named at once.

A secret's value never appears in a problem.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.setting_fields import read_fields
from shared.setting_list import Settings, example_of


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


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in this environment; empty values count as unset.

    Raises `SettingsInvalidError` with every problem.
    """
    settings, problems = read_each(environment)
    wrong = {problem.name for problem in problems}
    problems += _disagreements(settings, wrong=wrong)
    if problems:
        raise SettingsInvalidError(problems)
    return settings


def read_each(environment: Mapping[str, str]) -> tuple[Settings, list[SettingProblem]]:
    """Each setting by itself, whether or not others that it needs are there; what cannot be read keeps its default."""
    values, wrong = read_fields(Settings, {name: value.strip() for name, value in environment.items() if value.strip()})
    problems = [
        SettingProblem(name, f"{text[:1].upper()}{text[1:]}.", example_of(name)) for name, text in wrong.items()
    ]
    settings = Settings(**values)
    return settings, [*problems, *_unsafe_addresses(settings)]


def _disagreements(settings: Settings, *, wrong: Collection[str]) -> Iterator[SettingProblem]:
    """What is missing or given twice. `wrong`: the settings that could not be read; they are told of already."""
    for name, secret, alternative, identity in (
        ("ServiceBus", settings.service_bus, "ServiceBus__fullyQualifiedNamespace", settings.service_bus_namespace),
        ("Storage", settings.storage, "Storage__tableServiceUri", settings.storage_table_uri),
    ):
        if {name, alternative} & set(wrong):
            continue
        if not secret.get_secret_value() and not identity:
            yield SettingProblem(name, f"Missing: set it (local) or {alternative} (identity).", example_of(alternative))
        elif secret.get_secret_value() and identity:
            yield SettingProblem(
                name, f"Set together with {alternative}; keep one of the two.", example_of(alternative)
            )
    for name, value, reason in _needed(settings):
        if not value and name not in wrong:
            yield SettingProblem(name, f"Missing, but needed with {reason}.", example_of(name))


def _needed(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Name and value of each setting that a switch needs, and that switch."""
    if settings.partner_center_enabled:
        switch = "PARTNER_CENTER_ENABLED"
        yield "PARTNER_CENTER_TENANT_ID", settings.partner_center_tenant_id, switch
        yield "PARTNER_CENTER_CLIENT_ID", settings.partner_center_client_id, switch
        kept = settings.key_vault_url or settings.token_cache_path
        yield "KEY_VAULT_URL", kept, f"{switch} (or TOKEN_CACHE_PATH on a laptop)"
    if settings.dynamics_enabled:
        yield "DYNAMICS_URL", settings.dynamics_url, "DYNAMICS_ENABLED"
    if settings.dynamics_client_secret.get_secret_value():
        yield "DYNAMICS_CLIENT_ID", settings.dynamics_client_id, "DYNAMICS_CLIENT_SECRET"
        yield "DYNAMICS_TENANT_ID", settings.dynamics_tenant_id, "DYNAMICS_CLIENT_SECRET"


def _unsafe_addresses(settings: Settings) -> Iterator[SettingProblem]:
    """Where a token or a question would go that must not go there (design section 8)."""
    if settings.allow_loopback and settings.environment.casefold() == "production":
        yield SettingProblem("ALLOW_LOOPBACK", "Refused in Production.", example_of("ALLOW_LOOPBACK"))
    if settings.mta_sts_port != 443 and not settings.allow_loopback:
        yield SettingProblem("MTA_STS_PORT", "Other than 443 only with ALLOW_LOOPBACK.", example_of("MTA_STS_PORT"))
    for name, value, host_alone in (
        ("PARTNER_CENTER_URL", settings.partner_center_url, False),
        ("DYNAMICS_URL", settings.dynamics_url, True),
        ("AZURE_AUTHORITY_HOST", settings.authority_host, True),
        ("RDAP_BOOTSTRAP_URL", settings.rdap_bootstrap_url, False),
        ("KEY_VAULT_URL", settings.key_vault_url, True),
        ("Storage__tableServiceUri", settings.storage_table_uri, False),
    ):
        if value and not _is_safe(value, loopback=settings.allow_loopback):
            yield SettingProblem(
                name, "Must be https:// and a host, without user, query or fragment.", example_of(name)
            )
        elif value and host_alone and urlsplit(value).path.strip("/"):
            yield SettingProblem(name, "Must end with the host, without a path.", example_of(name))


def _is_safe(value: str, *, loopback: bool) -> bool:
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
