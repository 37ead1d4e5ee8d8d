"""A number in, so many made-up leads out, as rows of Table Storage and as cards: for benches of the list."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.rules import values
from shared.rules.list_card import pack_card
from shared.rules.list_columns import LEAD_COLUMNS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_WORDS = ("Anadolu", "Boğaziçi", "Marmara", "Çınar", "Işık", "Güneş", "Yıldız", "Deniz", "Kuzey", "Toros", "Ege", "Ova")
_TRADES = ("Makina", "Tekstil", "Gıda", "Lojistik", "Yazılım", "İnşaat", "Enerji", "Otomotiv", "Turizm", "Kimya")
_FIRST = ("Elif", "Mehmet", "Zeynep", "Ali", "Ayşe", "Can", "Deniz", "Sam", "Maria", "Jürgen")


def faces(count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Leads as people see them: every field of the contract, about 900 bytes as JSON."""
    dice = random.Random(seed)
    for number in range(count):
        yield _face(number, dice)


def lead_rows(count: int) -> Iterator[dict[str, Any]]:
    """Those leads as rows of the table `leads`, with what the list reads of them."""
    for face in faces(count):
        yield {
            "PartitionKey": "leads",
            "RowKey": f"lead:{face['domain']}",
            "version": face["version"],
            "card": pack_card(LEAD_COLUMNS, face),
            "owed": "",
            "identity": "x" * 300,
            "referrals": "x" * 500,
            "judgement": "x" * 900,
        }


def _face(number: int, dice: random.Random) -> dict[str, Any]:
    def at() -> str:
        return (NOW - timedelta(seconds=dice.randrange(90 * 86400))).strftime("%Y-%m-%dT%H:%M:%SZ")

    word, trade = dice.choice(_WORDS), dice.choice(_TRADES)
    domain = f"firma{number:06}.com.tr"
    provider = dice.choice(values.PROVIDERS)
    return {
        "domain": domain,
        "display_domain": domain,
        "company_name": f"{word} {trade} Sanayi A.Ş. {number}",
        "country": dice.choice(("TR", "TR", "TR", "DE", "US")),
        "headline": {
            "code": "headline_greenfield",
            "params": {"provider": provider, "local_provider": None, "gaps": ["no_dkim", "no_dmarc"]},
            "text": f"Mail on {provider}: open for Microsoft 365; no DKIM found and no DMARC",
        },
        "provider": provider,
        "gateway": None,
        "local_provider": dice.choice((None, None, "TürkHost", "Natro")),
        "tenant_size": dice.choice(values.TENANT_SIZES),
        "segment": dice.choice(values.SEGMENTS),
        "score": dice.randrange(101),
        "completeness": dice.choice((100, 100, 75)),
        "priority": dice.choice(values.PRIORITIES),
        "priority_label": "High Potential Greenfield",
        "technical_heat": dice.choice(values.HEATS),
        "commercial_segment": "GREENFIELD",
        "commercial_heat": "HIGH",
        "mx": "present",
        "spf": dice.choice(values.RECORD_STATES),
        "dkim": dice.choice(values.RECORD_STATES),
        "dmarc": dice.choice(values.RECORD_STATES),
        "dmarc_policy": "none",
        "registrar": "Nic.tr Kayıt Kuruluşu",
        "expires_at": at(),
        "infrastructure": "mail: Turk Telekom, TR; web: Turk Telekom, TR",
        "referral_type": dice.choice(values.REFERRAL_TYPES),
        "referral_types": ["co-sell"],
        "referral_count": 1,
        "referral_status": dice.choice(values.REFERRAL_STATUSES),
        "respond_by": dice.choice((None, at())),
        "deal_value": {"amount": 1000.0 + number, "currency": "EUR"},
        "contact_name": f"{dice.choice(_FIRST)} {dice.choice(_WORDS)}",
        "tenant_id": None,
        "stage": dice.choice(values.STAGES),
        "dynamics_status": dice.choice(values.DYNAMICS_STATUSES),
        "dynamics_synced_at": at(),
        "dynamics_error": None,
        "dynamics_error_code": None,
        "dynamics_error_params": None,
        "dynamics_note": None,
        "dynamics_note_params": None,
        "dynamics_url": f"https://contoso.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=lead&id={number:032x}",
        "first_seen_at": at(),
        "scanned_at": at(),
        "updated_at": at(),
        "version": 4,
    }
