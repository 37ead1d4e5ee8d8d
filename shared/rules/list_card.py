"""A face in, its packed card out, and back: all that a list keeps of a row, made once by whoever saves the row.

Layout: its number, how many codes, numbers and texts follow (a byte each); the codes, a byte each; the numbers, eight
bytes each; the texts to sort by and the text to search, each ended by a zero byte; the face, deflated. So a reader of
many cards opens no face, parses no date and folds no text: it copies columns.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from shared.rules.list_shape import NOTHING, Face, Shape
from shared.rules.turkish import search_key, sort_key

_LAYOUT = 1
_HEAD = 4
_LONGEST = 200
"""Characters of a text that count for sorting and searching."""
_BETWEEN = "\x1f"
_JSON = "\x1e"
"""Begins a value that is no plain text."""
_decode = json.JSONDecoder().raw_decode
_RAW = -zlib.MAX_WBITS
_EXAMPLE = _BETWEEN.join(
    (
        "11111111-0000-4000-8000-000000000001", "Pending", "Incoming", "contact_email", "website", "marketplace",
        "solution-provider", "unclassified", "declined", "expired", '{"name":"', '","email":"', '","phone":"+90 ',
        "https://partner.microsoft.com/dashboard/referrals/", '"no_dkim","no_dmarc","no_spf","dmarc_none"',
        "no SPF, DMARC only watching, a fragile SPF and invalid DKIM keys", "headline_renewal", "headline_low_intent",
        "headline_weak_partner", "headline_no_mx", "headline_tenant", "headline_unchecked", "Hosting", "Yandex",
        "Unknown", "Amazon", "Existing Microsoft but Weak Partner", "WEAK_PARTNER", "Renewal Pressure", "RENEWAL",
        "Low Intent / Long Nurturing", "LOW_INTENT", "No-Go / Archive", "NO_GO", "Competitive Takeover", "COMPETITIVE",
        "blocked", "review", "failed", "running", "pending", "invalid", "quarantine", "reject", "large", "medium",
        "small", "Cold", "Skip", "Existing", "won", "lost", "referred", "scanned", "scored", "P1", "P3", "P4", "P5",
        "anadolu.com.tr", "anadolu.com.tr", "Anadolu Makina Sanayi ve Ticaret Ltd. Şti. A.Ş.", "TR",
        _JSON + '{"code":"headline_competitive","params":{"provider":"Google","local_provider":null,"gaps":[]},'
        '"text":"Mail on Google Workspace: a takeover"}',
        _JSON + '{"code":"headline_greenfield","params":{"provider":"Local","local_provider":null,'
        '"gaps":["no_dkim","no_dmarc"]},"text":"Mail on Local: open for Microsoft 365; no DKIM found and no DMARC"}',
        "M365", "Google", "Local", "", "TürkHost", "Migration", _JSON + "100", _JSON + "100", "P2",
        "High Potential Greenfield", "Hot", "Warm", "GREENFIELD", "HIGH", "MEDIUM", "present", "absent", "unknown",
        "present", "none", "Nic.tr Registrar Ltd", "2026-11-23T12:00:00Z", "mail: Turk Telekom, TR; web: GOOGLE, US",
        "co-sell", _JSON + '["co-sell"]', _JSON + "1", "new", "2026-12-04T00:00:00Z",
        _JSON + '{"amount":1000.0,"currency":"EUR"}', "Elif Kaya", "", "in_dynamics", "synced", "2026-11-2",
        "2026-10-", "2026-09-", "", "",
        "https://contoso.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=lead&id=00000000-0000-0000",
        "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z", "2026-11-23T12:00:00Z", _JSON + "4",
    )
).encode()  # fmt: skip
"""Faces are deflated against this, to a quarter of their size. It belongs to the layout and never changes."""


class Parts(NamedTuple):
    """A card taken apart, its face still packed."""

    codes: bytes
    numbers: bytes
    texts: Sequence[bytes]
    search: str
    face: bytes


def pack_card(shape: Shape, face: Face) -> bytes:
    """The card of a face."""
    row = {**face, **shape.derived(face)}
    codes = bytes(_code(values, row.get(name)) for name, values in shape.codes.items())
    known = [_number(read(row)) for read in shape.numbers.values()]
    numbers = struct.pack(f"<{len(known)}q", *known)
    texts = [sort_key(str(row.get(name) or "")[:_LONGEST]) for name in shape.texts]
    found_by = dict.fromkeys(str(row[name])[:_LONGEST] for name in shape.search if row.get(name))
    search = search_key(" ".join(found_by))
    return b"".join(
        (
            bytes((_LAYOUT, len(codes), len(known), len(texts))), codes, numbers,
            *(_plain(text.replace("\0", " ")) + b"\0" for text in (*texts, search)),
            _deflated(_BETWEEN.join(_written(face[name]) for name in shape.fields)),
        )
    )  # fmt: skip


def split_card(card: bytes) -> Parts:
    """A card's columns, without opening its face."""
    _, codes, numbers, texts = card[:_HEAD]
    first, last = _HEAD + codes, _HEAD + codes + 8 * numbers
    *words, search, face = card[last:].split(b"\0", texts + 1)
    return Parts(card[_HEAD:first], card[first:last], words, search.decode("utf-8", "surrogatepass"), face)


def written_values(packed: bytes, first: int = -1) -> list[str]:
    """The values of a packed face in the order of the shape's fields, as they are written: plain texts as such,
    nothing as "", others for `read_value`. `first`: so many are wanted; the rest stays in one piece behind them."""
    text = zlib.decompressobj(_RAW, _EXAMPLE).decompress(packed).decode("utf-8", "surrogatepass")
    return text.split(_BETWEEN, first)


def read_value(written: str) -> Any:
    """A written value as what it was."""
    return _decode(written, 1)[0] if written[:1] == _JSON else written or None


def open_face(shape: Shape, packed: bytes) -> Face:
    """The face in a packed face; fields that its release did not know yet are None."""
    values = [read_value(written) for written in written_values(packed)]
    return dict(zip(shape.fields, values + [None] * (len(shape.fields) - len(values)), strict=False))


def _code(values: Sequence[str], value: str | None) -> int:
    """A closed value's place from 1; 0 for none and for what this release does not know."""
    return values.index(value) + 1 if value in values else 0


def _number(number: int | None) -> int:
    """Numbers beyond what eight bytes hold stand at the end of their side."""
    return NOTHING if number is None else max(NOTHING + 1, min(number, -NOTHING))


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value and _BETWEEN not in value and value[0] != _JSON:
        return value
    return _JSON + json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _deflated(text: str) -> bytes:
    # Fixed codes: hardly larger for so short a text, and opened in half the time.
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_FIXED, _EXAMPLE)
    return packer.compress(_plain(text)) + packer.flush()


def _plain(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def texts_of(card: bytes) -> Iterable[str]:
    """Every text in a card, of whatever list it is: for those who look for what was to be forgotten."""
    parts = split_card(card)
    return (parts.search, *written_values(parts.face))
