"""The control doors, asked over HTTP by a client that we did not write."""

import asyncio
import base64
import time
import uuid

import aiohttp
import pytest

from sandbox.bus.amqp.encoder import encode, encode_described
from sandbox.bus.amqp.performatives import Disposition
from sandbox.bus.amqp.sections import properties_section, read_message
from sandbox.bus.amqp.types import Symbol, Timestamp
from sandbox.bus.queues.message import Draft
from sandbox.bus.translation import draft_of
from tests.sandbox.bus.raw_client import RawClient, message, queue_of, with_bus

pytestmark = pytest.mark.timeout(30)


def with_doors(story):
    async def run(bus):
        async with aiohttp.ClientSession(bus.control) as doors:
            await story(bus, doors)

    with_bus(run)


def put(bus, body=b"x", **draft):
    queue_of(bus).send(Draft(read_message(message(body)), **draft), bus.broker.clock())


def test_queues_are_listed_with_what_they_hold():
    async def story(bus, doors):
        empty = (await (await doors.get("/_sandbox/queues")).json())["scans"]
        assert empty == {"active": 0, "locked": 0, "deferred": 0, "scheduled": 0, "dead_letter": 0, "oldest": None}
        now = bus.broker.clock()
        put(bus, b"locked"), put(bus, b"dead"), put(bus, b"free"), put(bus, b"later", scheduled_at=now + 60)
        queue = queue_of(bus)
        queue.receive(now)
        queue.dead_letter(queue.receive(now).lock_token, now, reason="r", description="d")
        answer = await (await doors.get("/_sandbox/queues")).json()
        oldest = answer["scans"].pop("oldest")
        assert oldest.endswith("Z") and oldest[:4] == time.strftime("%Y", time.gmtime())
        assert answer["scans"] == {"active": 1, "locked": 1, "deferred": 0, "scheduled": 1, "dead_letter": 1}
        assert list(answer) == ["scans", "brief"]

    with_doors(story)


def test_messages_are_shown_without_being_touched():
    async def story(bus, doors):
        raw = (
            encode_described(0x72, encode({Symbol("x-opt-scheduled-enqueue-time"): Timestamp(5)}))
            + properties_section(message_id="m-1", correlation_id=uuid.UUID(int=1))
            + encode_described(0x74, encode({"own": b"\x01", "list": [1]}))
            + encode_described(0x75, encode(b"\x00body"))
        )
        queue_of(bus).send(draft_of(read_message(raw)), bus.broker.clock())
        (shown,) = (await (await doors.get("/_sandbox/queues/scans/messages")).json())["messages"]
        assert (shown["sequence_number"], shown["message_id"], shown["state"]) == (1, "m-1", "active")
        assert (shown["delivery_count"], shown["locked_until"]) == (0, None)
        assert shown["properties"] == {"message_id": "m-1", "correlation_id": str(uuid.UUID(int=1))}
        assert shown["application_properties"] == {"own": "AQ==", "list": [1]}
        assert base64.b64decode(shown["body_base64"]) == b"\x00body"
        assert (await (await doors.get("/_sandbox/queues/scans/messages?from=2")).json()) == {"messages": []}
        assert queue_of(bus).receive(bus.broker.clock()) is not None

    with_doors(story)


def test_dead_letters_are_shown_with_their_reasons():
    async def story(bus, doors):
        put(bus)
        queue, now = queue_of(bus), bus.broker.clock()
        queue.dead_letter(queue.receive(now).lock_token, now, reason="why", description="because")
        answer = await doors.get("/_sandbox/queues/SCANS/messages?dead_letter=true")
        (shown,) = (await answer.json())["messages"]
        assert (shown["dead_letter_reason"], shown["dead_letter_description"]) == ("why", "because")

    with_doors(story)


