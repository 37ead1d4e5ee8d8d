"""Promises about registrations, asked of the stand-in registry and of a WHOIS server of our own."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from aiohttp import web

from sandbox import dns as name_server
from sandbox import rdap as registry
from shared.clients.dns import Dns
from shared.rules.evidence import Check
from tests.background import Background
from tests.clients.web_servers import https_server

REGISTRATIONS: dict[str, Any] = {
    "contoso.example": {
        "registrar": "Example Registrar Inc.",
        "expires": 20,
        "registered": -3000,
        "nameservers": ["ns1.x.example"],
    },
    "quiet.co.uk": {},
    "çiçek.example": {"expires": -5},
}
ONLY = frozenset({"registration"})


@pytest.fixture
def server(loop: Background) -> Any:
    return loop.serve(registry.serve(registrations=REGISTRATIONS))


@pytest.fixture
def names(loop: Background) -> str:
    return str(loop.serve(name_server.serve(zone={"listed.example": "NODATA"})).address)


class Asking:
    """A scanner for registrations only."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns

    def __call__(self, domain: str, **options: Any) -> Check:
        return self._dns.scan(domain, checks=ONLY, **options).checks["registration"]


@pytest.fixture
def ask(server: Any, names: str) -> Iterator[Asking]:
    dns = Dns([names], rdap_url=server.address, allow_loopback=True, whois_servers={})
    yield Asking(dns)
    dns.close()


def arm(server: Any, **fault: Any) -> None:
    assert requests.post(f"{server.address}/_sandbox/faults", json=fault, timeout=5).status_code == 201


def test_registrar_and_dates_come_from_the_registry_of_the_ending(ask: Asking) -> None:
    check = ask("contoso.example")
    assert (check.state, check.outcome) == ("present", "found")
    assert check.detail["registrar"] == "Example Registrar Inc." and check.detail["source"] == "rdap"
    assert check.detail["expires_at"] > check.detail["registered_at"] and check.detail["nameservers"] == [
        "ns1.x.example"
    ]
    assert check.resolver.startswith("127.0.0.1:") and check.at.endswith("Z")


def test_what_a_registry_does_not_tell_is_no_error(ask: Asking) -> None:
    check = ask("quiet.co.uk")
    assert check.state == "present" and "registrar" not in check.detail and "expires_at" not in check.detail


def test_a_domain_that_is_not_registered_is_absent(ask: Asking) -> None:
    assert (ask("free.example").state, ask("free.example").outcome) == ("absent", "not_registered")


def test_an_ending_that_nobody_serves_is_unknown(ask: Asking) -> None:
    assert (ask("contoso.nowhere").state, ask("contoso.nowhere").outcome) == ("unknown", "no_service")


def test_a_punycode_name_is_asked_as_it_is(ask: Asking) -> None:
    assert ask("xn--iek-1lab.example").detail["expires_at"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"answer": 500}, "status_500"),
        ({"answer": 401}, "status_401"),
        ({"answer": 200, "body": "<html>"}, "malformed_answer"),
        ({"answer": 200, "body": {"objectClassName": "entity"}}, "malformed_answer"),
        ({"drop": True}, "no_answer"),
        ({"truncate": 20}, "malformed_answer"),
        ({"answer": 429}, "throttled"),
        ({"answer": 503, "retry_after": 5}, "throttled"),
    ],
)
def test_trouble_at_the_registry_is_unknown_and_raises_nothing(
    server: Any, ask: Asking, fault: dict[str, Any], outcome: str
) -> None:
    arm(server, match={"path": "/domain/*"}, **fault)
    check = ask("contoso.example")
    assert (check.state, check.outcome) == ("unknown", outcome)


def test_a_registry_that_throttles_is_left_alone_as_long_as_it_asked(server: Any, ask: Asking) -> None:
    arm(server, match={"path": "/domain/*"}, answer=429, retry_after=3600, times=1)
    outcomes = [ask(domain).outcome for domain in ("contoso.example", "quiet.co.uk", "contoso.example")]
    assert outcomes == ["throttled"] * 3
    faults = requests.get(f"{server.address}/_sandbox/faults", timeout=5).json()["faults"]
    assert faults[0]["seen"] == 1, "the registry was asked although it had closed its door"


def test_a_registry_that_throttles_for_no_time_is_asked_again(server: Any, ask: Asking) -> None:
    arm(server, match={"path": "/domain/*"}, answer=429, retry_after=0, times=1)
    assert [ask("contoso.example").outcome for _ in range(2)] == ["throttled", "found"]


