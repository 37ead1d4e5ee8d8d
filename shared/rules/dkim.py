"""One DKIM key record in, its type, size and whether it works out (RFC 6376 3.6.1); and the selectors to look under."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

COMMON_SELECTORS = (
    "default", "google", "selector1", "selector2", "s1", "s2", "k1", "k2", "dkim", "mail", "smtp", "key1", "zoho", "x",
)  # fmt: skip
"""Asked of every domain."""

_OF_PROVIDER: dict[str, tuple[str, ...]] = {
    "Google": ("20230601",),
    "Zoho": ("zmail",),
    "Yandex": ("yandex", "mail"),
    "Amazon": ("amazonses",),
    "SendGrid": ("smtpapi", "m1"),
    "Mailgun": ("mailo", "pic", "mx", "email", "mg", "krs"),
    "Hosting": ("secureserver1", "secureserver2", "hostingermail1", "hostingermail-a"),
}
"""By whom the MX names."""

_OF_SENDER: dict[str, tuple[str, ...]] = {
    "sendgrid.net": ("smtpapi", "m1"),
    "mailgun.org": ("mailo", "pic", "mx", "krs"),
    "servers.mcsv.net": ("k3",),
    "spf.mandrillapp.com": ("mandrill",),
    "zoho.com": ("zmail",),
    "zoho.eu": ("zmail",),
    "messagingengine.com": ("fm1", "fm2", "fm3"),
    "protonmail.ch": ("protonmail", "protonmail2", "protonmail3"),
    "mail.zendesk.com": ("zendesk1", "zendesk2"),
    "mailjet.com": ("mailjet",),
    "sendinblue.com": ("brevo1", "brevo2"),
    "brevo.com": ("brevo1", "brevo2"),
    "createsend.com": ("cm",),
    "icloud.com": ("sig1",),
    "mlsend.com": ("litesrv", "ml"),
    "mtasv.net": ("pm",),
}
"""By whose servers the domain's SPF lets send."""

KeyState = Literal["valid", "unreadable", "revoked", "invalid"]


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One key. `bits` is the size of an RSA key, 256 for Ed25519 (RFC 8463), None for one that cannot be read.

    `unreadable`: there is a key of a known type, but not in a form that we can measure. `invalid`: a type that nobody
    knows, which receivers ignore (RFC 6376 3.6.1).
    """

    state: KeyState
    type: str
    bits: int | None
    testing: bool = False


def derived_selectors(provider: str, spf_includes: Iterable[str]) -> list[str]:
    """What else to look under, once it is known who carries the domain's mail; none of the common ones."""
    wanted = list(_OF_PROVIDER.get(provider, ()))
    for include in spf_includes:
        for sender, selectors in _OF_SENDER.items():
            if include == sender or include.endswith(f".{sender}"):
                wanted += selectors
    return [selector for selector in dict.fromkeys(wanted) if selector not in COMMON_SELECTORS]


def read_dkim(text: str) -> DkimKey | None:
    """The key in a TXT record, or None when the record is something else, such as a wildcard's answer.

    Tolerant as receivers are: `v` and `k` may be missing, white space may stand anywhere.
    """
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), "".join(value.split()))
    if "p" not in tags or tags.get("v", "DKIM1").upper() != "DKIM1":
        return None
    kind = tags.get("k", "").lower()[:20] or "rsa"
    testing = "y" in tags.get("t", "").lower().split(":")
    if not tags["p"]:
        return DkimKey("revoked", kind, None, testing)
    bits = _bits(kind, tags["p"])
    unmeasured: KeyState = "unreadable" if kind in _KINDS else "invalid"
    return DkimKey("valid" if bits else unmeasured, kind, bits, testing)


def _bits(kind: str, encoded: str) -> int | None:
    """The size of a key that could be one; None for what is none."""
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        if kind == "ed25519":
            return 256 if len(key) in (32, 44) else None
        return _modulus(key).bit_length() or None if kind == "rsa" else None
    except (binascii.Error, ValueError):
        return None


def _modulus(der: bytes) -> int:
    """The modulus of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7), or of the bare RSAPublicKey (RFC 8017 A.1.1)."""
    tag, inner, _ = _element(der)
    first_tag, first, rest = _element(inner)
    if tag == _SEQUENCE and first_tag == _INTEGER:
        return int.from_bytes(first, "big")
    tag, bits, _ = _element(rest)
    if first_tag != _SEQUENCE or tag != _BIT_STRING or bits[:1] != b"\0":
        raise ValueError("no public key")
    _, numbers, _ = _element(bits[1:])
    tag, modulus, _ = _element(numbers)
    if tag != _INTEGER:
        raise ValueError("no modulus")
    return int.from_bytes(modulus, "big")


_KINDS = frozenset({"rsa", "ed25519"})
_INTEGER, _BIT_STRING, _SEQUENCE = 0x02, 0x03, 0x30


def _element(der: bytes) -> tuple[int, bytes, bytes]:
    """Tag, content and what follows, of the first DER element (X.690 8.1)."""
    if len(der) < 2:
        raise ValueError("cut off")
    size, start = der[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(der[2:start], "big")
    if start + size > len(der):
        raise ValueError("cut off")
    return der[0], der[start : start + size], der[start + size :]
