"""Management requests that go wrong get a status, a condition and a reason; what goes right is in the client tests."""

from uuid import UUID, uuid4

import pytest

from sandbox.bus.amqp.sections import (
    Message,
    application_properties_section,
    properties_section,
    read_message,
    value_section,
    write_message,
)
from sandbox.bus.amqp.types import Array, Int, Long, UInt
from sandbox.bus.queues.message import Draft, QueueProperties
from sandbox.bus.queues.queue import queue_with_dead_letters
from sandbox.bus.requests.cbs import TokenNode
from sandbox.bus.requests.management import ManagementNode

NOW = 1_000.0


def asked(operation, body, *, id=None):
    return Message(
        properties=properties_section(message_id=id),
        application_properties=application_properties_section({"operation": operation}),
        body=value_section(body),
    )


def answered(node, request):
    return read_message(write_message(node.answer(request, NOW)))


def a_queue():
    return queue_with_dead_letters(QueueProperties("scans"))


@pytest.mark.parametrize(
    ("operation", "body", "status", "condition"),
    [
        ("com.microsoft:get-session-state", {}, 501, "amqp:not-implemented"),
        ("com.microsoft:renew-lock", {}, 400, "com.microsoft:argument-error"),
        ("com.microsoft:renew-lock", "text", 400, "com.microsoft:argument-error"),
        ("com.microsoft:renew-lock", {"lock-tokens": Array(["x"])}, 400, "com.microsoft:argument-error"),
        ("com.microsoft:renew-lock", {"lock-tokens": Array([uuid4()])}, 410, "com.microsoft:message-lock-lost"),
        ("com.microsoft:peek-message", {"message-count": Int(1)}, 400, "com.microsoft:argument-error"),
        ("com.microsoft:schedule-message", {"messages": [{"message": b"?"}]}, 400, "amqp:decode-error"),
        ("com.microsoft:schedule-message", {"messages": ["x"]}, 400, "com.microsoft:argument-error"),
        (
            "com.microsoft:cancel-scheduled-message",
            {"sequence-numbers": Array([Long(1)])},
            404,
            "com.microsoft:message-not-found",
        ),
        (
            "com.microsoft:receive-by-sequence-number",
            {"sequence-numbers": Array([Long(1)]), "receiver-settle-mode": UInt(1)},
            404,
            "com.microsoft:message-not-found",
        ),
        (
            "com.microsoft:update-disposition",
            {"lock-tokens": Array([uuid4()]), "disposition-status": "lost"},
            400,
            "com.microsoft:argument-error",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_condition(operation, body, status, condition):
    answer = answered(ManagementNode(a_queue()), asked(operation, body)).named_application_properties()
    assert (answer["statusCode"], answer["errorCondition"]) == (status, condition)
    assert answer["statusDescription"]


@pytest.mark.parametrize("id", ["text", UUID(int=7), b"bytes"])
def test_an_answer_names_the_request_by_an_id_of_the_same_type(id):
    node = ManagementNode(a_queue())
    properties = answered(node, asked("com.microsoft:peek-message", {}, id=id)).named_properties()
    assert (properties["correlation_id"], type(properties["correlation_id"])) == (id, type(id))


def test_nothing_to_peek_at_is_no_error():
    request = asked("com.microsoft:peek-message", {"from-sequence-number": Long(1), "message-count": Int(5)})
    assert answered(ManagementNode(a_queue()), request).named_application_properties()["statusCode"] == 204


def test_a_dead_letter_cannot_be_dead_lettered_again():
    queue = a_queue()
    queue.send(Draft(read_message(value_section("x"))), NOW)
    queue.dead_letter(queue.receive(NOW).lock_token, NOW, reason=None, description=None)
    token = queue.dead_letters.receive(NOW).lock_token
    body = {"lock-tokens": Array([token]), "disposition-status": "suspended"}
    answer = answered(ManagementNode(queue.dead_letters), asked("com.microsoft:update-disposition", body))
    assert answer.named_application_properties()["errorCondition"] == "amqp:not-allowed"


def test_any_token_will_do_and_nothing_else():
    token = answered(TokenNode(), asked("put-token", "anything")).named_application_properties()
    other = answered(TokenNode(), asked("delete-token", "anything")).named_application_properties()
    assert (token["status-code"], other["status-code"]) == (202, 400)
