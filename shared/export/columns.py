"""The columns that an export can hold: names in two languages, and packed faces as rows of plain cell values."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from shared.doors.problems import bad_request
from shared.rules.lead_face import LEAD_FIELDS
from shared.rules.list_card import read_value, written_values

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


def cells_of(columns: tuple[str, ...]) -> Callable[[bytes], list[Cell]]:
    """A reader of packed faces: one row's cells, numbers and dates as such, everything else as text."""
    return _reader(columns, {**_READ, **dict.fromkeys(_DATES, _date)})


def texts_of(columns: tuple[str, ...]) -> Callable[[bytes], list[str]]:
    """A reader of packed faces: one row's cells as texts."""
    texts = {name: _text_of(read) for name, read in _READ.items()}
    return _reader(columns, {**texts, **dict.fromkeys(_DATES, _date_text)})


def _reader(columns: tuple[str, ...], readers: Mapping[str, Callable[[str], Any]]) -> Callable[[bytes], list[Any]]:
    """Plain texts stay as they are written; the other columns are read."""
    fields = [LEAD_FIELDS.index(_FIELD.get(name, name)) for name in columns]
    other = [(place, readers[name]) for place, name in enumerate(columns) if name in readers]
    wanted = max(fields) + 1

    def read(packed: bytes) -> list[Any]:
        values = written_values(packed, wanted)
        if len(values) < wanted:  # the card's release did not know them yet
            values += [""] * (wanted - len(values))
        row = [values[field] for field in fields]
        for place, reader in other:
            row[place] = reader(row[place])
        return row

    return read


def _text_of(read: Callable[[str], Cell]) -> Callable[[str], str]:
    def text(written: str) -> str:
        cell = read(written)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)  # where the comma is the decimal sign, Excel takes 18000.0 for a text
        return "" if cell is None else str(cell)

    return text


def _date(written: str) -> Cell:
    return datetime.fromisoformat(written).replace(tzinfo=None) if written else None


def _date_text(written: str) -> str:
    return f"{written[:10]} {written[11:19]}" if written else ""


_parsed = lru_cache(maxsize=4096)(read_value)
"""Headlines and the like recur."""
_DATES = tuple(name for name in _NAMES if name.endswith("_at") or name == "respond_by")
_FIELD = {"deal_currency": "deal_value"}
_READ: dict[str, Callable[[str], Cell]] = {
    **dict.fromkeys(("score", "completeness", "referral_count"), _parsed),
    "deal_value": lambda written: (_parsed(written) or {}).get("amount"),
    "deal_currency": lambda written: (_parsed(written) or {}).get("currency"),
    "referral_types": lambda written: ", ".join(_parsed(written) or ()),
    "headline": lambda written: (_parsed(written) or {}).get("text"),
}
