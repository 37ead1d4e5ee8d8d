"""Where a listing stands goes in; an opaque `$skiptoken` comes out, and the place again for the key's holder."""

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import asdict, dataclass

from sandbox.partner_center.odata import QueryError
from sandbox.partner_center.store import Place


@dataclass(frozen=True, slots=True)
class Query:
    """The options of a list call."""

    filter: str = ""
    orderby: str = ""
    select: str = ""
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Continuation:
    """The query, the place to go on behind, how many records were given, the page's number, when it was issued."""

    query: Query
    after: Place | None
    given: int
    page: int
    issued_at: float


def write_token(continuation: Continuation, *, key: bytes) -> str:
    """A text of a few hundred characters that tells a client nothing."""
    packed = zlib.compress(json.dumps(asdict(continuation)).encode())
    return base64.urlsafe_b64encode(hmac.new(key, packed, hashlib.sha256).digest() + packed).decode()


def read_token(text: str, *, key: bytes) -> Continuation:
    """The place in a token of ours. Raises `QueryError`."""
    try:
        blob = base64.urlsafe_b64decode(text.encode())
        signature, packed = blob[:32], blob[32:]
        if not hmac.compare_digest(signature, hmac.new(key, packed, hashlib.sha256).digest()):
            raise ValueError
        fields = json.loads(zlib.decompress(packed))
    except ValueError:
        raise QueryError("$skiptoken", "The continuation token is not valid.") from None
    after = fields["after"] and (fields["after"][0], fields["after"][1])
    return Continuation(**{**fields, "query": Query(**fields["query"]), "after": after})
