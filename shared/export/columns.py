"""The columns that an export can hold: names in two languages, and packed faces as rows of plain cell values."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

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


def cells_of(columns: tuple[str, ...], *, date: Callable[[str], Cell]) -> Callable[[bytes], list[Cell]]:
    """A reader of packed faces: the cells of one row, "" or None where there is nothing. `date` makes a cell of a UTC
    time in ISO 8601; texts are as people see them, and everything is opened only as far as the columns want it."""

    def date_or_none(written: str) -> Cell:
        return date(written) if written else None

    fields = {name: place for place, name in enumerate(LEAD_FIELDS)}
    places = [fields[_FIELD.get(name, name)] for name in columns]
    readers = {**_READ, **dict.fromkeys(_DATES, date_or_none)}
    special = [(place, readers[name]) for place, name in enumerate(columns) if name in readers]

    def read(packed: bytes) -> list[Cell]:
        written = written_values(packed)
        row: list[Cell] = [written[place] if place < len(written) else "" for place in places]
        for place, reader in special:
            row[place] = reader(str(row[place]))
        return row

    return read


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
