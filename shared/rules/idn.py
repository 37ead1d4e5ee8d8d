"""Host names in any script in, punycode out, and back: UTS #46 (non-transitional) over IDNA 2008, never raising."""

import re

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def to_ascii(name: str) -> str | None:
    """The name in lower-case punycode without a trailing dot, or None when it is no host name (RFC 1123, RFC 5891).

    İ counts as i: UTS #46 alone would keep a combining dot that nobody registers.
    """
    name = name.replace("\u0130", "i").lower()
    if not name.isascii() or "xn--" in name:
        name = _encode(name)
    name = name.rstrip(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return None
    return name


def to_unicode(name: str) -> str:
    """The name for people's eyes: labels decoded where they are valid, else as they stand."""
    if "xn--" not in name.lower():
        return name
    import idna  # not at import time: tables are large

    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return name


def _encode(name: str) -> str:
    import idna

    try:
        return idna.encode(name, uts46=True, std3_rules=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError, ValueError, IndexError):
        return ""
