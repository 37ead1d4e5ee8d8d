"""Settings in; what no single one of them can say out: which need or exclude each other, and unsafe addresses."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from shared.settings import Settings


class Disagreement(NamedTuple):
    """What is wrong with a setting beside the others, as a sentence."""

    name: str
    problem: str
    example_of: str = ""
    """The setting whose example would mend it, when that is another one."""


def disagreements(settings: "Settings", *, wrong: Collection[str]) -> Iterator[Disagreement]:
    """What is missing or given twice. `wrong`: the settings that could not be read; they are told of already."""
    for name, secret, alternative, identity in (
        ("ServiceBus", settings.service_bus, "ServiceBus__fullyQualifiedNamespace", settings.service_bus_namespace),
        ("Storage", settings.storage, "Storage__tableServiceUri", settings.storage_table_uri),
    ):
        if {name, alternative} & set(wrong):
            continue
        if not secret.get_secret_value() and not identity:
            yield Disagreement(name, f"Missing: set it (local) or {alternative} (identity).", alternative)
        elif secret.get_secret_value() and identity:
            yield Disagreement(name, f"Set together with {alternative}; keep one of the two.", alternative)
    for name, value, reason in _needed(settings):
        if not value and name not in wrong:
            yield Disagreement(name, f"Missing, but needed with {reason}.")


def _needed(settings: "Settings") -> Iterator[tuple[str, str, str]]:
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


def unsafe_addresses(settings: "Settings") -> Iterator[Disagreement]:
    """Where a token or a question would go that must not go there (design section 8)."""
    if settings.allow_loopback and settings.environment.casefold() == "production":
        yield Disagreement("ALLOW_LOOPBACK", "Refused in Production.")
    if settings.mta_sts_port != 443 and not settings.allow_loopback:
        yield Disagreement("MTA_STS_PORT", "Other than 443 only with ALLOW_LOOPBACK.")
    for name, value, host_alone in (
        ("PARTNER_CENTER_URL", settings.partner_center_url, False),
        ("DYNAMICS_URL", settings.dynamics_url, True),
        ("AZURE_AUTHORITY_HOST", settings.authority_host, True),
        ("RDAP_BOOTSTRAP_URL", settings.rdap_bootstrap_url, False),
        ("KEY_VAULT_URL", settings.key_vault_url, True),
        ("Storage__tableServiceUri", settings.storage_table_uri, False),
    ):
        if value and not _is_safe(value, loopback=settings.allow_loopback):
            yield Disagreement(name, "Must be https:// and a host, without user, query or fragment.")
        elif value and host_alone and urlsplit(value).path.strip("/"):
            yield Disagreement(name, "Must end with the host, without a path.")


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
