"""A raw referral and the poll that saw it in, a `referral` message out, and back.

The JSON travels compressed; what would not fit a message is kept in the table `raw` and pointed to.
"""

import base64
import json
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.clients.packing import open_bounded
from shared.errors import PermanentError
from shared.messages import Envelope
from shared.rules.referral_identity import content_hash, referral_key

if TYPE_CHECKING:
    from shared.clients.lead_store import LeadStore

LARGEST_INLINE = 150_000
"""Bytes of compressed JSON in base64; a Standard message holds 256 KB with everything."""
_LARGEST_OPENED = 32_000_000


def referral_message(
    raw: Any, *, item: str, polled_at: datetime, trace: str, run: str | None, leads: "LeadStore", cause: str = "road"
) -> Envelope:
    """The message that carries one record of a poll. `item` names it within its run."""
    text = json.dumps(raw, separators=(",", ":"))  # plain ASCII: half a surrogate pair must not stop the poll
    fingerprint = content_hash(raw if isinstance(raw, dict) else {"": raw})[:32]
    named = raw.get("id") if isinstance(raw, dict) else None
    # A record without an id is the same fault at every poll, and never that of another one at the same place.
    key = referral_key(named) if isinstance(named, str) and named else f"unnamed-{fingerprint[:16]}"
    data = {
        "key": key,
        "item": item,
        # The run is part of it: the same record polled again within the duplicate window must not be dropped unseen.
        "version": f"{fingerprint[:16]}@{run}/{item}",
        "cause": cause,
        "polled_at": polled_at.isoformat(),
    }
    packed = base64.b64encode(zlib.compress(text.encode(), 6)).decode()
    if len(packed) <= LARGEST_INLINE:
        data["raw"] = packed
    else:
        leads.keep_big_text("raw", key, fingerprint, text)
        data["raw_key"] = fingerprint
    return Envelope(type="referral", trace=trace, run=run, data=data)


def read_referral_message(envelope: Envelope, leads: "LeadStore") -> Any:
    """The record as Partner Center sent it. Raises `PermanentError` when the message holds none."""
    if packed := envelope.data.get("raw"):
        try:
            text = open_bounded(base64.b64decode(packed, validate=True), limit=_LARGEST_OPENED).decode()
        except (ValueError, zlib.error):
            raise PermanentError("referral_malformed", field="raw", why="raw_unreadable") from None
    else:
        kept = leads.big_text("raw", envelope.key, str(envelope.data.get("raw_key")))
        if kept is None:
            raise PermanentError("referral_malformed", field="raw", why="raw_gone")
        text = kept
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise PermanentError("referral_malformed", field="raw", why="raw_not_json") from None
