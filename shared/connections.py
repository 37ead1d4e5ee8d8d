"""Settings in, clients out: each built once per worker process, on first use."""

import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from shared.setting_list import Settings, example_of
from shared.settings import SettingProblem, SettingsInvalidError, read_settings

if TYPE_CHECKING:
    from shared.clients.dns import Dns, ScanResult
    from shared.clients.dynamics import Dynamics
    from shared.clients.failure_store import FailureStore
    from shared.clients.gates import Gate
    from shared.clients.lead_store import LeadStore
    from shared.clients.ledger import Ledger
    from shared.clients.list_rows import ListRows
    from shared.clients.list_view import ListView
    from shared.clients.partner_center import PartnerCenter
    from shared.clients.partner_center_token import PartnerCenterToken
    from shared.clients.queues import Queues
    from shared.clients.run_items import RunItems
    from shared.clients.run_store import RunStore
    from shared.clients.run_turns import RunTurns
    from shared.clients.secrets import Secret
    from shared.clients.seen_keys import SeenKeys
    from shared.clients.state_store import StateStore
    from shared.clients.tables import Tables
    from shared.rules.scoring import RuleTable

# At INFO the SDKs write three lines per request, with addresses: cost, noise, and domains in the log.
logging.getLogger("azure").setLevel(logging.WARNING)


@cache
def settings() -> Settings:
    """The settings of this process. Raises `SettingsInvalidError`."""
    return sound_settings(os.environ)


