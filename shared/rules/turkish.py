"""Text as it is searched and sorted here: the Turkish alphabet, where İ belongs to i and I to ı."""

from unicodedata import combining, normalize

_UPPER = str.maketrans({"İ": "i", "I": "ı"})
_ALPHABET = "0123456789abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_ORDER = str.maketrans({letter: chr(place) for place, letter in enumerate(_ALPHABET, start=0x50)}) | str.maketrans(
    {sign: "?" for sign in "[\\]^_`{|}~"}
)
"""Letters move to where ASCII has its own and some signs, which make room: so a key takes one byte a letter."""


def lower(text: str) -> str:
    """Lower case by Turkish rules: İ → i, I → ı."""
    return normalize("NFC", text).translate(_UPPER).lower()


def search_key(text: str) -> str:
    """Text for finding: case, dots, hooks and accents do not matter, so that `istanbul`, `ISTANBUL` and `İstanbul` are
    one, and so are `Müller` and `muller`."""
    return "".join(sign for sign in normalize("NFKD", lower(text)) if not combining(sign)).replace("ı", "i")


def sort_key(text: str) -> str:
    """Text for ordering: each letter at its place in the Turkish alphabet (… g ğ h ı i j …), foreign accents aside;
    signs before letters, other alphabets after."""
    letters = (sign if sign in _ALPHABET else normalize("NFD", sign)[:1] for sign in lower(text))
    return "".join(letters).translate(_ORDER)
