"""The batch grammar, byte by byte."""

import json

import pytest

from shared.clients.dynamics_batch import BadBatch, BatchRequest, read_batch, write_change_set, write_reads

KIND = "multipart/mixed; boundary=batchresponse_1"


def _answer(*lines: str, end: str = "\r\n") -> bytes:
    return end.join(lines).encode()


PLAIN = (
    "--batchresponse_1",
    "Content-Type: application/http",
    "Content-Transfer-Encoding: binary",
    "",
    "HTTP/1.1 200 OK",
    "Content-Type: application/json; odata.metadata=minimal",
    "REQ_ID: 7",
    "",
    '{"value":[{"name":"İş — 😀"}]}',
)
NO_CONTENT = (
    "--batchresponse_1",
    "Content-Type: application/http",
    "",
    "HTTP/1.1 204 No Content",
    "OData-Version: 4.0",
    "",
    "",
)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_parts_are_read_in_order_whatever_ends_the_lines(end: str) -> None:
    parts = read_batch(KIND, _answer(*PLAIN, *NO_CONTENT, "--batchresponse_1--", "", end=end))
    assert [part.status for part in parts] == [200, 204]
    assert json.loads(parts[0].body)["value"][0]["name"] == "İş — 😀"
    assert (parts[0].headers["req_id"], parts[1].body) == ("7", b"")


@pytest.mark.parametrize(
    "kind", [KIND, 'multipart/mixed; boundary="batchresponse_1"', "Multipart/Mixed;Boundary=batchresponse_1;x=y"]
)
def test_the_boundary_may_be_quoted(kind: str) -> None:
    assert [part.status for part in read_batch(kind, _answer(*PLAIN, "--batchresponse_1--", ""))] == [200]


def test_a_change_set_gives_one_answer_per_request_with_its_number() -> None:
    inner = [
        line
        for number in (1, 2)
        for line in (
            "--changesetresponse_9",
            "Content-Type: application/http",
            f"Content-ID: {number}",
            "",
            "HTTP/1.1 204 No Content",
            "",
            "",
        )
    ]
    lines = (
        "--batchresponse_1",
        "Content-Type: multipart/mixed; boundary=changesetresponse_9",
        "",
        *inner,
        "--changesetresponse_9--",
    )
    parts = read_batch(KIND, _answer(*lines, "--batchresponse_1--", ""))
    assert [(part.status, part.content_id) for part in parts] == [(204, "1"), (204, "2")]


def test_a_failed_change_set_is_one_error_in_its_place() -> None:
    error = '{"error":{"code":"0x80040237","message":"A record with matching key values already exists."}}'
    lines = ("--batchresponse_1", "Content-Type: application/http", "", "HTTP/1.1 412 Precondition Failed", "", error)
    parts = read_batch(KIND, _answer(*lines, "--batchresponse_1--", ""))
    assert [(part.status, part.body) for part in parts] == [(412, error.encode())]


def test_a_boundary_inside_a_text_divides_nothing() -> None:
    inside = '{"value":"--batchresponse_1-- and --batchresponse_1"}'
    parts = read_batch(KIND, _answer(*PLAIN[:-1], inside, "--batchresponse_1--", ""))
    assert [part.body.decode() for part in parts] == [inside]


@pytest.mark.parametrize("cut", [10, 60, 200, 260])
def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(cut: int) -> None:
    whole = _answer(*PLAIN, *NO_CONTENT, "--batchresponse_1--", "")
    with pytest.raises(BadBatch):
        read_batch(KIND, whole[:cut])


@pytest.mark.parametrize(("kind", "body"), [("application/json", b"{}"), (KIND, b""), (KIND, b"<html>")])
def test_what_is_no_batch_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(BadBatch):
        read_batch(kind, body)


def test_every_line_of_a_written_batch_ends_with_crlf() -> None:
    requests = [
        BatchRequest("PATCH", "leads(1)", {"If-None-Match": "*"}, {"subject": "Ş\n😀"}),
        BatchRequest("DELETE", "leads(2)"),
    ]
    for kind, body in (write_reads(requests), write_change_set(requests)):
        assert body.endswith(b"--\r\n")
        assert body.count(b"\n") == body.count(b"\r\n")
        assert body.isascii() and 'boundary="batch_' in kind


def test_each_part_of_a_change_set_has_a_number_of_its_own_and_a_bodyless_one_two_blank_lines() -> None:
    _, body = write_change_set([BatchRequest("PATCH", "leads(1)", {}, {}), BatchRequest("DELETE", "leads(2)")])
    assert b"Content-ID: 1\r\n" in body and b"Content-ID: 2\r\n" in body
    assert b"DELETE /api/data/v9.2/leads(2) HTTP/1.1\r\n\r\n\r\n--changeset_" in body