def test_a_bootstrap_file_that_cannot_be_had_is_unknown_and_tried_again(server: Any, ask: Asking) -> None:
    arm(server, match={"path": "/dns.json"}, answer=500, times=1)
    assert ask("contoso.example").outcome == "bootstrap_malformed_answer"
    assert ask("contoso.example").outcome == "found"


def test_the_bootstrap_file_is_read_once(server: Any, ask: Asking) -> None:
    arm(server, match={"path": "/dns.json"}, delay_ms=1)
    assert [ask(domain).state for domain in ("contoso.example", "quiet.co.uk", "free.example")] == [
        "present",
        "present",
        "absent",
    ]
    assert requests.get(f"{server.address}/_sandbox/faults", timeout=5).json()["faults"][0]["hits"] == 1


def test_a_slow_registry_holds_up_nothing_beyond_the_deadline(server: Any, ask: Asking) -> None:
    arm(server, match={"path": "/domain/*"}, delay_ms=20_000)
    check = ask("contoso.example", deadline=0.5)
    assert (check.state, check.outcome) == ("unknown", "deadline")


def test_a_registry_at_a_private_address_is_never_asked(loop: Background, names: str) -> None:
    async def bootstrap(_request: web.Request) -> web.Response:
        return web.json_response({"services": [[["example"], ["https://10.0.0.1/", "http://10.0.0.1/"]]]})

    with https_server(loop, None, bootstrap) as port:
        dns = Dns([names], rdap_url=f"http://127.0.0.1:{port}", allow_loopback=True)
        check = Asking(dns)("contoso.example")
        dns.close()
    assert (check.state, check.outcome) == ("unknown", "private_address")


@pytest.mark.parametrize("content", [{}, [], {"services": [5, [[], []], ["a", "b"], [["example"]]]}, "text"])
def test_a_bootstrap_file_of_another_shape_is_unknown(loop: Background, names: str, content: Any) -> None:
    async def bootstrap(_request: web.Request) -> web.Response:
        return web.json_response(content)

    with https_server(loop, None, bootstrap) as port:
        dns = Dns([names], rdap_url=f"http://127.0.0.1:{port}", allow_loopback=True)
        check = Asking(dns)("contoso.example")
        dns.close()
    assert (check.state, check.outcome) == ("unknown", "bootstrap_malformed_answer")


class Whois:
    """A WHOIS server (RFC 3912) that answers every question with one text."""

    def __init__(self, answer: bytes) -> None:
        self.asked: list[bytes] = []
        self._answer = answer

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._talk, "127.0.0.1", 0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await reader.readline())
        writer.write(self._answer)
        await writer.drain()
        writer.close()


TR = """** Domain Name: ornek.com.tr
** Registrar:
NIC Handle : orn19
Organization Name : Örnek Alan Adı A.Ş.

** Additional Info:
Created on..............: 2001-Oct-01.
Expires on..............: 2027-Sep-30.
"""


@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        (TR.encode(), "present", "found"),
        (b'No match found for "ornek.com.tr"\r\n', "absent", "not_registered"),
        (b"Rate limit exceeded.\r\n", "unknown", "malformed_answer"),
        (b"", "unknown", "no_answer"),
        (b"x" * 200_000, "unknown", "too_large"),
        ("Registrar: Örnek".encode("iso-8859-9"), "present", "found"),
    ],
)
def test_an_ending_without_rdap_is_asked_by_whois(
    loop: Background, server: Any, names: str, answer: bytes, state: str, outcome: str
) -> None:
    whois = Whois(answer)
    listening = loop.run(whois.serve())
    port = listening.sockets[0].getsockname()[1]
    dns = Dns([names], rdap_url=server.address, allow_loopback=True, whois_servers={"tr": f"127.0.0.1:{port}"})
    check = Asking(dns)("ornek.com.tr")
    dns.close()
    listening.close()
    assert (check.state, check.outcome) == (state, outcome)
    assert whois.asked == [b"ornek.com.tr\r\n"]
    if answer == TR.encode():
        assert check.detail["registrar"] == "Örnek Alan Adı A.Ş." and check.detail["source"] == "whois"


def test_no_more_than_two_questions_at_a_time_go_to_one_registry(loop: Background, names: str) -> None:
    under_way, most, guard = 0, 0, threading.Lock()

    async def slow(request: web.Request) -> web.Response:
        nonlocal under_way, most
        if request.path == "/dns.json":
            return web.json_response({"services": [[["example"], [f"http://{request.host}/"]]]})
        with guard:
            under_way += 1
            most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        return web.json_response({"objectClassName": "domain"})

    with https_server(loop, None, slow) as port:
        dns = Dns([names], rdap_url=f"http://127.0.0.1:{port}", allow_loopback=True)
        threads = [threading.Thread(target=Asking(dns), args=(f"c{n}.example",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        dns.close()
    assert most == 2
