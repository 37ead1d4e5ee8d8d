"""Text as it is searched and sorted here: the Turkish alphabet, where İ belongs to i and I to ı."""

_UPPER = str.maketrans({"İ": "i", "I": "ı"})
_PLAIN = str.maketrans("ıçğöşüâîû", "icgosuaiu")
_ALPHABET = "0123456789abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_ORDER = str.maketrans({letter: chr(place) for place, letter in enumerate(_ALPHABET, start=0x80)})
"""Below 0x100, so that a key takes one byte a letter in memory; what stands there otherwise are signs such as ©."""


def lower(text: str) -> str:
    """Lower case by Turkish rules: İ → i, I → ı."""
    return text.translate(_UPPER).lower()


def search_key(text: str) -> str:
    """Text for finding: case, dots and hooks do not matter, so that `istanbul`, `ISTANBUL` and `İstanbul` are one."""
    return lower(text).translate(_PLAIN)


def sort_key(text: str) -> str:
    """Text for ordering: each letter at its place in the Turkish alphabet (… g ğ h ı i j …), others as they are."""
    return lower(text).translate(_ORDER)
