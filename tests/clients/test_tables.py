"""Transactions of the genuine SDK as this process sends them."""

import threading
from typing import Any

import pytest
from azure.data.tables import TableTransactionError

from shared.clients.tables import Tables
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
