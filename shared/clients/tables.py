"""Table Storage: names in, table clients out, each made once; and its failures as ours."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared.clients.transactions_in_order import in_order
from shared.errors import TransientError

if TYPE_CHECKING:
    from azure.data.tables import TableClient

TABLES = ("leads", "raw", "evidence", "runs", "failures", "gates", "ledger", "state")
"""Every table there is (contract section 6). `ledger` holds nothing any more: its rows lie beside the leads."""


_BLOCK = 64 * 1024
"""Bytes read at a time; the SDK's own 4,096 cost more than what is done with them."""


class Tables:
    """The storage account, by connection string (local, where missing tables are created) or by identity."""

    def __init__(self, *, connection_string: str = "", account_uri: str = "", credential: Any = None) -> None:
        from azure.core.pipeline.transport import RequestsTransport
        from azure.data.tables import TableServiceClient

        in_order()
        transport = RequestsTransport(
            session=_pooled_session(),
            session_owner=False,
            connection_timeout=5,
            read_timeout=20,
            connection_data_block_size=_BLOCK,
        )
        options: dict[str, Any] = {"transport": transport, "retry_total": 2, "retry_backoff_factor": 0.3}
        if connection_string:
            self._service = TableServiceClient.from_connection_string(connection_string, **options)
        else:
            self._service = TableServiceClient(endpoint=account_uri, credential=credential, **options)
        self._create_missing = bool(connection_string)
        self._clients: dict[str, TableClient] = {}
        self._lock = threading.Lock()

    def table(self, name: str) -> "TableClient":
        """The client of one table of `TABLES`."""
        with self._lock:
            if name not in self._clients:
                with storage_failures():
                    if self._create_missing:
                        self._service.create_table_if_not_exists(name)
                    self._clients[name] = self._service.get_table_client(name)
            return self._clients[name]

    def rows(self, name: str, condition: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
        """A query's rows as JSON without types (binary is base64), 1,000 to a request: for many rows, since turning
        them into the SDK's entities costs many times what reading them does.

        Goes through the SDK's own pipeline, so that signing, retries and hosts are the same as everywhere.
        """
        from azure.core.rest import HttpRequest

        client = self.table(name)
        asked = {"$filter": condition, "$select": ",".join(columns)}
        headers = {
            "Accept": "application/json;odata=nometadata",
            "DataServiceVersion": "3.0",
            "x-ms-version": client.api_version,
        }
        place: dict[str, str] | None = {}
        while place is not None:
            request = HttpRequest("GET", f"/{name}()", params={**asked, **place}, headers=headers)
            with storage_failures():
                response = client._client.send_request(request, stream=True)
                response.raise_for_status()
                content = response.read()
            yield from json.loads(content)["value"]
            place = _next_place(response.headers)

    def server_date(self) -> str | None:
        """The storage account's own clock, as its `Date` header says."""
        seen: list[str] = []

        def remember(response: Any) -> None:
            seen.append(response.http_response.headers.get("Date", ""))

        with storage_failures():
            next(iter(self.table("state").query_entities("PartitionKey eq '-'", raw_response_hook=remember)), None)
        return seen[0] if seen else None


@contextmanager
def storage_failures() -> Iterator[None]:
    """Turns a storage account that is away, overloaded or does not let Hunter in into `TransientError`
    `storage_unavailable`: a new role takes minutes to spread, and a message must outlive them."""
    from azure.core.exceptions import (
        ClientAuthenticationError,
        HttpResponseError,
        ServiceRequestError,
        ServiceResponseError,
    )

    try:
        yield
    except (ServiceRequestError, ServiceResponseError) as error:
        raise TransientError("storage_unavailable", why="storage_away", error=type(error).__name__) from None
    except HttpResponseError as error:
        if error.status_code is None and isinstance(error, ClientAuthenticationError):
            raise TransientError("storage_unavailable", why="storage_no_identity") from None
        if error.status_code is None:  # the answer broke off
            raise TransientError("storage_unavailable", why="storage_broke_off") from None
        if error.status_code in (408, 429, 500, 502, 503, 504):
            raise TransientError("storage_unavailable", why="storage_answered", status=error.status_code) from None
        if error.status_code in (401, 403):
            word = _word(error) or "no reason"
            raise TransientError(
                "storage_unavailable", why="storage_refused", status=error.status_code, word=word
            ) from None
        raise


def _word(error: Any) -> str:
    """The service's own word says whether a role, a key or the firewall is the cause
    (learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes)."""
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code) or "")


def _next_place(headers: Mapping[str, str]) -> dict[str, str] | None:
    """Where a query goes on, or None at its end; one of the two may be missing
    (learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination)."""
    found = {
        name: headers[f"x-ms-continuation-{name}"]
        for name in ("NextPartitionKey", "NextRowKey")
        if headers.get(f"x-ms-continuation-{name}")
    }
    return found or None


def _pooled_session() -> Any:
    """A session with room for every thread of the worker; requests' own pool of 10 would drop connections."""
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = False
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=64)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
