"""Which refusal the real service gives, as status and code, in one list; a raised `Refusal` becomes the answer.

Source of the codes: reference/dataverse-web-api.md section 6. "own choice" marks what no source settles.
"""

from typing import Any, NamedTuple


class Kind(NamedTuple):
    """How a refusal looks from outside: the HTTP status and `error.code`."""

    status: int
    code: str


OBJECT_DOES_NOT_EXIST = Kind(404, "0x80040217")
NO_ROW_WITH_KEY = Kind(404, "0x80060891")
NO_SUCH_SEGMENT = Kind(404, "0x8006088a")
BAD_REQUEST = Kind(400, "0x80060888")
BAD_PAYLOAD = Kind(400, "0x80048d19")
UNUSABLE_KEY_VALUE = Kind(400, "0x0")
INVALID_ARGUMENT = Kind(400, "0x80040203")  # own choice
OUT_OF_RANGE = Kind(400, "0x80044330")  # own choice
DATE_TOO_EARLY = Kind(400, "0x80040239")
INVALID_CHARACTER = Kind(400, "0x80040278")
TEXT_TOO_LONG = Kind(400, "0x80044331")
NO_SUCH_OPTION = Kind(400, "0x8004431A")
BAD_STATUS_FOR_STATE = Kind(400, "0x80048408")
ROW_IS_READ_ONLY = Kind(400, "0x8004022e")
LEAD_ALREADY_CLOSED = Kind(400, "0x80040519")
OPPORTUNITY_ALREADY_CLOSED = Kind(400, "0x80040515")
OPPORTUNITY_CANNOT_BE_CLOSED = Kind(400, "0x80040516")
STALE_VERSION = Kind(412, "0x80060882")
ROW_EXISTS = Kind(412, "")
DUPLICATE_ID = Kind(412, "0x80040237")
DUPLICATE_KEY = Kind(412, "0x80060892")
DUPLICATE_BY_RULE = Kind(412, "0x80040333")
KEY_CANNOT_BE_REACTIVATED = Kind(400, "0x80060897")
CUSTOMISATION_LOCK = Kind(400, "0x80090412")
METADATA_EXISTS = Kind(400, "0x80044153")  # own choice for "a column or key with that name exists"
NOT_SIGNED_IN = Kind(401, "")
PRIVILEGE_DENIED = Kind(403, "0x80040220")
CALLER_DISABLED = Kind(403, "0x80040225")
OWNER_DISABLED = Kind(400, "0x80040225")
OWNER_LACKS_READ = Kind(403, "0x80040299")
NOT_IMPLEMENTED = Kind(501, "0x80060888")
METHOD_NOT_ALLOWED = Kind(405, "0x80060888")
URL_TOO_LONG = Kind(414, "0x0")
TOO_MANY_REQUESTS = Kind(429, "0x80072322")
TOO_MUCH_TIME = Kind(429, "0x80072321")
TOO_MANY_AT_ONCE = Kind(429, "0x80072326")
MERGE_INACTIVE = Kind(400, "0x80045304")
MERGE_IDENTICAL = Kind(400, "0x80045305")
MERGE_CYCLIC = Kind(400, "0x80045300")
MERGE_PARENTS_DIFFER = Kind(400, "0x80045316")


class Refusal(Exception):
    """What a client gets instead of the answer it asked for."""

    def __init__(self, kind: Kind, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.headers = headers or {}

    def to_json(self) -> dict[str, Any]:
        """The body of the answer; `code` is text and not the HTTP status."""
        return {"error": {"code": self.kind.code, "message": self.message}}


def bad_payload(entity_set: str, detail: str) -> Refusal:
    """The body cannot be read as a row of that table; the service wraps the reason in a long sentence."""
    lead_in = f"Error identified in Payload provided by the user for Entity :'{entity_set}'"
    return Refusal(BAD_PAYLOAD, f"{lead_in}  ---->  InnerException : Microsoft.OData.ODataException: {detail}")


def gone(table: str, row_id: str) -> Refusal:
    """There is no row with that id."""
    return Refusal(OBJECT_DOES_NOT_EXIST, f"{table} With Id = {row_id} Does Not Exist")


def no_row_with_key(table: str) -> Refusal:
    """There is no row with those values of an alternate key."""
    return Refusal(NO_ROW_WITH_KEY, f"A record with the specified key values does not exist in {table} entity")
