"""MX records in presentation format in, the mail hosts by preference out."""

import re
from collections.abc import Iterable

_RECORD = re.compile(r"\s*(?P<preference>\d+)\s+(?P<host>\S+)\s*")
_NO_HOST = re.compile(r"[^.]*\.?|.*\.(localhost|local|localdomain|internal|lan|invalid|test)\.?|[\d.]+", re.IGNORECASE)


def mail_hosts(records: Iterable[str]) -> list[str]:
    """Hosts in lower case, best preference first, equals by name; the root of a null MX (RFC 7505) is none."""
    found = (_RECORD.fullmatch(record) for record in records)
    pairs = {(int(one["preference"]), one["host"].rstrip(".").lower()) for one in found if one}
    return [host for _, host in sorted(pairs) if host]


def takes_mail(host: str) -> bool:
    """Whether a server on the internet can have this name: no address, no single label, no internal name."""
    return not _NO_HOST.fullmatch(host)
