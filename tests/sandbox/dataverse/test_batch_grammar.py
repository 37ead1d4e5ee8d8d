"""The grammar of a batch body, line by line (reference 4.1)."""

import pytest

from tests.sandbox.dataverse.plain_client import API, Api, PartAnswer, change_set, multipart, part, parts_of

GET = part("GET", "accounts")


def without_one_line_end(body: bytes) -> bytes:
    """The body with only the blank line that ends the headers removed."""
    return body.replace(b"HTTP/1.1\r\n\r\n\r\n", b"HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("CRLF everywhere", multipart([GET])),
        ("text before the first boundary", b"hello\r\n" + multipart([GET])),
        ("LF with two line ends at the end", multipart([GET], line_end="\n") + b"\n"),
        ("one blank line after a GET", multipart([GET]).replace(b"\r\n\r\n\r\n--", b"\r\n\r\n--")),
        ("full address", multipart([GET]).replace(API.encode(), b"https://org.example" + API.encode())),
        ("relative address", multipart([GET]).replace(API.encode(), b"")),
        ("header names in other case", multipart([GET]).replace(b"Content-Type", b"CONTENT-TYPE")),
    ],
)
def test_bodies_that_the_service_reads(api: Api, what: str, body: bytes) -> None:
    answer = api.batch(body)
    assert answer.status_code == 200, (what, answer.text)
    assert [one.status for one in parts_of(answer) if isinstance(one, PartAnswer)] == [200]


@pytest.mark.parametrize(
    ("what", "body", "says"),
    [
        ("bare LF", multipart([GET], line_end="\n"), "Stream was not readable"),
        ("no line end at the end", multipart([GET]).removesuffix(b"\r\n"), "Stream was not readable"),
        ("no closing boundary", multipart([GET]).replace(b"--batch_1--\r\n", b"\r\n"), "closing boundary"),
        ("another boundary", multipart([GET], boundary="batch_2"), "closing boundary"),
        ("no blank line after a GET", without_one_line_end(multipart([GET])), "message header"),
        ("no transfer encoding", multipart([[GET[0], *GET[2:]]]), "Content-Transfer-Encoding"),
        ("no content type", multipart([GET[1:]]), "application/http"),
        ("no HTTP version", multipart([GET]).replace(b" HTTP/1.1", b""), "request line"),
        ("a header without a colon", multipart([GET]).replace(b"binary", b"binary\r\nnonsense"), "message header"),
        (
            "a body without a content type",
            multipart([part("POST", "accounts", {"name": "A"})]).replace(
                b"Content-Type: application/json; type=entry\r\n", b""
            ),
            "content type header",
        ),
        ("GET in a change set", multipart([change_set(part("GET", "accounts", content_id=1))]), "'GET'"),
        ("no Content-ID", multipart([change_set(part("POST", "accounts", {}))]), "Content-ID"),
        (
            "the same Content-ID in two change sets",
            multipart([change_set(part("POST", "accounts", {}, content_id=1)) for _ in range(2)]),
            "more than once",
        ),
        (
            "a change set in a change set",
            multipart([change_set(change_set(part("POST", "accounts", {}, content_id=1)))]),
            "cannot hold another",
        ),
    ],
)
def test_bodies_that_cannot_be_read_are_one_error_part_and_nothing_is_done(
    api: Api, what: str, body: bytes, says: str
) -> None:
    answer = api.batch(body)
    assert answer.status_code == 400, what
    (only,) = parts_of(answer)
    assert isinstance(only, PartAnswer) and only.status == 400
    assert says in only.text, what
    assert only.code == ("0x80048d19" if "Stream" in says else "0x80060888")
    assert api.rows("account") == []


def test_a_batch_in_a_batch_is_refused(api: Api) -> None:
    inner = multipart([[*GET[:3], f"POST {API}$batch HTTP/1.1", "Content-Type: application/json", "", "{}"]])
    answer = api.batch(inner)
    assert answer.status_code == 400 and "another batch" in answer.text


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/mixed", "multipart/mixed; boundary=" + "b" * 71, ""]
)
def test_a_wrong_outer_type_is_an_ordinary_json_error(api: Api, content_type: str) -> None:
    answer = api.batch(multipart([GET]), Content_Type=content_type)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["error"]["code"]


def test_a_thousand_requests_are_done_and_one_more_is_refused(api: Api) -> None:
    most = [part("GET", "accounts?$top=1&$select=name") for _ in range(1000)]
    assert len(parts_of(api.batch(multipart(most)))) == 1000
    answer = api.batch(multipart([*most, GET]))
    assert answer.status_code == 400 and "1000" in answer.json()["error"]["message"]


def test_a_quoted_boundary_with_awkward_characters_works(api: Api) -> None:
    boundary = "batch(1)+?='x"
    answer = api.batch(multipart([GET], boundary=boundary), Content_Type=f'multipart/mixed; boundary="{boundary}"')
    assert answer.status_code == 200
