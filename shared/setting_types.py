"""What one setting's text must look like: a text in, its value or a `ValueError` out.

No message quotes the text: what stands in the wrong place may be a secret, and `/api/health` shows the message to all.
"""

import re
from collections.abc import Callable
from ipaddress import ip_address

from shared.setting_fields import Secret

SCAN_CHECKS = (
    "mx",
    "spf",
    "dkim",
    "dmarc",
    "mta_sts",
    "tls_rpt",
    "registration",
    "network",
    "tenant",
    "dnssec",
    "caa",
    "bimi",
)
"""Every check that `SCAN_CHECKS` can name. The first four make the score and cannot be switched off."""

_WHOIS_SERVER = re.compile(r"[a-z0-9-]+=[a-z0-9][a-z0-9.-]*(:[1-9][0-9]{0,4})?", re.IGNORECASE)

LEAD_SOURCE_NAMES = frozenset(
    {"co-sell", "marketplace", "solution-provider", "unclassified", "migration", "existing", "cold", "skip"}
)
"""What `DYNAMICS_LEAD_SOURCES` can name: a referral type or a segment."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NCRONTAB: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("second", 0, 59, ()),
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)
"""Name, lowest, highest and names of each field (Azure Functions, "NCRONTAB expressions")."""
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
_OWNER = re.compile(r"/?(systemusers|teams)[/(][0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\)?")
_BUS = re.compile(r"(^|;)\s*Endpoint\s*=\s*sb://[^;/]", re.IGNORECASE)
_STORAGE = re.compile(
    r"^\s*UseDevelopmentStorage\s*=\s*true|^(?=.*\b(AccountName|TableEndpoint)=.)(?=.*\b(AccountKey|SharedAccessSignature)=.)",
    re.IGNORECASE,
)
_UNRESOLVED = "@microsoft.keyvault("


def listed(text: str) -> list[str]:
    """The entries of a comma-separated list, in small letters."""
    return [item.strip().lower() for item in text.split(",") if item.strip()]


def schedule(text: str) -> str:
    """NCRONTAB: checked here, since the host drops every function when one schedule cannot be read."""
    parts = text.split()
    if len(parts) not in (5, 6):
        raise ValueError("is no NCRONTAB expression of five or six fields")
    for part, (name, lowest, highest, names) in zip(parts, _NCRONTAB[-len(parts) :], strict=True):
        if not all(_in_range(one, lowest, highest, names) for one in part.split(",")):
            raise ValueError(f"the {name} of the NCRONTAB expression must be within {lowest}-{highest}")
    return text


def _in_range(text: str, lowest: int, highest: int, names: tuple[str, ...]) -> bool:
    """`*`, `a`, `a-b`, each with `/step` or without."""
    span, slash, step = text.partition("/")
    if slash and not (step.isascii() and step.isdigit() and int(step)):
        return False
    if span == "*":
        return True
    ends = [_number(one, lowest, names) for one in span.split("-")]
    known = [end for end in ends if end is not None and lowest <= end <= highest]
    return len(known) == len(ends) <= 2 and known == sorted(known)


def _number(text: str, lowest: int, names: tuple[str, ...]) -> int | None:
    if len(text) >= 3 and text.lower()[:3] in names:
        return names.index(text.lower()[:3]) + lowest
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else None


def _fitting(pattern: re.Pattern[str], problem: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(problem)
        return text

    return check


def resolvers(text: str) -> str:
    """Addresses or names of name servers, each with a port or without."""
    for position, server in enumerate(listed(text), start=1):
        if not _is_resolver(server):
            raise ValueError(f"entry {position} is no host[:port]")
    return text


def _is_resolver(server: str) -> bool:
    host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "53")
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        port = port.removeprefix(":") or "53"
    if not (port.isdecimal() and 0 < int(port) < 65_536):
        return False
    try:
        ip_address(host)
    except ValueError:
        # 1.2.3.400 is nobody's name, and a word without a dot is rather something pasted into the wrong place.
        is_name = host == "localhost" or ("." in host and not host.rpartition(".")[2].isdecimal())
        return is_name and not server.startswith("[") and bool(_HOST.fullmatch(host))
    return True


def whois_servers(text: str) -> str:
    """Pairs `ending=host[:port]`: whom to ask about domains of that ending."""
    for position, pair in enumerate(listed(text), start=1):
        if not _WHOIS_SERVER.fullmatch(pair):
            raise ValueError(f"entry {position} is no ending=host[:port]")
    return text


def checks(text: str) -> str:
    """Names of `SCAN_CHECKS`."""
    wrong = [position for position, name in enumerate(listed(text), start=1) if name not in SCAN_CHECKS]
    if wrong:
        known = ", ".join(SCAN_CHECKS)
        raise ValueError(f"entry {', '.join(map(str, wrong))} is no check; known: {known}")
    return text


def lead_sources(text: str) -> str:
    """Pairs `name=number`, the name one of `LEAD_SOURCE_NAMES`."""
    for position, pair in enumerate(listed(text), start=1):
        name, _, code = (part.strip() for part in pair.partition("="))
        if not (code.isascii() and code.isdigit() and len(code) <= 10):
            raise ValueError(f"entry {position} is no name=number")
        if name not in LEAD_SOURCE_NAMES:
            raise ValueError(f"entry {position} names no referral type and no segment")
    return text


def followed_secret(text: str) -> Secret:
    """Any text but a vault reference: App Service leaves the reference itself when it cannot follow it."""
    if text.lower().startswith(_UNRESOLVED):
        raise ValueError(
            "names a vault secret that the platform could not read: make it, or give the right to read it, then restart"
        )
    return Secret(text)


def _connection(pattern: re.Pattern[str], problem: str) -> Callable[[str], Secret]:
    def read(text: str) -> Secret:
        if not pattern.search(text):
            raise ValueError(problem)
        return Secret(text)

    return read


host_name = _fitting(_HOST, "must be a host name alone, without https://, port or path")
identifier = _fitting(_IDENTIFIER, "must be an id or a domain name of letters, digits, dots and dashes")
owner = _fitting(_OWNER, "must be systemusers/<guid> or teams/<guid>")
bus_connection = _connection(_BUS, "is no connection string with Endpoint=sb://…")
storage_connection = _connection(
    _STORAGE, "is no connection string of a storage account, nor UseDevelopmentStorage=true"
)
