"""TXT records of `_dmarc` names in, the policy that holds (RFC 9989) out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Policy = Literal["none", "quarantine", "reject"]

_VERSION = re.compile(r"\s*v\s*=\s*DMARC1\s*(;|$)")
_REMOVED = ("pct", "rf", "ri")
"""Tags of RFC 7489 that RFC 9989 took away."""
_POLICIES = get_args(Policy)
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """One record, read. `problems` makes it invalid."""

    text: str
    policy: Policy
    subdomain_policy: Policy | None
    is_public_suffix: bool
    """Tag `psd=y`: the record speaks for the domains below it."""
    reports_to: tuple[str, ...]
    removed_tags: tuple[str, ...]
    testing: bool
    problems: tuple[str, ...]


def dmarc_names(domain: str) -> list[str]:
    """The names to ask, from the domain upwards; long names jump to eight labels (RFC 9989 4.10)."""
    labels = domain.split(".")
    names = [domain]
    above = labels[1:] if len(labels) <= _MOST_LABELS else labels[-(_MOST_LABELS - 1) :]
    while above:
        names.append(".".join(above))
        above = above[1:]
    return [f"_dmarc.{name}" for name in names]


def dmarc_records(texts: Iterable[str]) -> list[str]:
    """The TXT records that are DMARC: the version comes first (RFC 9989 4.7)."""
    return [text for text in texts if _VERSION.match(text)]


def read_dmarc(text: str) -> DmarcRecord:
    """Reads one record; never raises. Unknown tags are ignored, a missing `p` means none (RFC 9989 4.7)."""
    tags: dict[str, str] = {}
    problems = []
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name, value = name.strip().lower(), value.strip()
        if not equals:
            if name:
                problems.append(f"'{name[:40]}' is no tag")
            continue
        tags.setdefault(name, value)
    policy, sub = tags.get("p", "none").lower(), tags.get("sp", "").lower()
    if policy not in _POLICIES:
        if not tags.get("rua"):
            problems.append(f"p={policy[:40]} is no policy")
        policy = "none"
    return DmarcRecord(
        text=text,
        policy=policy,  # type: ignore[arg-type]
        subdomain_policy=sub if sub in _POLICIES else None,  # type: ignore[arg-type]
        is_public_suffix=tags.get("psd", "").lower() == "y",
        reports_to=tuple(uri.strip() for uri in tags.get("rua", "").split(",") if uri.strip()),
        removed_tags=tuple(name for name in _REMOVED if name in tags),
        testing=tags.get("t", "").lower() == "y",
        problems=tuple(problems),
    )
