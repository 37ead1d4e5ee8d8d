"""What tests of steps need: connections to the real stand-ins, messages as the host hands them over, and looks at the
queues."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.functions as func
import requests
from azure.functions.servicebus import ServiceBusMessage

from shared.clients.queues import Queues
from shared.connections import Connections
from shared.doors.queue import Step, receive
from shared.messages import QUEUE_OF, QUEUES, Envelope, Kind
from shared.referral_message import referral_message
from shared.rules.signals import MailSignals
from shared.setting_list import Settings
from shared.settings import read_settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeCheck:
    """One check of a scan that a test made up."""

    state: str
    detail: Mapping[str, Any]


@dataclass
class FakeScan:
    """What a scan would have found."""

    signals: MailSignals
    scanned_at: datetime
    checks: dict[str, FakeCheck]

    def to_json(self) -> dict[str, Any]:
        return {"checks": {name: {"state": check.state} for name, check in self.checks.items()}}


class World(Connections):
    """Connections whose clock and scans a test decides on; everything else is real."""

    def __init__(self, storage: str, queues: Queues, control: str, **more: str) -> None:
        self.time = NOW
        settings = read_settings(
            {
                "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=YQ==;UseDevelopmentEmulator=true",
                "Storage": storage,
                "OWN_DOMAINS": "hunter-partner.example",
                "PARTNER_CENTER_ENABLED": "true",
                "PARTNER_CENTER_TENANT_ID": "t",
                "PARTNER_CENTER_CLIENT_ID": "c",
                "TOKEN_CACHE_PATH": "unused",
                "TRUST_CLIENT_PRINCIPAL": "true",
                "WEBSITE_AUTH_ENABLED": "true",
                **more,
            }
        )
        super().__init__(settings, now=lambda: self.time)
        self.__dict__["queues"] = queues
        self._control = control
        self.scans: list[tuple[str, frozenset[str]]] = []
        self.next_scan = a_scan()

    @classmethod
    def like(cls, other: "World", settings: Settings) -> "World":
        """The same tables and queues under other settings."""
        made = cls.__new__(cls)
        made.__dict__.update({**other.__dict__, "settings": settings})
        return made

    def scan_domain(self, domain: str, *, only: frozenset[str], before: str | None) -> Any:
        """Notes the question and answers as the test decided."""
        self.scans.append((domain, only))
        return FakeScan(self.next_scan.signals, self.time, self.next_scan.checks)

    def pass_time(self, **amount: float) -> None:
        """Moves the clock."""
        self.time += timedelta(**amount)

    def waiting(self, queue: str) -> list[dict[str, Any]]:
        """The messages on a queue, opened, scheduled ones too."""
        answer = requests.get(f"{self._control}/_sandbox/queues/{queue}/messages", timeout=10).json()
        messages = answer["messages"] if isinstance(answer, dict) else answer
        return [{**one, "content": json.loads(base64.b64decode(one["body_base64"]))} for one in messages]

    def keys_waiting(self, queue: str) -> list[str]:
        """What the waiting messages are about."""
        return [one["content"]["data"]["key"] for one in self.waiting(queue)]

    def empty_queues(self) -> None:
        """Throws every waiting message away."""
        for queue in QUEUES:
            self.empty_queue(queue)

    def empty_queue(self, queue: str) -> None:
        """Throws the messages of one queue away."""
        requests.post(f"{self._control}/_sandbox/queues/{queue}/purge", timeout=10).raise_for_status()

    def deliver(self, envelope: Envelope, step: Step, *, times: int = 1, delivery_count: int = 1) -> None:
        """Hands a message to a step as the host does."""
        for _ in range(times):
            receive(a_message(envelope.to_bytes(), envelope.message_id, delivery_count), envelope.type, step, self)

    def arrive(
        self, raw: Any, step: Step, *, item: str = "00001-000", times: int = 1, run: str | None = None
    ) -> Envelope:
        """A referral comes from a poll at this moment."""
        envelope = referral_message(raw, item=item, polled_at=self.time, trace="trace-1", run=run, leads=self.leads)
        self.deliver(envelope, step, times=times)
        return envelope


def a_message(body: bytes, message_id: str = "m1", delivery_count: int = 1) -> func.ServiceBusMessage:
    """A message as the genuine converter makes it."""
    return ServiceBusMessage(
        body=body, message_id=message_id, delivery_count=delivery_count, application_properties={}, user_properties={}
    )


def an_envelope(kind: Kind, key: str, **data: Any) -> Envelope:
    """A message about a key."""
    return Envelope(type=kind, trace="trace-1", data={"key": key, "version": 1, **data})


def a_referral(**changes: Any) -> dict[str, Any]:
    """A sound record of Partner Center: an open co-sell of a Turkish company."""
    record: dict[str, Any] = {
        "id": "11111111-0000-4000-8000-000000000001",
        "engagementId": "eng-1",
        "name": "Server room to cloud",
        "type": "Shared",
        "qualification": "SalesQualified",
        "status": "New",
        "substatus": "Pending",
        "direction": "Incoming",
        "createdDateTime": "2026-11-20T08:00:00.1234567Z",
        "updatedDateTime": "2026-11-20T08:00:00.1234567Z",
        "expirationDateTime": "2026-12-04T00:00:00Z",
        "customerProfile": {
            "name": "Anadolu Makina A.Ş.",
            "address": {"country": "TR"},
            "team": [{"firstName": "Elif", "lastName": "Kaya", "email": "elif.kaya@anadolu.com.tr"}],
        },
        "details": {"dealValue": 42000, "currency": "EUR"},
    }
    return {**record, **changes}


def a_scan(**signals: Any) -> FakeScan:
    """A healthy Google domain unless said otherwise."""
    found = {
        "mx": "present", "spf": "present", "dkim": "present", "dmarc": "present", "mx_outcome": "hosts",
        "provider": "Google", "dmarc_policy": "reject", **signals,
    }  # fmt: skip
    return FakeScan(MailSignals(**found), NOW, {})


__all__ = ["NOW", "QUEUE_OF", "FakeScan", "World", "a_message", "a_referral", "a_scan", "an_envelope"]
