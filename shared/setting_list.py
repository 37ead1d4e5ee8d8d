"""Every setting of ours: its name in the environment, its type, its default, and a harmless example.

The groups: ours (the fields below), the platform's (`AzureWebJobsStorage` …, never read here), and forbidden ones
(`infra/`'s contract test). `shared.settings` reads and checks them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache

from shared.setting_fields import NO_SECRET, Secret, boolean, integer, number, one_of, setting
from shared.setting_types import (
    SCAN_CHECKS,
    bus_connection,
    checks,
    followed_secret,
    host_name,
    identifier,
    lead_sources,
    listed,
    owner,
    resolvers,
    schedule,
    storage_connection,
    whois_servers,
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting of ours, by its environment name. The example is shown beside a problem."""

    environment: str = setting("AZURE_FUNCTIONS_ENVIRONMENT", "Development", example="Production")

    partner_center_enabled: bool = setting("PARTNER_CENTER_ENABLED", False, example="true", read=boolean)
    partner_center_url: str = setting(
        "PARTNER_CENTER_URL", "https://api.partner.microsoft.com", example="https://api.partner.microsoft.com"
    )
    partner_center_tenant_id: str = setting(
        "PARTNER_CENTER_TENANT_ID", "", example="11111111-2222-3333-4444-555555555555", read=identifier
    )
    partner_center_client_id: str = setting(
        "PARTNER_CENTER_CLIENT_ID", "", example="11111111-2222-3333-4444-555555555555", read=identifier
    )
    partner_center_username: str = setting("PARTNER_CENTER_USERNAME", "", example="referrals@contoso.example")
    partner_center_schedule: str = setting("PARTNER_CENTER_SCHEDULE", "", example="0 */10 * * * *", read=schedule)
    partner_center_mode: str = setting(
        "PARTNER_CENTER_MODE", "filter", example="filter", read=one_of("filter", "scan", "full")
    )
    partner_center_overlap_minutes: int = setting(
        "PARTNER_CENTER_OVERLAP_MINUTES", 15, example="15", read=integer(0, 1440)
    )
    partner_center_write_back: bool = setting("PARTNER_CENTER_WRITE_BACK", False, example="false", read=boolean)

    dynamics_enabled: bool = setting("DYNAMICS_ENABLED", False, example="true", read=boolean)
    dynamics_url: str = setting("DYNAMICS_URL", "", example="https://contoso.crm4.dynamics.com")
    dynamics_tenant_id: str = setting(
        "DYNAMICS_TENANT_ID", "", example="11111111-2222-3333-4444-555555555555", read=identifier
    )
    dynamics_client_id: str = setting(
        "DYNAMICS_CLIENT_ID", "", example="11111111-2222-3333-4444-555555555555", read=identifier
    )
    dynamics_client_secret: Secret = setting(
        "DYNAMICS_CLIENT_SECRET", NO_SECRET, example="@Microsoft.KeyVault(SecretUri=…)", read=followed_secret
    )
    dynamics_owner: str = setting(
        "DYNAMICS_OWNER", "", example="systemusers/11111111-2222-3333-4444-555555555555", read=owner
    )
    dynamics_sweep_schedule: str = setting(
        "DYNAMICS_SWEEP_SCHEDULE", "0 7 * * * *", example="0 7 * * * *", read=schedule
    )
    dynamics_pull_schedule: str = setting(
        "DYNAMICS_PULL_SCHEDULE", "0 */10 * * * *", example="0 */10 * * * *", read=schedule
    )
    dynamics_lead_sources: str = setting(
        "DYNAMICS_LEAD_SOURCES", "", example="co-sell=4,marketplace=8", read=lead_sources
    )
    dynamics_predictive_scores: bool = setting("DYNAMICS_PREDICTIVE_SCORES", False, example="false", read=boolean)

    authority_host: str = setting(
        "AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com", example="https://login.microsoftonline.com"
    )
    identity_client_id: str = setting(
        "AZURE_CLIENT_ID", "", example="11111111-2222-3333-4444-555555555555", read=identifier
    )

    service_bus: Secret = setting(
        "ServiceBus",
        NO_SECRET,
        example="Endpoint=sb://127.0.0.1:5672;…;UseDevelopmentEmulator=true",
        read=bus_connection,
    )
    service_bus_namespace: str = setting(
        "ServiceBus__fullyQualifiedNamespace", "", example="sb-hunter.servicebus.windows.net", read=host_name
    )
    storage: Secret = setting("Storage", NO_SECRET, example="UseDevelopmentStorage=true", read=storage_connection)
    storage_table_uri: str = setting("Storage__tableServiceUri", "", example="https://sthunter.table.core.windows.net")

    key_vault_url: str = setting("KEY_VAULT_URL", "", example="https://kv-hunter.vault.azure.net")
    token_cache_path: str = setting("TOKEN_CACHE_PATH", "", example=".sandbox/token-cache.json")

    dns_servers: str = setting("DNS_SERVERS", "", example="9.9.9.9,1.1.1.1:53", read=resolvers)
    mta_sts_port: int = setting("MTA_STS_PORT", 443, example="443", read=integer(1, 65_535))
    """Where `mta-sts.DOMAIN` is asked for its policy; another than 443 (RFC 8461 3.3) on one's own machine only."""
    rdap_bootstrap_url: str = setting(
        "RDAP_BOOTSTRAP_URL", "https://data.iana.org/rdap", example="https://data.iana.org/rdap"
    )
    whois_servers: str = setting(
        "WHOIS_SERVERS", "", example="tr=whois.trabis.gov.tr,ru=whois.tcinet.ru:43", read=whois_servers
    )
    """Whom to ask about endings without RDAP, beside those that `shared.clients.whois` knows."""
    scan_checks: str = setting(
        "SCAN_CHECKS",
        "mx,spf,dkim,dmarc,mta_sts,tls_rpt,registration,network",
        example="mx,spf,dkim,dmarc,registration",
        read=checks,
    )
    scan_fresh_hours: int = setting("SCAN_FRESH_HOURS", 24, example="24", read=integer(1, 720))
    refresh_schedule: str = setting("REFRESH_SCHEDULE", "0 30 3 * * *", example="0 30 3 * * *", read=schedule)
    maxmind_path: str = setting("MAXMIND_PATH", "", example="/data/GeoLite2-ASN.mmdb")

    own_domains: str = setting("OWN_DOMAINS", "", example="contoso.com,contoso.de")
    scoring_rules_path: str = setting("SCORING_RULES_PATH", "", example="rules/scoring.json")
    export_max_rows: int = setting("EXPORT_MAX_ROWS", 20_000, example="20000", read=integer(1, 100_000))
    reconcile_schedule: str = setting("RECONCILE_SCHEDULE", "0 0 2 * * *", example="0 0 2 * * *", read=schedule)
    sweep_schedule: str = setting("SWEEP_SCHEDULE", "0 */5 * * * *", example="0 */5 * * * *", read=schedule)
    retention_days: int = setting("RETENTION_DAYS", 365, example="365", read=integer(1, 3650))
    retry_scale: float = setting("RETRY_SCALE", 1.0, example="1", read=number(above=0, most=10))
    support_contact: str = setting("SUPPORT_CONTACT", "", example="it-help@contoso.example")
    """Whom people are told to ask when they lack a role or Hunter is in trouble."""

    trust_client_principal: bool = setting("TRUST_CLIENT_PRINCIPAL", False, example="true", read=boolean)
    website_auth_enabled: bool = setting("WEBSITE_AUTH_ENABLED", False, example="True", read=boolean)
    allow_loopback: bool = setting("ALLOW_LOOPBACK", False, example="false", read=boolean)

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
    def whois_server_map(self) -> dict[str, str]:
        """`host[:port]` by ending."""
        pairs = (pair.partition("=") for pair in listed(self.whois_servers))
        return {ending.lower(): server for ending, _, server in pairs}

    @property
    def check_set(self) -> frozenset[str]:
        """The checks of a scan; the four that make the score are always among them."""
        return frozenset(listed(self.scan_checks)) | frozenset(SCAN_CHECKS[:4])

    @property
    def lead_sources(self) -> dict[str, int]:
        """Dynamics' `leadsourcecode` per referral type or segment; what is not named is 4 (Partner)."""
        pairs = (pair.partition("=") for pair in listed(self.dynamics_lead_sources))
        return {name.strip(): int(code) for name, _, code in pairs}


@cache
def examples() -> Mapping[str, str]:
    """Every setting of ours by its environment name, with a harmless value, as the example file shows it."""
    return {one.metadata["name"]: one.metadata["example"] for one in fields(Settings)}


def example_of(name: str) -> str:
    """A harmless value for this setting."""
    return examples().get(name, "…")
