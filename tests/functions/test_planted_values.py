"""Names, addresses, numbers and tokens are planted in every input; no line of the log may hold one."""

import contextlib
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiohttp import web
from azure.functions.servicebus import ServiceBusMessage

from functions.dead_letters import to_inbox
from functions.ingest import ingest
from functions.measure import measure_inbox, measure_queues, measure_referrals, measure_secrets
from functions.push import push
from functions.retention import keep_no_longer
from functions.scan import scan
from functions.score import score
from sandbox.serving import serve_app
from shared.clients.http_session import HttpSession
from shared.clients.partner_center import PartnerCenter
from shared.doors.http import DOORS
from shared.doors.queue import receive
from shared.errors import HunterError
from tests.background import Background
from tests.functions.doors import Doors, principal
from tests.functions.dynamics_fixtures import Make, make
from tests.functions.dynamics_world import DynamicsWorld
from tests.functions.world import NOW, a_message, a_referral, an_envelope

__all__ = ["make"]

NAME, FAMILY = "Zeynepnur", "Planttekin"
MAIL = "zeynepnur.planttekin@anadolu.com.tr"
PHONE = "+90 555 0199 4711"
TOKEN = "eyJ0eXAiPLANTEDTOKEN.c2VjcmV0"
NOTE = "Zeynepnur asks to be called after five"
PLANTED = (NAME, FAMILY, MAIL.partition("@")[0], PHONE, "PLANTEDTOKEN", "called after five")
PERSON = {"firstName": NAME, "lastName": FAMILY, "email": MAIL, "phoneNumber": PHONE}
HEADERS = {
    "authorization": f"Bearer {TOKEN}",
    "cookie": f"StaticWebAppsAuthCookie={TOKEN}",
    "user_agent": f"{NAME} {MAIL}",
    "x_forwarded_for": PHONE,
    "if_none_match": TOKEN,
}


class Log(logging.Handler):
    """Every record as the host would write it, with its arguments and any traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[Log]:
    """Ours down to DEBUG, everybody else's as loud as in Azure."""
    heard, root = Log(), logging.getLogger()
    ours = [logging.getLogger(name) for name in ("functions", "shared")]
    levels = [(logger, logger.level) for logger in (root, *ours)]
    root.setLevel(logging.INFO)
    for logger in ours:
        logger.setLevel(logging.DEBUG)
    root.addHandler(heard)
    yield heard
    root.removeHandler(heard)
    for logger, level in levels:
        logger.setLevel(level)


@pytest.fixture
def world(make: Make) -> DynamicsWorld:
    return make()


def _planted(**changes: Any) -> dict[str, Any]:
    """A referral with a person in every place that has room for one, known to us or not."""
    profile = {
        "name": "Anadolu Makina A.Ş.",
        "address": {"country": "TR", "addressLine1": f"{NAME} {FAMILY}", "city": PHONE},
        "team": [PERSON],
    }
    return a_referral(
        name=f"Deal of {NAME} {FAMILY}",
        customerProfile=profile,
        details={"dealValue": 42000, "currency": "EUR", "notes": NOTE, "requirements": {"text": MAIL}},
        team=[PERSON],
        statusReason=NOTE,
        type=f"{NAME}Type",
        somethingNew={"by": MAIL, "token": TOKEN},
        eTag=TOKEN,
        **changes,
    )


def _said(log: Log) -> list[str]:
    return [line for line in log.lines if any(planted.casefold() in line.casefold() for planted in PLANTED)]


