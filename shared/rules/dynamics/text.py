"""Any text in; the text that a Dynamics column takes out, and what had to be done to it."""

import re

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
"""What XML 1.0 cannot carry (Dynamics refuses it), and the marks that turn the direction of what follows."""
_BLANKS = re.compile(r"[ \t\r\n\u2028\u2029]+")
_JOINERS = "\u200d\ufe0f\ufe0e"


def clean(text: str, *, lines: bool = False) -> str:
    """The text without characters that Dynamics refuses, trimmed; on one line unless `lines`."""
    plain = _FORBIDDEN.sub("", text)
    if lines:
        return plain.replace("\r\n", "\n").replace("\r", "\n").strip()
    return _BLANKS.sub(" ", plain).strip()


def units(text: str) -> int:
    """Length as Dynamics counts it, in UTF-16 units: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, most: int) -> str:
    """The longest beginning of at most `most` UTF-16 units that ends on a character border, with an ellipsis when cut.

    A combining mark, a joiner and what it joins stay with the character before them.
    """
    if units(text) <= most:
        return text
    room, end, used = most - 1, 0, 0
    for place, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > room:
            break
        end = place + 1
    while end > 0 and _continues(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def _continues(text: str, place: int) -> bool:
    """Whether the character at `place` belongs to the one before it."""
    import unicodedata

    character, before = text[place], text[place - 1]
    return unicodedata.combining(character) != 0 or character in _JOINERS or before == "\u200d"
