"""Promises of the stand-in name server, asked with dnspython's resolvers, raw messages, and dig where there is one."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import dns.asyncquery
import dns.asyncresolver
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.resolver
import pytest

from sandbox import dns as stand_in
from sandbox.dns import RunningDns, ZoneWrongError

LONG = "v=spf1 " + "ip4:203.0.113.7 " * 200 + "-all"

KEY = "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="

DIGEST = "0d6fce3a6a4b7f4d5d0e8f1c2b3a49586776859403122130415263748596a7b8"

ZONE: dict[str, Any] = {
    "contoso.com": {
        "MX": ["10 mail.contoso.com.", "20 backup.contoso.com"],
        "TXT": ["v=spf1 -all", r'"say \"hi\"" "twice"', ["one ", "two"], r"a\;b\\c \195\167"],
        "A": "SERVFAIL",
        "AAAA": {"delay_ms": 150, "records": ["2001:db8::1"]},
        "CAA": {"delay_ms": 150, "records": "REFUSED"},
        "NS": [],
    },
    "_dmarc.contoso.com": {"TXT": ["v=DMARC1; p=none"]},
    "big.contoso.com": {"TXT": [LONG]},
    "tcp.contoso.com": {"TXT": {"truncate": True, "records": ["only over TCP"]}, "A": "TRUNCATE"},
    "*.wild.example": {"TXT": ["any"], "A": ["192.0.2.9"]},
    "held.wild.example": {"A": ["192.0.2.10"]},
    "below.there.wild.example": {"A": ["192.0.2.11"]},
    "*.down.example": "REFUSED",
    "alias.example": {"CNAME": ["second.example."]},
    "second.example": {"CNAME": ["contoso.com."]},
    "nowhere.example": {"CNAME": ["gone.elsewhere.test."]},
    "dead-end.example": {"CNAME": ["slow.example."]},
    "*.aliases.example": {"CNAME": ["_dmarc.contoso.com."]},
    "ring.example": {"CNAME": ["ring-2.example."]},
    "ring-2.example": {"CNAME": ["ring.example."]},
    "own.example": {"SOA": ["ns1.own.example. admin.own.example. 7 1 1 1 60"], "NS": ["ns1.own.example."]},
    "gone.example": "NXDOMAIN",
    "empty.example": "NODATA",
    "broken.example": "SERVFAIL",
    "refused.example": "REFUSED",
    "slow.example": "TIMEOUT",
    "cut.example": "TRUNCATE",
    "all.example": {
        "PTR": ["host.all.example."],
        "DNSKEY": [KEY],
        "DS": ["20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"],
        "TLSA": [f"3 1 1 {DIGEST}"],
        "SRV": ["100 1 443 sipdir.online.lync.com."],
        "CAA": ['0 issue "letsencrypt.org"'],
    },
    "çiçek.example": {"MX": ["0 ."]},
}


@asynccontextmanager
async def served(zone: Any = ZONE, **options: Any) -> AsyncIterator[RunningDns]:
    running = await stand_in.serve(zone=zone, **options)
    try:
        yield running
    finally:
        await running.close()


def with_server(test: Callable[[RunningDns], Awaitable[None]]) -> Callable[[], None]:
    """Runs the test in an event loop with a server over `ZONE`, and never longer than 20 s."""

    async def run() -> None:
        async with asyncio.timeout(20), served() as running:
            await test(running)

    def plain() -> None:
        asyncio.run(run())

    plain.__name__ = test.__name__
    return plain


def resolver(running: RunningDns, lifetime: float = 2.0) -> dns.asyncresolver.Resolver:
    made = dns.asyncresolver.Resolver(configure=False)
    made.nameservers, made.port, made.lifetime = ["127.0.0.1"], running.port, lifetime
    return made


async def texts(running: RunningDns, name: str, rdtype: str) -> list[str]:
    return sorted(record.to_text() for record in await resolver(running).resolve(name, rdtype, search=False))


async def udp(running: RunningDns, name: str, rdtype: str, **options: Any) -> dns.message.Message:
    query = dns.message.make_query(name, rdtype, **options)
    return await dns.asyncquery.udp(query, "127.0.0.1", port=running.port, timeout=5, ignore_trailing=True)


async def tcp(running: RunningDns, name: str, rdtype: str) -> dns.message.Message:
    return await dns.asyncquery.tcp(dns.message.make_query(name, rdtype), "127.0.0.1", port=running.port, timeout=5)


@with_server
async def test_records_come_as_listed_with_a_ttl_of_60(running):
    answer = await resolver(running).resolve("contoso.com", "MX")
    assert answer.rrset is not None and answer.rrset.ttl == 60
    assert await texts(running, "contoso.com", "MX") == ["10 mail.contoso.com.", "20 backup.contoso.com."]
    shouted = await texts(running, "CONTOSO.com.", "MX")
    assert [text.lower() for text in shouted] == await texts(running, "contoso.com", "MX")


@with_server
async def test_every_type_of_the_contract_is_served(running):
    assert await texts(running, "all.example", "PTR") == ["host.all.example."]
    assert await texts(running, "all.example", "SRV") == ["100 1 443 sipdir.online.lync.com."]
    assert await texts(running, "all.example", "CAA") == ['0 issue "letsencrypt.org"']
    assert await texts(running, "all.example", "TLSA") == [f"3 1 1 {DIGEST}"]
    assert (await texts(running, "all.example", "DS"))[0].lower().startswith("20326 8 2 e06d44b8")
    assert (await texts(running, "all.example", "DNSKEY"))[0].startswith("257 3 13 mdsswUyr")
    assert await texts(running, "own.example", "SOA") == ["ns1.own.example. admin.own.example. 7 1 1 1 60"]
    assert await texts(running, "own.example", "NS") == ["ns1.own.example."]
    assert await texts(running, "contoso.com", "AAAA") == ["2001:db8::1"]


@with_server
async def test_a_name_of_other_scripts_answers_under_its_punycode_and_its_null_mx_stays(running):
    assert await texts(running, "xn--iek-1lab.example", "MX") == ["0 ."]


@with_server
async def test_a_txt_is_one_text_unless_quotes_or_a_list_say_otherwise(running):
    answer = await resolver(running).resolve("contoso.com", "TXT")
    assert {record.strings for record in answer} == {
        (b"v=spf1 -all",),
        (b'say "hi"', b"twice"),
        (b"one ", b"two"),
        ("a;b\\c ç".encode(),),
    }


@with_server
async def test_a_long_txt_is_split_and_truncated_to_what_the_client_takes_over_udp(running):
    whole = await resolver(running).resolve("big.contoso.com", "TXT")
    assert b"".join(whole[0].strings).decode() == LONG and max(map(len, whole[0].strings)) == 255
    small = await udp(running, "big.contoso.com", "TXT", use_edns=0, payload=1232)
    assert small.flags & dns.flags.TC and not small.answer
    large = await udp(running, "big.contoso.com", "TXT", use_edns=0, payload=4096)
    assert not large.flags & dns.flags.TC and large.answer
    assert (await udp(running, "big.contoso.com", "TXT", use_edns=False)).flags & dns.flags.TC


@with_server
async def test_truncate_is_empty_over_udp_and_full_over_tcp(running):
    for name, rdtype in (("tcp.contoso.com", "TXT"), ("tcp.contoso.com", "A"), ("cut.example", "MX")):
        assert (await udp(running, name, rdtype)).flags & dns.flags.TC
    assert await texts(running, "tcp.contoso.com", "TXT") == ['"only over TCP"']
    full = await tcp(running, "cut.example", "MX")
    assert full.rcode() == dns.rcode.NOERROR and not full.answer and not full.flags & dns.flags.TC


OUTCOMES = [
    ("gone.example", "MX", dns.resolver.NXDOMAIN),
    ("never.listed.test", "MX", dns.resolver.NXDOMAIN),
    ("www.contoso.com", "A", dns.resolver.NXDOMAIN),
    ("empty.example", "MX", dns.resolver.NoAnswer),
    ("contoso.com", "SRV", dns.resolver.NoAnswer),
    ("contoso.com", "NS", dns.resolver.NoAnswer),
    ("com", "NS", dns.resolver.NoAnswer),
    (".", "A", dns.resolver.NoAnswer),
    ("there.wild.example", "A", dns.resolver.NoAnswer),
    ("broken.example", "MX", dns.resolver.NoNameservers),
    ("contoso.com", "A", dns.resolver.NoNameservers),
    ("refused.example", "TXT", dns.resolver.NoNameservers),
    ("contoso.com", "CAA", dns.resolver.NoNameservers),
    ("deep.below.down.example", "TXT", dns.resolver.NoNameservers),
    ("ring.example", "TXT", dns.resolver.NoNameservers),
    ("slow.example", "TXT", dns.resolver.LifetimeTimeout),
    ("dead-end.example", "TXT", dns.resolver.LifetimeTimeout),
]


def test_each_outcome_is_its_own_and_reaches_asyncio_and_blocking_clients_alike():
    async def ask() -> None:
        async with asyncio.timeout(20), served() as running:
            for name, rdtype, error in OUTCOMES:
                with pytest.raises(error):
                    await resolver(running, 0.4).resolve(name, rdtype, search=False)
            await asyncio.to_thread(blocking, running)

    def blocking(running: RunningDns) -> None:
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port, made.lifetime = ["127.0.0.1"], running.port, 0.4
        for name, rdtype, error in OUTCOMES:
            with pytest.raises(error):
                made.resolve(name, rdtype, search=False)
        assert [one.preference for one in made.resolve("contoso.com", "MX")] == [10, 20]

    asyncio.run(ask())


@with_server
async def test_servfail_and_refused_differ_on_the_wire(running):
    assert (await udp(running, "broken.example", "A")).rcode() == dns.rcode.SERVFAIL
    assert (await udp(running, "refused.example", "A")).rcode() == dns.rcode.REFUSED


@with_server
async def test_nothing_found_carries_the_soa_of_the_zone(running):
    own = await udp(running, "own.example", "MX")
    assert own.authority[0].name.to_text() == "own.example." and own.authority[0][0].serial == 7
    below = await udp(running, "x.contoso.com", "MX")
    assert below.rcode() == dns.rcode.NXDOMAIN and below.authority[0].name.to_text() == "contoso.com."
    assert below.authority[0].ttl == below.authority[0][0].minimum == 60
    outside = await udp(running, "unlisted.test", "MX")
    assert outside.authority[0].name.to_text() == "."


@with_server
async def test_a_wildcard_answers_what_is_not_there_and_nothing_else(running):
    assert await texts(running, "a.wild.example", "TXT") == ['"any"']
    assert await texts(running, "a.b._domainkey.wild.example", "TXT") == ['"any"']
    for name in ("held.wild.example", "there.wild.example", "wild.example"):
        with pytest.raises(dns.resolver.NoAnswer):
            await texts(running, name, "TXT")
    with pytest.raises(dns.resolver.NXDOMAIN):
        await texts(running, "a.held.wild.example", "TXT")
    assert (await udp(running, "a.wild.example", "A")).answer[0].name.to_text() == "a.wild.example."


@with_server
async def test_aliases_are_followed_to_their_end_inside_the_zone(running):
    answer = await resolver(running).resolve("alias.example", "MX")
    assert answer.canonical_name.to_text() == "contoso.com." and len(answer.chaining_result.cnames) == 2
    assert await texts(running, "alias.example", "CNAME") == ["second.example."]
    assert await texts(running, "x.aliases.example", "TXT") == ['"v=DMARC1; p=none"']
    outside = await udp(running, "nowhere.example", "TXT")
    assert outside.rcode() == dns.rcode.NXDOMAIN and len(outside.answer) == 1


@with_server
async def test_delays_hold_only_their_own_answer_back_over_both_transports(running):
    for ask in (udp, tcp):
        loop = asyncio.get_running_loop()
        arrived: list[str] = []

        async def note(rdtype: str, ask: Any = ask, arrived: list[str] = arrived) -> None:
            await ask(running, "contoso.com", rdtype)
            arrived.append(rdtype)

        began = loop.time()
        await asyncio.gather(note("AAAA"), note("MX"))
        assert arrived == ["MX", "AAAA"] and loop.time() - began >= 0.14


@with_server
async def test_several_queries_on_one_connection_are_each_answered_when_due(running):
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    queries = [dns.message.make_query("contoso.com", rdtype) for rdtype in ("AAAA", "MX")]
    sent = b"".join(query.to_wire(prepend_length=True) for query in queries)
    writer.write(sent[:5])
    await writer.drain()
    writer.write(sent[5:])
    ids = []
    for _ in queries:
        length = int.from_bytes(await reader.readexactly(2))
        ids.append(dns.message.from_wire(await reader.readexactly(length)).id)
    assert ids == [queries[1].id, queries[0].id]
    writer.close()


@with_server
async def test_what_is_no_question_is_refused_or_ignored_and_the_server_lives_on(running):
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[bytes] = asyncio.Queue()

    class Client(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: Any) -> None:
            arrived.put_nowait(data)

    transport, _ = await loop.create_datagram_endpoint(Client, remote_addr=("127.0.0.1", running.port))
    good = dns.message.make_query("contoso.com", "MX")
    update = dns.message.make_query("contoso.com", "MX")
    update.set_opcode(dns.opcode.UPDATE)
    chaos = dns.message.make_query("version.bind", "TXT", dns.rdataclass.CH)
    twice = dns.message.make_query("contoso.com", "MX")
    twice.question.append(twice.question[0])
    answer = dns.message.make_response(good)
    for wire in (b"", b"short", answer.to_wire(), good.to_wire()[:-3], update.to_wire(), chaos.to_wire()):
        transport.sendto(wire)
    codes = [dns.message.from_wire(await arrived.get()).rcode() for _ in range(3)]
    assert codes == [dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.REFUSED] and arrived.empty()
    transport.sendto(twice.to_wire())
    assert dns.message.from_wire(await arrived.get()).rcode() == dns.rcode.FORMERR
    assert await texts(running, "contoso.com", "MX")
    transport.close()


@with_server
async def test_the_zone_can_be_replaced_while_it_serves_and_a_wrong_one_changes_nothing(running):
    assert await texts(running, "_dmarc.contoso.com", "TXT") == ['"v=DMARC1; p=none"']
    with pytest.raises(ZoneWrongError):
        running.replace_zone({"contoso.com": "MAYBE"})
    assert await texts(running, "_dmarc.contoso.com", "TXT") == ['"v=DMARC1; p=none"']
    running.replace_zone({"_dmarc.contoso.com": {"TXT": ["v=DMARC1; p=reject"]}})
    assert await texts(running, "_dmarc.contoso.com", "TXT") == ['"v=DMARC1; p=reject"']
    with pytest.raises(dns.resolver.NoAnswer):
        await texts(running, "contoso.com", "MX")


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


def test_two_servers_in_one_process_do_not_meet_and_a_closed_one_is_gone():
    async def ask() -> None:
        async with (
            served({"a.example": {"A": ["192.0.2.1"]}}) as one,
            served({"a.example": "NXDOMAIN"}, latency_ms=20) as two,
        ):
            assert await texts(one, "a.example", "A") == ["192.0.2.1"]
            with pytest.raises(dns.resolver.NXDOMAIN):
                await texts(two, "a.example", "A")
            assert one.address == f"127.0.0.1:{one.port}" and one.port != two.port
            open_one = await asyncio.open_connection("127.0.0.1", one.port)
        assert await open_one[0].read() == b""
        async with served({"a.example": "NODATA"}, port=one.port) as again:
            assert again.port == one.port

    run(ask())


def test_a_burst_of_questions_is_answered_without_loss():
    async def ask() -> None:
        async with served({f"n{number}.example": {"A": ["192.0.2.1"]} for number in range(500)}) as running:
            names = [f"n{number % 500}.example" for number in range(1000)]
            answers = await asyncio.gather(*(udp(running, name, "A") for name in names))
            assert all(answer.answer for answer in answers)

    run(ask())


def test_only_loopback_is_served():
    with pytest.raises(ValueError, match="loopback only"):
        asyncio.run(stand_in.serve(host="0.0.0.0", zone={}))


def test_a_file_is_served_as_a_mapping_is(tmp_path):
    file = tmp_path / "zone.json"
    file.write_text(json.dumps(ZONE), encoding="utf-8")

    async def ask() -> None:
        async with served(file) as running:
            assert await texts(running, "contoso.com", "MX") == ["10 mail.contoso.com.", "20 backup.contoso.com."]

    run(ask())


@pytest.mark.skipif(shutil.which("dig") is None, reason="dig is a second opinion; dnspython has asked the same")
@with_server
async def test_dig_understands_the_answers(running):
    async def dig(*arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            "dig", "@127.0.0.1", "-p", str(running.port), "+tries=1", "+time=1", *arguments, stdout=-1
        )
        return (await process.communicate())[0].decode()

    assert "10 mail.contoso.com." in await dig("+short", "contoso.com", "MX")
    assert "status: NXDOMAIN" in await dig("gone.example", "MX")
    assert "only over TCP" in await dig("+short", "tcp.contoso.com", "TXT")
