"""What Dynamics answers, and what the caller must do about it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clients.dynamics_errors import Conflict, read_error, refusal, request_id
from shared.clients.retry_after import retry_after_seconds
from shared.errors import PermanentError, TransientError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def _refusal(status: int, code: str, message: str = "words", **headers: str) -> Any:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    return refusal(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, now=NOW)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (412, "0x80040237", Conflict),
        (412, "0x80060892", Conflict),
        (412, "0x80060882", Conflict),
        (412, "", Conflict),
        (409, "0x0", Conflict),
        (404, "0x80040217", Conflict),
        (400, "0x80040519", Conflict),
        (400, "0x8004022E", Conflict),
        (500, "0x80044150", TransientError),
        (500, "", TransientError),
        (502, "", TransientError),
        (504, "", TransientError),
        (400, "0x80090412", TransientError),
    ],
)
def test_these_are_decided_anew_or_tried_later(status: int, code: str, kind: type) -> None:
    assert type(_refusal(status, code)) is kind


@pytest.mark.parametrize(("status", "maybe_sent"), [(400, False), (404, False), (405, False), (408, True)])
def test_what_answered_before_dynamics_is_tried_later_and_no_value_is_blamed(status: int, maybe_sent: bool) -> None:
    for body in (b"<html>Maintenance</html>", b"", b'{"message": "no route"}'):
        error = refusal(status, {}, body, now=NOW)
        assert isinstance(error, TransientError)
        assert (error.code, error.params["sent"]) == ("dyn_unavailable", maybe_sent)


@pytest.mark.parametrize(
    ("status", "code", "message", "ours", "params"),
    [
        (401, "", "", "dyn_signin", {}),
        (
            403,
            "0x80040220",
            "Principal … is missing prvCreateLead privilege",
            "dyn_forbidden",
            {"privilege": "prvCreateLead"},
        ),
        (403, "0x80040225", "The specified user is disabled", "dyn_signin", {}),
        (403, "0x8004A112", "The user is disabled", "dyn_signin", {}),
        (403, "", "<html>", "dyn_forbidden", {"privilege": None}),
        (412, "0x80040333", "A record was not created", "dyn_duplicate", {}),
        (500, "0x80040333", "A record was not created", "dyn_duplicate", {}),
        (400, "0x80040265", "Plug-in says no", "dyn_plugin_refused", {}),
        (500, "0x80040265", "Plug-in says no", "dyn_plugin_refused", {}),
        (
            400,
            "0x80048d19",
            "undeclared property 'hnt_score' which only",
            "dyn_column_missing",
            {"column": "hnt_score"},
        ),
        (
            400,
            "0x80060888",
            "Could not find a property named 'hnt_domain' on",
            "dyn_column_missing",
            {"column": "hnt_domain"},
        ),
        (
            400,
            "0x80044331",
            "The length of the 'subject' attribute of the 'lead' entity",
            "dyn_validation",
            {"field": "lead.subject"},
        ),
        (
            400,
            "0x8004431A",
            "The value 9 of 'salesstage' on record of type 'opportunity' is",
            "dyn_validation",
            {"field": "opportunity.salesstage"},
        ),
        (400, "0x80040225", "The specified user(Id = 1) is disabled", "dyn_validation", {"field": "DYNAMICS_OWNER"}),
        (403, "0x80040299", "does not have Read access", "dyn_validation", {"field": "DYNAMICS_OWNER"}),
        (404, "0x80040217", "systemuser With Id = 1 Does Not Exist", "dyn_validation", {"field": "DYNAMICS_OWNER"}),
        (404, "0x8006088a", "Resource not found for the segment", "dyn_validation", {}),
        (413, "", "too large", "dyn_validation", {}),
    ],
)
def test_these_need_a_person_and_say_which(
    status: int, code: str, message: str, ours: str, params: dict[str, Any]
) -> None:
    error = _refusal(status, code, message)
    assert isinstance(error, PermanentError)
    assert error.code == ours
    assert params.items() <= error.params.items()


@pytest.mark.parametrize(
    ("status", "code", "headers", "seconds"),
    [
        (429, "0x80072322", {"Retry_After": "12"}, 12),
        (429, "", {"Retry_After": "1.5"}, 1.5),
        (429, "", {"Retry_After": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30),
        (429, "", {"Retry_After": "soon"}, 10),
        (429, "", {}, 10),
        (503, "", {"retry_after": "3"}, 3),
        (400, "0x80072321", {}, 10),
    ],
)
def test_throttling_is_recognised_with_its_pause(
    status: int, code: str, headers: dict[str, str], seconds: float
) -> None:
    error = _refusal(status, code, **headers)
    assert (type(error), error.code, error.retry_after) == (TransientError, "dyn_throttled", seconds)


def test_a_write_may_have_been_done_when_the_service_broke() -> None:
    assert _refusal(504, "").params["sent"] is True


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad gateway</html>", b"[]", b'{"error": "text"}', b'{"error": null}', b"\xff"]
)
def test_an_answer_of_any_shape_is_survived(body: bytes) -> None:
    assert read_error(502, body) == ("", "HTTP 502 without a reason")


def test_e_mails_in_a_message_are_withheld() -> None:
    error = _refusal(400, "0x80040203", "The value elif@contoso.com is taken")
    assert "elif" not in error.cause and "…@…" in error.cause


@pytest.mark.parametrize(
    ("headers", "expected"), [({"REQ_ID": "a,b"}, "a"), ({"X-Ms-Service-Request-Id": "c"}, "c"), ({}, None)]
)
def test_the_services_request_id_is_found(headers: dict[str, str], expected: str | None) -> None:
    assert request_id(headers) == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "-3"}, 0),
        ({"Retry-After": "Mon, 23 Nov 2026 12:00:30 GMT", "Date": "Mon, 23 Nov 2026 12:00:10 GMT"}, 20),
        ({"Retry-After": "Mon, 23 Nov 2020 12:00:30 GMT"}, 0),
        ({}, None),
    ],
)
def test_a_date_is_read_against_the_answers_own_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, now=NOW) == seconds
