"""Texts of any length as table properties: compressed into pieces that fit, and back."""

import zlib
from collections.abc import Mapping
from typing import Any

from shared.errors import PermanentError

PIECE = 60_000
"""Bytes per property; Table Storage takes 64 KiB."""
_MOST_PIECES = 14
"""Pieces per row; Table Storage takes 1 MiB."""


def pack(text: str, *, prefix: str = "p") -> dict[str, bytes]:
    """Properties `p00`, `p01` … holding the text.

    Raises `PermanentError` `referral_too_large` beyond one row's room.
    """
    # Half a surrogate pair becomes its escape, which in JSON means the same.
    packed = zlib.compress(text.encode("utf-8", "backslashreplace"), 6)
    pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
    if len(pieces) > _MOST_PIECES:
        raise PermanentError("referral_too_large", why="size_over", size=len(packed), most=PIECE * _MOST_PIECES)
    return {f"{prefix}{number:02}": piece for number, piece in enumerate(pieces)}


def unpack(entity: Mapping[str, Any], *, prefix: str = "p", limit: int = 64_000_000) -> str:
    """The text that `pack` stored. `limit` caps the opened size in bytes, against compressed bombs."""
    packed = b"".join(entity[name] for name in sorted(entity) if name[:1] == prefix and name[1:].isdigit())
    return open_bounded(packed, limit=limit).decode()


def open_bounded(packed: bytes, *, limit: int) -> bytes:
    """The content of a zlib stream, refused when it opens to more than `limit` bytes."""
    opener = zlib.decompressobj()
    content = opener.decompress(packed, limit)
    if opener.unconsumed_tail:
        raise PermanentError("referral_too_large", why="opens_over", most=limit)
    return content
