"""One DMARC record in, the policy that it states out (RFC 9989). Which record holds for a domain is `checks.dmarc`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Policy = Literal["none", "quarantine", "reject"]

REMOVED_TAGS = ("pct", "rf", "ri")
"""Tags of RFC 7489 that RFC 9989 took away; older receivers may still read them."""

_VERSION = re.compile(r"[vV]\s*=\s*DMARC1\s*(;|$)")
_LIKE_VERSION = re.compile(r"\bv\s*=\s*DMARC1\b", re.IGNORECASE)
_POLICIES = get_args(Policy)
_MOST_LABELS = 8
_REPORT_ADDRESS = re.compile(r"(mailto:[^@\s,!]+@[^@\s,!]+\.[^@\s,!]+|https://[^\s!]+)(!\d+[kmgt]?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """One record, read. `problems` makes it invalid, `remarks` do not."""

    text: str
    policy: Policy
    subdomain_policy: Policy | None
    """Tag `sp`, for names below; without it they have `policy`."""
    nonexistent_policy: Policy | None
    """Tag `np`, for names below that do not exist; without it they have the subdomains' policy."""
    public_suffix: Literal["y", "n", "u"]
    """Tag `psd`: speaks for the registrable domains below (y), is the organisation's own (n), not said (u)."""
    reports_to: tuple[str, ...]
    removed_tags: tuple[str, ...]
    testing: bool
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def dmarc_names(domain: str) -> list[str]:
    """The names to ask, from the domain upwards; a long name goes on at its last seven labels (RFC 9989 4.10)."""
    labels = domain.split(".")
    above = labels[1:] if len(labels) <= _MOST_LABELS else labels[-(_MOST_LABELS - 1) :]
    names = [domain, *(".".join(above[start:]) for start in range(len(above)))]
    return [f"_dmarc.{name}" for name in names]


def dmarc_records(texts: Iterable[str]) -> list[str]:
    """The TXT records that are DMARC: the version comes first, spelled so (RFC 9989 4.7)."""
    return [text for text in texts if _VERSION.match(text)]


def misspelt_records(texts: Iterable[str]) -> list[str]:
    """The texts that were meant as DMARC and that receivers pass over: `v=dmarc1`, a space or a tag in front."""
    return [text for text in texts if _LIKE_VERSION.search(text) and not _VERSION.match(text)]


def read_dmarc(text: str) -> DmarcRecord:
    """Reads one record; never raises. Unknown tags and stray text are passed over (RFC 9989 4.7)."""
    tags, remarks = _tags(text)
    removed = tuple(name for name in REMOVED_TAGS if name in tags)
    remarks += [f"{name} is no longer part of DMARC (RFC 9989)" for name in removed]
    reports_to = tuple(uri.strip() for uri in tags.get("rua", "").split(",") if _REPORT_ADDRESS.fullmatch(uri.strip()))
    wrong = [f"{name}={tags[name][:40]} is no policy" for name in ("p", "sp", "np") if not _is_policy(tags.get(name))]
    policy = _policy(tags.get("p")) or "none"  # an absent p means none
    if wrong and reports_to:
        policy, remarks, wrong = "none", remarks + [*wrong, "taken as p=none, since reports are asked for"], []
    return DmarcRecord(
        text=text,
        policy=policy,
        subdomain_policy=_policy(tags.get("sp")),
        nonexistent_policy=_policy(tags.get("np")),
        public_suffix={"y": "y", "n": "n"}.get(tags.get("psd", "").lower(), "u"),  # type: ignore[arg-type]
        reports_to=reports_to,
        removed_tags=removed,
        testing=tags.get("t", "").lower() == "y",
        problems=tuple(wrong),
        remarks=tuple(remarks),
    )


def _tags(text: str) -> tuple[dict[str, str], list[str]]:
    """Each tag's first value, and remarks on what is none."""
    tags: dict[str, str] = {}
    remarks = []
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
        elif part.strip():
            remarks.append(f"'{part.strip()[:40]}' is no tag")
    if "p" not in tags:
        remarks.append("p is missing, which means none")
    return tags, remarks


def _is_policy(value: str | None) -> bool:
    return value is None or value.lower() in _POLICIES


def _policy(value: str | None) -> Policy | None:
    known = (value or "").lower()
    return known if known in _POLICIES else None  # type: ignore[return-value]
