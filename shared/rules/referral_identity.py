"""A raw referral or an outside id goes in; a row key, or a hash that changes only with the content, comes out."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN_KEY = re.compile(r"[a-z0-9-]{1,64}")
_NOT_CONTENT = frozenset({"eTag", "links"})


def referral_key(referral_id: str) -> str:
    """The row key of an outside id (contract section 3): lower case when plain, else `x` + 40 hex of SHA-256."""
    lower = referral_id.lower()
    if _PLAIN_KEY.fullmatch(lower):
        return lower
    return "x" + hashlib.sha256(referral_id.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def content_hash(raw: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON without `eTag`, `links` and `@odata.*`, which change without anybody's doing."""
    content = {k: v for k, v in raw.items() if k not in _NOT_CONTENT and not k.startswith("@odata.")}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
