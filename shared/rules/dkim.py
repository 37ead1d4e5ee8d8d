"""DKIM key records (RFC 6376 3.6.1) and the selectors under which to look for them."""

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

SELECTORS = (
    "default", "google", "selector1", "selector2", "s1", "s2", "k1", "k2", "k3", "dkim", "mail", "smtp", "key1", "key2",
    "mxvault", "everlytickey1", "mandrill", "zoho", "zmail", "yandex", "turkhost", "x", "cm", "protonmail",
)  # fmt: skip
"""Asked of every domain, in one wave."""

_OF_PROVIDER = {
    "M365": ("selector1", "selector2"),
    "Google": ("google", "20230601", "20221208"),
    "Zoho": ("zoho", "zmail", "1522905413783"),
    "Yandex": ("mail", "yandex"),
    "Amazon": ("amazonses",),
    "SendGrid": ("s1", "s2", "smtpapi", "m1"),
    "Mailgun": ("mailo", "k1", "pic", "mx", "email", "mg"),
    "Hosting": ("default", "x", "dkim", "a", "b"),
}

KeyState = Literal["valid", "revoked", "invalid"]


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One key. `bits` is the size of an RSA key, 256 for Ed25519 (RFC 8463)."""

    state: KeyState
    type: str
    bits: int | None
    testing: bool = False


def selectors_for(provider: str | None) -> tuple[str, ...]:
    """Common selectors and those that the provider uses, each once."""
    return tuple(dict.fromkeys((*SELECTORS, *_OF_PROVIDER.get(provider or "", ()))))


def read_dkim(text: str) -> DkimKey | None:
    """The key in a TXT record, or None when the record is something else, such as a wildcard's answer."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), "".join(value.split()))
    if "p" not in tags or tags.get("v", "DKIM1").upper() != "DKIM1":
        return None
    kind = tags.get("k", "rsa").lower() or "rsa"
    testing = "y" in tags.get("t", "").lower().split(":")
    if not tags["p"]:
        return DkimKey("revoked", kind, None, testing)
    bits = _bits(kind, tags["p"])
    return DkimKey("valid" if bits else "invalid", kind, bits, testing)


def _bits(kind: str, encoded: str) -> int | None:
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    if kind == "ed25519":
        return 256 if len(key) in (32, 44) else None
    if kind != "rsa" or len(key) < 64:
        return None
    return _modulus_bits(key)


def _modulus_bits(der: bytes) -> int | None:
    """The bits of the first large integer in a SubjectPublicKeyInfo or RSAPublicKey (RFC 8017 A.1.1)."""
    at = 0
    while at + 4 < len(der):
        if der[at] == 0x02:
            length, start = _length(der, at + 1)
            value = der[start : start + length]
            if length >= 64 and len(value) == length:
                return int.from_bytes(value, "big").bit_length()
            at = start + length
        else:
            _, start = _length(der, at + 1)
            at = start + (1 if der[at] == 0x03 else _skipped(der, at))
    return None


def _skipped(der: bytes, at: int) -> int:
    """Containers are opened, everything else is stepped over."""
    return 0 if der[at] == 0x30 else _length(der, at + 1)[0]


def _length(der: bytes, at: int) -> tuple[int, int]:
    first = der[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    return int.from_bytes(der[at + 1 : at + 1 + size], "big"), at + 1 + size
