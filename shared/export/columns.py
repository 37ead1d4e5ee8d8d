"""The columns that an export can hold: names in two languages, and each lead field as a plain cell value."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from shared.doors.problems import bad_request

Cell = str | int | float | datetime | None

_NAMES: dict[str, tuple[str, str]] = {
    "respond_by": ("Answer by (UTC)", "Son yanıt (UTC)"),
    "company_name": ("Company", "Şirket"),
    "display_domain": ("Domain", "Alan adı"),
    "domain": ("Domain (ASCII)", "Alan adı (ASCII)"),
    "referral_type": ("Referral", "Yönlendirme"),
    "referral_types": ("Referral types", "Yönlendirme türleri"),
    "referral_count": ("Referrals", "Yönlendirme sayısı"),
    "referral_status": ("Referral status", "Yönlendirme durumu"),
    "deal_value": ("Deal value", "Anlaşma değeri"),
    "deal_currency": ("Currency", "Para birimi"),
    "score": ("Score", "Puan"),
    "segment": ("Segment", "Segment"),
    "headline": ("Why", "Neden"),
    "priority": ("Priority", "Öncelik"),
    "priority_label": ("Priority label", "Öncelik etiketi"),
    "technical_heat": ("Technical heat", "Teknik sıcaklık"),
    "commercial_segment": ("Commercial segment", "Ticari segment"),
    "commercial_heat": ("Commercial heat", "Ticari sıcaklık"),
    "completeness": ("Answered %", "Yanıtlanan %"),
    "provider": ("Provider", "Sağlayıcı"),
    "gateway": ("Gateway", "Ağ geçidi"),
    "local_provider": ("Local provider", "Yerel sağlayıcı"),
    "tenant_size": ("Tenant size", "Kiracı boyutu"),
    "tenant_id": ("Tenant id", "Kiracı kimliği"),
    "mx": ("MX", "MX"),
    "spf": ("SPF", "SPF"),
    "dkim": ("DKIM", "DKIM"),
    "dmarc": ("DMARC", "DMARC"),
    "dmarc_policy": ("DMARC policy", "DMARC politikası"),
    "country": ("Country", "Ülke"),
    "registrar": ("Registrar", "Kayıt kuruluşu"),
    "expires_at": ("Registration ends (UTC)", "Kayıt bitişi (UTC)"),
    "infrastructure": ("Network", "Ağ"),
    "contact_name": ("Contact", "İlgili kişi"),
    "stage": ("Stage", "Aşama"),
    "dynamics_status": ("Dynamics", "Dynamics"),
    "dynamics_synced_at": ("Dynamics sync (UTC)", "Dynamics eşitleme (UTC)"),
    "dynamics_error": ("Dynamics error", "Dynamics hatası"),
    "dynamics_url": ("Dynamics link", "Dynamics bağlantısı"),
    "first_seen_at": ("First seen (UTC)", "İlk görülme (UTC)"),
    "scanned_at": ("Scanned (UTC)", "Tarama (UTC)"),
    "updated_at": ("Updated (UTC)", "Güncelleme (UTC)"),
}
COLUMNS = tuple(_NAMES)
DEFAULT = (
    "respond_by", "company_name", "display_domain", "referral_type", "deal_value", "deal_currency", "score", "segment",
    "headline", "priority", "provider", "spf", "dkim", "dmarc", "country", "dynamics_status", "dynamics_synced_at",
)  # fmt: skip
_DATES = frozenset(name for name in _NAMES if name.endswith("_at") or name == "respond_by")
_NUMBERS = frozenset({"score", "completeness", "referral_count"})


def read_columns(text: str) -> tuple[str, ...]:
    """The chosen columns in their order. Raises 400 naming the known ones."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in _NAMES:
            raise bad_request("columns", f"'{name[:40]}' is no column.", f"Known: {', '.join(COLUMNS)}.")
    if len(set(names)) < len(names):
        raise bad_request("columns", "A column is named twice.", "Name each once.")
    return names or DEFAULT


def titles(columns: tuple[str, ...], lang: str) -> list[str]:
    """The head line."""
    return [_NAMES[name][1 if lang == "tr" else 0] for name in columns]


def cells(row: Mapping[str, Any], columns: tuple[str, ...]) -> list[Cell]:
    """One row: numbers and dates as such, everything else as text."""
    return [_READ.get(name, _plain(name))(row) for name in columns]


def _plain(name: str) -> Callable[[Mapping[str, Any]], Cell]:
    return lambda row: row.get(name)


def _date(name: str) -> Callable[[Mapping[str, Any]], Cell]:
    return lambda row: datetime.fromisoformat(row[name]).replace(tzinfo=None) if row.get(name) else None


_READ: dict[str, Callable[[Mapping[str, Any]], Cell]] = {
    **{name: _date(name) for name in _DATES},
    **{name: _plain(name) for name in _NUMBERS},
    "deal_value": lambda row: (row.get("deal_value") or {}).get("amount"),
    "deal_currency": lambda row: (row.get("deal_value") or {}).get("currency"),
    "referral_types": lambda row: ", ".join(row.get("referral_types") or ()),
    "headline": lambda row: (row.get("headline") or {}).get("text"),
}