@pytest.mark.parametrize(("query", "purged"), [("", 2), ("?dead_letter=true", 1), ("?dead_letter=false", 1)])
def test_a_queue_is_emptied(query, purged):
    async def story(bus, doors):
        put(bus), put(bus)
        queue, now = queue_of(bus), bus.broker.clock()
        queue.dead_letter(queue.receive(now).lock_token, now, reason=None, description=None)
        answer = await doors.post(f"/_sandbox/queues/scans/purge{query}")
        assert await answer.json() == {"purged": purged}

    with_doors(story)


def test_a_client_that_waits_survives_a_purge():
    async def story(bus, doors):
        client = await RawClient.begun(bus)
        await client.attach_sender()
        await client.attach_receiver(credit=1)
        client.transfer(b"a")
        await client.next(Disposition)
        await doors.post("/_sandbox/queues/scans/purge")
        client.transfer(b"b", first_id=1)
        assert (await client.next(Disposition)).first == 1

    with_doors(story)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_sandbox/queues/nowhere/messages", 404),
        ("POST", "/_sandbox/queues/nowhere/purge", 404),
        ("GET", "/_sandbox/queues/scans/messages?from=x", 400),
        ("DELETE", "/_sandbox/faults/7", 404),
        ("DELETE", "/_sandbox/faults/x", 404),
    ],
)
def test_what_is_not_there_is_said_to_be_not_there(method, path, status):
    async def story(bus, doors):
        assert (await doors.request(method, path)).status == status

    with_doors(story)


def test_faults_are_armed_counted_and_disarmed():
    async def story(bus, doors):
        fault = {"match": {"queue": "scans", "nth": 1}, "drop": True}
        added = await doors.post("/_sandbox/faults", json=[fault, {"delay_ms": 5, "match": {"on": "send"}}])
        assert (added.status, await added.json()) == (201, {"ids": [1, 2]})
        client = await RawClient.begun(bus)
        await client.attach_sender()
        client.transfer(b"a")
        assert await client.is_hung_up()
        listed = await (await doors.get("/_sandbox/faults")).json()
        assert listed["seed"] == 0
        assert listed["faults"][0] == {"id": 1, **fault, "seen": 1, "hits": 1}
        assert (listed["faults"][1]["seen"], listed["faults"][1]["hits"]) == (1, 0)
        assert (await doors.delete("/_sandbox/faults/2")).status == 204
        assert (await doors.delete("/_sandbox/faults")).status == 204
        assert (await (await doors.get("/_sandbox/faults")).json())["faults"] == []

    with_doors(story)


@pytest.mark.parametrize(
    ("body", "field", "fix"),
    [
        ("no json", "body", "send {"),
        ('{"drop": "yes"}', "drop", "give true, to end"),
        ('{"drop": true, "match": {"nth": 0}}', "match.nth", "give 1 for the first"),
        ('{"explode": true}', "explode", "see GET /_sandbox/faults"),
        ("{}", "fault", "see GET /_sandbox/faults"),
        ("[5]", "fault", "see GET /_sandbox/faults"),
    ],
)
def test_a_bad_fault_is_refused_with_field_problem_and_fix(body, field, fix):
    async def story(bus, doors):
        answer = await doors.post("/_sandbox/faults", data=body)
        (error, *_) = (await answer.json())["errors"]
        assert (answer.status, error["field"]) == (400, field)
        assert error["problem"] and error["fix"].startswith(fix)
        assert bus.faults.report() == []

    with_doors(story)


@pytest.mark.parametrize(("method", "path"), [("GET", "/_sandbox/queues"), ("POST", "/_sandbox/faults")])
def test_web_pages_are_refused(method, path):
    async def story(bus, doors):
        answer = await doors.request(method, path, headers={"Origin": "https://evil.example"}, json={"drop": True})
        assert (answer.status, bus.faults.report()) == (403, [])

    with_doors(story)


def test_the_doors_close_with_the_bus():
    async def story(bus, doors):
        await bus.close()
        with pytest.raises(aiohttp.ClientConnectionError):
            await doors.get("/_sandbox/queues")
        await asyncio.sleep(0)

    with_doors(story)
