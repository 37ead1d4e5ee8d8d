"""Whatever becomes of an answer with many rows, its reader gets rows or is told to try again."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from shared.clients.tables import Tables
from shared.errors import TransientError


class _Storage(BaseHTTPRequestHandler):
    """Has every table, and answers each query with `answer`: a status, a Content-Length and what really comes."""

    protocol_version = "HTTP/1.1"
    answer = (200, 0, b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(409, 2, b"{}")

    def do_GET(self) -> None:
        self._send(*self.answer)

    def _send(self, status: int, length: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("x-ms-error-code", "TableAlreadyExists")
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = len(content) < length

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def tables() -> Iterator[Tables]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Storage) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/one"
        yield Tables(connection_string=f"AccountName=one;AccountKey=a2V5;TableEndpoint={address};")
        server.shutdown()


@pytest.mark.parametrize(
    "answer", [(200, 1000, b'{"value": ['), (503, 2, b"{}"), (500, 2, b"{}"), (200, 1000, b"")],
    ids=["breaks off", "busy", "broken", "empty"],
)  # fmt: skip
def test_an_answer_that_did_not_come_whole_is_asked_for_again_later(
    tables: Tables, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, int, bytes]
) -> None:
    monkeypatch.setattr(_Storage, "answer", answer)
    with pytest.raises(TransientError) as failed:
        list(tables.rows("leads", "PartitionKey eq 'leads'", ("RowKey",)))
    assert failed.value.code == "storage_unavailable"


def test_rows_are_given_as_they_came(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b'{"value": [{"RowKey": "lead:a.example", "card": "AP8="}]}'
    monkeypatch.setattr(_Storage, "answer", (200, len(content), content))
    rows = list(tables.rows("leads", "PartitionKey eq 'leads'", ("RowKey", "card")))
    assert rows == [{"RowKey": "lead:a.example", "card": "AP8="}]