def test_a_leak_would_be_heard(log: Log) -> None:
    logger = logging.getLogger("shared.clients.somebody")
    logger.debug("x.asked url=%s", f"https://api.example/?user={MAIL}")
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logger.exception("x.failed key=%s", "k")
    assert len(_said(log)) == 2


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
def test_what_partner_center_answers_is_not_quoted(loop: Background, log: Log, status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        body = {"error": f"{NAME} {MAIL}", "@odata.nextLink": f"https://foreign.example/?a={MAIL}", "value": NOTE}
        return web.json_response(body, status=status, headers={"Retry-After": "0", "X-Note": TOKEN})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    url = loop.serve(serve_app(app, name="partner-center")).address
    session = HttpSession(url, failure="pc_unavailable")
    client = PartnerCenter(url, session=session, token=lambda force_refresh=False: TOKEN, now=lambda: NOW)
    for ask in (lambda: client.page("full"), lambda: client.get(MAIL), lambda: list(client.pages("filter", 1))):
        with contextlib.suppress(HunterError):
            ask()
    assert _said(log) == []


def test_the_road_from_referral_to_dynamics_names_nobody(world: DynamicsWorld, log: Log) -> None:
    world.arrive(_planted(), ingest)
    world.arrive(_planted(updatedDateTime="2026-11-21T08:00:00Z", consent={"consentToContact": MAIL}), ingest, item="2")
    world.work_off()
    world.push()
    for weather in (
        {"answer": 400, "times": 1, "body": {"error": {"code": "0x80040265", "message": f"{NAME} {MAIL} {TOKEN}"}}},
        {"answer": 500, "times": 1, "body": f"{NAME} {MAIL} {TOKEN}"},
        {"answer": 403, "times": 1, "body": {"error": {"code": "0x80040220", "message": f"User {MAIL} lacks prv"}}},
    ):
        world.stand_in.fault(match={"path": "*"}, **weather)
        world.push(again=True)
    doors = Doors(world)
    doors.get("health")
    doors.tick("sweep_road")
    assert len(log.lines) > 8, "nothing was heard"
    assert _said(log) == []


@pytest.mark.parametrize("kind", ["referral", "scan", "score", "push"])
def test_messages_that_cannot_be_read_are_not_quoted(world: DynamicsWorld, log: Log, kind: Any) -> None:
    step: dict[str, Callable[..., None]] = {"referral": ingest, "scan": scan, "score": score, "push": push}
    bodies = (
        f"{NAME} {MAIL}".encode(),
        json.dumps({"v": 99, "type": kind, "trace": TOKEN, "data": PERSON}).encode(),
        json.dumps({"v": 1, "type": NAME, "trace": MAIL, "data": PERSON}).encode(),
        json.dumps({"v": 1, "type": kind, "trace": "t", "data": {"key": "k", "raw": MAIL}}).encode(),
        b"\xff" + MAIL.encode(),
    )
    for body in bodies:
        receive(a_message(body, "m1", 10), kind, step[kind], world)
    assert _said(log) == []


def test_a_bug_tells_its_place_and_not_what_it_held(world: DynamicsWorld, log: Log) -> None:
    def broken(envelope: Any, to: Any) -> None:
        raise ValueError(f"cannot read {MAIL} of {NAME} {FAMILY}: {TOKEN}")

    receive(a_message(an_envelope("scan", "a.example").to_bytes(), "m1", 10), "scan", broken, world)
    assert any("bug" in line for line in log.lines)
    assert _said(log) == []


def test_a_dead_letter_is_not_quoted(world: DynamicsWorld, log: Log) -> None:
    told = {"DeadLetterReason": "MaxDeliveryCountExceeded", "DeadLetterErrorDescription": f"{NAME} {MAIL}"}
    message = ServiceBusMessage(
        body=json.dumps(PERSON).encode(), message_id="m1", delivery_count=11, application_properties=told,
        user_properties={},
    )  # fmt: skip
    to_inbox(message, "referrals", world)
    assert any(line.partition(" ")[2].startswith("inbox.opened") for line in log.lines)
    assert _said(log) == []


def test_no_door_writes_down_who_asks_or_what(filled: Any, log: Log) -> None:
    doors = Doors(filled)
    assert doors.get("health", role=None).status in (200, 503)
    assert len(DOORS) > 30
    for door in DOORS:
        _ask_everything(doors, door)
    assert _said(log) == []


def _ask_everything(doors: Doors, door: Any) -> None:
    """Every question that a door may be asked, with a person in each part of it."""
    path = door.route
    for part in ("{domain}", "{id}", "{key}"):
        path = path.replace(part, MAIL)
    signed = {**HEADERS, "x_ms_client_principal_name": MAIL}
    body = {"q": NAME, "domain": MAIL, "company_name": f"{NAME} {FAMILY}", "accessToken": TOKEN, "claims": [PERSON]}
    for address in (path, f"{path}?q={NAME}&search={MAIL}", f"{path}?token={TOKEN}"):
        doors.ask(door.method, address, role="admin", headers=signed, body=json.dumps(body).encode())
        doors.ask(
            door.method, address, role=None, headers={**signed, "content_type": "application/json"}, body=MAIL.encode()
        )
    forged = {**signed, "content_type": "application/json", "x_ms_client_principal": principal(NAME, user=MAIL)}
    doors.ask(door.method, path, role=None, headers=forged, body=json.dumps(body).encode())


def test_measuring_and_pruning_name_nobody(world: DynamicsWorld, log: Log) -> None:
    world.arrive(_planted(), ingest)
    world.__dict__["token_cache"] = type("Secret", (), {"load": lambda _: TOKEN, "ends": lambda _: {}})()
    for measure in (measure_queues, measure_referrals, measure_inbox, measure_secrets):
        measure(world)
    world.pass_time(days=400)
    keep_no_longer(world)
    assert len(log.lines) > 6
    assert _said(log) == []
