"""Promises of the stand-in registry: bootstrap, domain objects, faults, over real sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox import rdap

NOW = datetime(2031, 3, 4, 5, 6, 7, tzinfo=UTC)
REGISTRATIONS: dict[str, Any] = {
    "contoso.example": {
        "registrar": "Example Registrar Inc.",
        "registrar_id": 9999,
        "registered": -3000,
        "expires": 20,
        "changed": -4,
        "nameservers": ["ns1.contoso.example", "ns2.contoso.example"],
        "status": ["client transfer prohibited"],
        "signed": True,
    },
    "quiet.co.uk": {"nameservers": []},
    "çiçek.example": {"expires": -5},
    "şirket.com.tr": {"registrar": "Nobody asks", "registered": -3000, "nameservers": ["ns1.sirket.example"]},
}


def with_registry(story: Callable[[aiohttp.ClientSession], Awaitable[Any]], registrations: Any = REGISTRATIONS) -> Any:
    async def run() -> Any:
        running = await rdap.serve(registrations=registrations, now=NOW.timestamp)
        try:
            async with aiohttp.ClientSession(running.address) as client:
                return await asyncio.wait_for(story(client), 20)
        finally:
            await running.close()

    return asyncio.run(run())


async def body(client: aiohttp.ClientSession, path: str, *, status: int = 200) -> Any:
    async with client.get(path) as answer:
        assert answer.status == status, await answer.text()
        return json.loads(await answer.text())


def test_the_bootstrap_names_this_server_for_every_ending_but_tr():
    async def story(client):
        document = await body(client, "/dns.json")
        assert document["version"] == "1.0"
        [[endings, addresses]] = document["services"]
        assert endings == ["example", "uk"]
        assert (await body(client, addresses[0] + "domain/contoso.example"))["ldhName"] == "contoso.example"

    with_registry(story)


def test_a_domain_tells_registrar_dates_nameservers_and_status():
    async def story(client):
        async with client.get("/domain/Contoso.EXAMPLE.") as answer:
            assert answer.content_type == "application/rdap+json"
            domain = json.loads(await answer.text())
        dates = {event["eventAction"]: event["eventDate"] for event in domain["events"]}
        assert dates["expiration"] == f"{NOW + timedelta(days=20):%Y-%m-%d}T09:00:00Z"
        assert dates["registration"] == f"{NOW - timedelta(days=3000):%Y-%m-%d}T09:00:00Z"
        assert {"last changed", "last update of RDAP database"} <= dates.keys()
        [registrar] = [one for one in domain["entities"] if one["roles"] == ["registrar"]]
        assert ["fn", {}, "text", "Example Registrar Inc."] in registrar["vcardArray"][1]
        assert registrar["publicIds"] == [{"type": "IANA Registrar ID", "identifier": "9999"}]
        assert [one["ldhName"] for one in domain["nameservers"]] == ["ns1.contoso.example", "ns2.contoso.example"]
        assert domain["status"] == ["client transfer prohibited"] and domain["secureDNS"]["delegationSigned"]
        assert domain["objectClassName"] == "domain" and "redacted" in domain["rdapConformance"]

    with_registry(story)


def test_the_registrant_is_redacted_and_what_the_registry_does_not_say_is_left_out():
    async def story(client):
        domain = await body(client, "/domain/quiet.co.uk")
        assert [event["eventAction"] for event in domain["events"]] == ["last update of RDAP database"]
        [registrant] = domain["entities"]
        assert registrant["roles"] == ["registrant"] and registrant["vcardArray"][1][1][3] == ""
        assert domain["redacted"][0]["name"]["description"] == "Registrant Name"

    with_registry(story)


def test_a_name_of_another_script_is_found_in_either_spelling():
    async def story(client):
        for spelling in ("çiçek.example", "xn--iek-1lab.example"):
            domain = await body(client, f"/domain/{spelling}")
            assert (domain["ldhName"], domain["unicodeName"]) == ("xn--iek-1lab.example", "çiçek.example")

    with_registry(story)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/domain/nobody.example", 404),
        ("/domain/www.contoso.example", 404),
        ("/domain/şirket.com.tr", 404),
        ("/domain/-", 400),
        ("/elsewhere", 404),
    ],
)
def test_what_is_not_there_is_an_rdap_error(path, status):
    error = with_registry(lambda client: body(client, path, status=status))
    assert error["errorCode"] == status and error["title"] and error["description"]


def whois(*questions: bytes) -> list[str]:
    """What the WHOIS beside the registry answers to each question, on a connection of its own."""

    async def ask(address: str, question: bytes) -> str:
        reader, writer = await asyncio.open_connection(*address.split(":"))
        writer.write(question)
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return answer.decode()

    async def run() -> list[str]:
        running = await rdap.serve(registrations=REGISTRATIONS, now=NOW.timestamp)
        try:
            return [await ask(running.beside["whois"], question) for question in questions]
        finally:
            await running.close()

    return asyncio.run(run())


def test_whois_answers_for_the_ending_without_rdap_and_for_no_other():
    turkish, punycode, german, free = whois(
        "şirket.com.tr\r\n".encode(), b"XN--IRKET-IDB.com.tr\n", b"contoso.example\r\n", b"free.com.tr\r\n"
    )
    assert turkish == punycode and "** Registrar:" in turkish and "Organization Name\t: Nobody asks" in turkish
    assert "Created on..............: 2022-Dec-16." in turkish and "ns1.sirket.example" in turkish
    assert german == 'No match found for "contoso.example"\n' and free.startswith("No match")


def test_whois_outlives_questions_that_are_none():
    assert whois(b"\r\n", b"\xff\xfe\r\n", b"x" * 5000 + b"\n", b"-\n")[2] == ""


def test_faults_hit_the_registry_and_leave_the_bootstrap_alone():
    async def story(client):
        fault = {"match": {"path": "/domain/*"}, "answer": 429, "retry_after": 7, "times": 1}
        assert (await client.post("/_sandbox/faults", json=fault)).status == 201
        await body(client, "/dns.json")
        async with client.get("/domain/contoso.example") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
            assert (await answer.json(content_type=None))["errorCode"] == 429
        await body(client, "/domain/contoso.example")

    with_registry(story)


def test_wrong_registrations_are_refused_with_every_domain_and_field(tmp_path):
    wrong = {"a.example": {"expires": "soon"}, "b.example": {"owner": "x"}}
    file = tmp_path / "registrations.json"
    file.write_text(json.dumps(wrong))
    for given in (wrong, file):
        with pytest.raises(ValueError) as refused:
            rdap.read_registrations(given)
        assert "a.example expires" in str(refused.value) and "b.example owner" in str(refused.value)
    with pytest.raises(ValueError, match="cannot be read"):
        rdap.read_registrations(tmp_path / "missing.json")
    with pytest.raises(ValueError, match="cannot be read"):
        rdap.read_registrations({"a..b": {}})


def test_the_samples_show_what_is_due_what_is_over_and_what_nobody_says():
    samples = rdap.read_registrations(rdap.SAMPLES)
    days = [one.expires for one in samples.values() if one.expires is not None]
    assert sum(0 < day < 60 for day in days) == 2 and sum(day < 0 for day in days) == 1
    assert len(days) < len(samples) and any(one.registrar is None for one in samples.values())
    assert all(one.registrar and one.expires for name, one in samples.items() if name.endswith(".tr"))
