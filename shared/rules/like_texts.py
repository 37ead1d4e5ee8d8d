"""Many texts of one make in, each packed small against the first few of them; and back."""

import zlib

_EXAMPLES = 6
"""How many texts are kept as they are, to pack the later ones against: their field values recur."""
_LEVEL = 3
_RAW = -zlib.MAX_WBITS


class LikeTexts:
    """Packs to about a fifth what plain compression, text by text, would hardly shrink."""

    def __init__(self) -> None:
        self._examples: list[bytes] = []
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
        self._opener = zlib.decompressobj(_RAW)

    def pack(self, text: str) -> bytes:
        """The text as bytes that only this object can open."""
        plain = text.encode("utf-8", "surrogatepass")
        if len(self._examples) < _EXAMPLES:
            self._examples.append(plain)
            if len(self._examples) == _EXAMPLES:
                dictionary = b"".join(self._examples)
                self._packer = zlib.compressobj(
                    _LEVEL, zlib.DEFLATED, _RAW, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, dictionary
                )
                self._opener = zlib.decompressobj(_RAW, dictionary)
            return b"=" + plain
        packer = self._packer.copy()
        return b"~" + packer.compress(plain) + packer.flush()

    def open(self, packed: bytes) -> str:
        """The text again; the empty text for nothing."""
        plain = self._opener.copy().decompress(packed[1:]) if packed[:1] == b"~" else packed[1:]
        return plain.decode("utf-8", "surrogatepass")