def sound_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in this environment, the rule table that they may name included.

    Raises `SettingsInvalidError` with every problem of both.
    """
    problems = _rule_problems(environment.get("SCORING_RULES_PATH", "").strip())
    try:
        found = read_settings(environment)
    except SettingsInvalidError as error:
        raise SettingsInvalidError([*error.problems, *problems]) from None
    if problems:
        raise SettingsInvalidError(problems)
    return found


def _rule_problems(path: str) -> list[SettingProblem]:
    if not path:
        return []
    from shared.rules.rule_file import RuleFileError, read_rule_table

    try:
        read_rule_table(path)
    except RuleFileError as error:
        name = "SCORING_RULES_PATH"
        return [SettingProblem(name, one, example_of(name)) for one in error.problems]
    return []


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


class Connections:
    """Whom the steps and doors may ask. Imports happen on first use: indexing stays light."""

    def __init__(self, of: Settings, *, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = of
        self.now = now

    @cached_property
    def tables(self) -> "Tables":
        from shared.clients.tables import Tables

        secret = self.settings.storage.get_secret_value()
        if secret:
            return Tables(connection_string=secret)
        return Tables(account_uri=self.settings.storage_table_uri, credential=self.identity)

    @cached_property
    def queues(self) -> "Queues":
        from shared.clients.queues import Queues

        secret = self.settings.service_bus.get_secret_value()
        if secret:
            return Queues(connection_string=secret)
        return Queues(namespace=self.settings.service_bus_namespace, credential=self.identity)

    @cached_property
    def identity(self) -> Any:
        """The app's own identity in Azure; on a developer's machine the developer's."""
        from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

        if self.settings.production:
            return ManagedIdentityCredential(client_id=self.settings.identity_client_id or None)
        return DefaultAzureCredential()

    @cached_property
    def leads(self) -> "LeadStore":
        from shared.clients.lead_store import LeadStore

        return LeadStore(self.tables, now=self.now)

    @cached_property
    def runs(self) -> "RunStore":
        from shared.clients.run_store import RunStore

        return RunStore(self.tables, now=self.now)

    @cached_property
    def run_items(self) -> "RunItems":
        from shared.clients.run_items import RunItems

        return RunItems(self.tables, now=self.now)

    @cached_property
    def seen(self) -> "SeenKeys":
        from shared.clients.seen_keys import SeenKeys

        return SeenKeys(self.tables)

    @cached_property
    def turns(self) -> "RunTurns":
        from shared.clients.run_turns import RunTurns

        return RunTurns(self.tables, self.runs, now=self.now)

    @cached_property
    def failures(self) -> "FailureStore":
        from shared.clients.failure_store import FailureStore

        return FailureStore(self.tables, now=self.now)

    @cached_property
    def state(self) -> "StateStore":
        from shared.clients.state_store import StateStore

        return StateStore(self.tables, now=self.now)

    @cached_property
    def ledger(self) -> "Ledger":
        from shared.clients.ledger import Ledger

        return Ledger(self.tables)

    @cached_property
    def list_rows(self) -> "ListRows":
        from shared.clients.list_rows import ListRows

        return ListRows(self.tables)

    @cached_property
    def lead_list(self) -> "ListView":
        from shared.clients.list_view import ListView
        from shared.rules.list_columns import LEAD_COLUMNS

        return ListView("lead", LEAD_COLUMNS, rows=self.list_rows, now=self.now)

    @cached_property
    def referral_list(self) -> "ListView":
        from shared.clients.list_view import ListView
        from shared.rules.list_columns import REFERRAL_COLUMNS

        return ListView("ref", REFERRAL_COLUMNS, rows=self.list_rows, now=self.now)

    @cached_property
    def partner_center_gate(self) -> "Gate":
        from shared.clients.gates import Gate

        return Gate("partner-center", tables=self.tables, code="pc_throttled", now=self.now)

    @cached_property
    def dynamics_gate(self) -> "Gate":
        from shared.clients.gates import Gate

        return Gate("dynamics", tables=self.tables, code="dyn_throttled", now=self.now)

    @cached_property
    def token_cache(self) -> "Secret":
        from shared.clients.secrets import FileSecret, VaultSecret

        if self.settings.key_vault_url:
            return VaultSecret(self.settings.key_vault_url, credential=self.identity)
        return FileSecret(self.settings.token_cache_path)

    @cached_property
    def partner_center_token(self) -> "PartnerCenterToken":
        from shared.clients.partner_center_token import PartnerCenterToken

        of = self.settings
        return PartnerCenterToken(
            tenant_id=of.partner_center_tenant_id,
            client_id=of.partner_center_client_id,
            username=of.partner_center_username,
            authority=of.authority_host,
            secret=self.token_cache,
        )

    @cached_property
    def partner_center(self) -> "PartnerCenter":
        from shared.clients.http_session import HttpSession
        from shared.clients.partner_center import PartnerCenter

        url = self.settings.partner_center_url
        session = HttpSession(url, failure="pc_unavailable")
        return PartnerCenter(url, session=session, token=self.partner_center_token, now=self.now)

    @cached_property
    def dynamics(self) -> "Dynamics":
        from shared.clients.dynamics import Dynamics
        from shared.clients.dynamics_token import DynamicsToken
        from shared.clients.http_session import HttpSession

        of = self.settings
        token = DynamicsToken(
            f"{of.dynamics_url.rstrip('/')}/.default",
            tenant_id=of.dynamics_tenant_id,
            client_id=of.dynamics_client_id,
            client_secret=of.dynamics_client_secret.get_secret_value(),
            authority=of.authority_host,
            identity_client_id=of.identity_client_id,
        )
        session = HttpSession(of.dynamics_url, failure="dyn_unavailable")
        return Dynamics(of.dynamics_url, session=session, token=token, gate=self.dynamics_gate, now=self.now)

    @cached_property
    def rule_table(self) -> "RuleTable":
        """The scoring table: the one in the code, or the file that `SCORING_RULES_PATH` names."""
        from shared.rules.rule_file import read_rule_table
        from shared.rules.scoring import TABLE

        path = self.settings.scoring_rules_path
        return read_rule_table(path) if path else TABLE

    @cached_property
    def dns(self) -> "Dns":
        from shared.clients.dns import Dns
        from shared.clients.mta_sts import policy_url
        from shared.clients.whois import WHOIS_SERVERS

        return Dns(
            self.settings.dns_server_list,
            rdap_url=self.settings.rdap_bootstrap_url,
            policy_url=policy_url(self.settings.mta_sts_port),
            whois_servers={**WHOIS_SERVERS, **self.settings.whois_server_map},
            login_url=self.settings.authority_host,
            maxmind_path=self.settings.maxmind_path,
            allow_loopback=self.settings.allow_loopback,
        )

    def scan_domain(self, domain: str, *, only: frozenset[str], before: str | None) -> "ScanResult":
        """Asks everything that `SCAN_CHECKS` names, or only some checks, the rest taken from the evidence before."""
        kept = json.loads(before) if before else None
        return self.dns.scan(domain, checks=self.settings.check_set, only=only or None, before=kept)


_building = threading.Lock()


@cache
def _built() -> Connections:
    return Connections(settings())


def connections() -> Connections:
    """The connections of this process."""
    with _building:
        return _built()
