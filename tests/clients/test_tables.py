"""Transactions of the genuine SDK as this process sends them."""

import threading
from typing import Any

import pytest
from azure.data.tables import TableTransactionError
from azure.identity import CredentialUnavailableError

from shared.clients.tables import Tables
from shared.errors import TransientError
from tests.storage import Storage
from tests.table_double.process import running_table_double


def test_a_transaction_starts_no_threads_and_keeps_its_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    genuine = threading.Thread.start

    def noted(thread: threading.Thread) -> None:
        started.append(thread.name)
        genuine(thread)

    with running_table_double() as double:
        table = Tables(connection_string=double.connection_string()).table("leads")
        rows: list[Any] = [
            ("create", {"PartitionKey": "p", "RowKey": f"r{number}", "n": number}) for number in range(9)
        ]
        monkeypatch.setattr(threading.Thread, "start", noted)
        answers = table.submit_transaction(rows)
        with pytest.raises(TableTransactionError) as refused:
            table.submit_transaction([("upsert", {"PartitionKey": "p", "RowKey": "new"}), rows[3]])
        kept = {row["RowKey"]: row.metadata["etag"] for row in table.list_entities()}
    assert started == []
    assert [answer["etag"] for answer in answers] == [kept[f"r{number}"] for number in range(9)]
    assert refused.value.status_code == 409 and refused.value.error_code == "EntityAlreadyExists" and len(kept) == 9


def test_a_storage_that_does_not_let_us_in_says_what_to_look_at_and_is_tried_again(storage: Storage) -> None:
    """As on the first deployment, while the roles still spread."""
    right = storage.fresh_account()
    key = next(part for part in right.split(";") if part.startswith("AccountKey="))
    tables = Tables(connection_string=right.replace(key, "AccountKey=d3Jvbmc="))
    with pytest.raises(TransientError) as refused:
        tables.table("state")
    assert refused.value.code == "storage_unavailable"
    assert refused.value.params["why"] == "storage_refused" and "403 Author" in refused.value.cause
    assert "Storage Table Data Contributor" in refused.value.cause


def test_whoever_is_not_signed_in_reads_that_and_not_of_a_broken_answer() -> None:
    class Nobody:
        def get_token(self, *scopes: str, **more: Any) -> Any:
            raise CredentialUnavailableError(message="Azure CLI not found on path")

    tables = Tables(account_uri="https://sthunter.table.example", credential=Nobody())
    with pytest.raises(TransientError, match="az login"):
        next(tables.rows("leads", "PartitionKey eq 'leads'", ("RowKey",)))
