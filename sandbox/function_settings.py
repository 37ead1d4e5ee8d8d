"""What runs in the sandbox → the settings that the functions get, overrides applied and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.command_line import PROJECT, Options
from sandbox.run_identity import RunIdentity

OWN_DOMAINS = "hunter-partner.example"
USERNAME = "referrals-admin@hunter-partner.example"


@dataclass(slots=True)
class Addresses:
    """Where the functions find each service; None for one that does not run."""

    bus: str | None = None
    storage: str | None = None
    entra: str | None = None
    partner_center: str | None = None
    dataverse: str | None = None
    dns: str | None = None
    rdap: str | None = None
    whois: str | None = None
    mta_sts_port: str | None = None
    trusted: Path | None = None
    token_cache: Path | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


def function_settings(addresses: Addresses, identity: RunIdentity) -> dict[str, str]:
    """The environment of the function app, by name; what does not run is left out, an empty override too."""
    settings: dict[str, str | None] = {
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "ALLOW_LOOPBACK": "true",
        "TRUST_CLIENT_PRINCIPAL": "true",
        "WEBSITE_AUTH_ENABLED": "True",
        "PYTHON_THREADPOOL_THREAD_COUNT": "32",
        "OWN_DOMAINS": OWN_DOMAINS,
        "ServiceBus": addresses.bus,
        "Storage": addresses.storage,
        "AzureWebJobsStorage": addresses.storage,
        "AZURE_AUTHORITY_HOST": addresses.entra,
        "DNS_SERVERS": addresses.dns,
        "MTA_STS_PORT": addresses.mta_sts_port,
        "RDAP_BOOTSTRAP_URL": addresses.rdap,
        "WHOIS_SERVERS": f"tr={addresses.whois}" if addresses.whois else None,
        "REQUESTS_CA_BUNDLE": str(addresses.trusted) if addresses.trusted else None,
        "SSL_CERT_FILE": str(addresses.trusted) if addresses.trusted else None,
        **_partner_center(addresses, identity),
        **_dynamics(addresses, identity),
    }
    return {name: value for name, value in (settings | dict(addresses.overrides)).items() if value}


def unknown_overrides(options: Options) -> list[str]:
    """The overridden names that are no setting of the project: rather slips of the pen than wishes."""
    if options.app != PROJECT:
        return []
    example = json.loads((PROJECT / "local.settings.example.json").read_text(encoding="utf-8"))
    return sorted(set(options.overrides) - set(example["Values"]))


class SettingsWrongError(Exception):
    """The functions could not work with these settings; the text names every problem."""


def check_settings(options: Options, settings: Mapping[str, str]) -> None:
    """Refuse settings that the project's app would refuse. With `--json` it runs on them: its health door tells."""
    if options.json or options.app != PROJECT or "host" not in options.services:
        return
    from shared.connections import sound_settings
    from shared.settings import SettingsInvalidError

    try:
        sound_settings(settings)
    except SettingsInvalidError as error:
        raise SettingsWrongError("\n".join(str(problem) for problem in error.problems)) from None


def _partner_center(addresses: Addresses, identity: RunIdentity) -> dict[str, str | None]:
    if addresses.partner_center is None:
        return {}
    return {
        "PARTNER_CENTER_ENABLED": "true",
        "PARTNER_CENTER_URL": addresses.partner_center,
        "PARTNER_CENTER_TENANT_ID": identity.tenant_id,
        "PARTNER_CENTER_CLIENT_ID": identity.partner_center_client_id,
        "PARTNER_CENTER_USERNAME": USERNAME,
        "TOKEN_CACHE_PATH": str(addresses.token_cache) if addresses.token_cache else None,
    }


def _dynamics(addresses: Addresses, identity: RunIdentity) -> dict[str, str | None]:
    if addresses.dataverse is None:
        return {}
    return {
        "DYNAMICS_ENABLED": "true",
        "DYNAMICS_URL": addresses.dataverse,
        "DYNAMICS_TENANT_ID": identity.tenant_id,
        "DYNAMICS_CLIENT_ID": identity.dynamics_client_id,
        "DYNAMICS_CLIENT_SECRET": identity.dynamics_secret,
    }
