"""Promises of fetches whose target comes from data: never a private address, never more than was agreed."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from shared.clients.checked_fetch import CheckedFetch, Fetched, FetchError
from shared.rules.fetch_target import is_public
from tests.background import Background
from tests.clients.web_servers import Trust, https_server, trust_for

NAME = "mta-sts.contoso.example"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    folder: Path = tmp_path_factory.mktemp("tls")
    return trust_for(folder, NAME, "other.example")


def resolves_to(*addresses: str) -> Callable[[str], Awaitable[list[str]]]:
    async def resolve(_name: str) -> list[str]:
        return list(addresses)

    return resolve


def fetch(
    url: str, *, resolve: Any = None, allow_loopback: bool = False, trust: Trust | None = None, **options: Any
) -> Fetched:
    fetcher = CheckedFetch(allow_loopback=allow_loopback, tls=trust.client if trust else None)
    return asyncio.run(fetcher.get(url, resolve=resolve or resolves_to("127.0.0.1"), **options))


def refusal(url: str, **options: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, **options)
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "192.0.2.1",
        "198.18.0.1", "192.0.0.8", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1",
        "2001:db8::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1",
        "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "2001:0:4136:e378::1",
    ],
)  # fmt: skip
def test_an_address_off_the_open_internet_is_never_connected(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    assert refusal(f"https://{host}/").refused
    assert refusal("https://contoso.com/", resolve=resolves_to(address)).reason == "private_address"


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_an_address_on_the_open_internet_may_be_connected(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_spoils_them_all() -> None:
    assert refusal("https://contoso.com/", resolve=resolves_to("8.8.8.8", "10.0.0.1")).reason == "private_address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://contoso.com/", "not_https"),
        ("ftp://contoso.com/", "not_https"),
        ("file:///etc/passwd", "malformed_address"),
        ("https://user:secret@contoso.com/", "malformed_address"),
        ("https://user@contoso.com/", "malformed_address"),
        ("https:///path", "malformed_address"),
        ("https://contoso.com:99999/", "malformed_address"),
        ("https://contoso.com:22/", "port"),
        ("https://contoso.com:25/", "port"),
        ("https://[::1/", "malformed_address"),
        ("https://contoso.com/a b", "malformed_address"),
        ("https://contoso.com/a\r\nHost: other", "malformed_address"),
        ("https://çiçek.example/", "malformed_address"),
        ("contoso.com", "malformed_address"),
        ("", "malformed_address"),
    ],
)
def test_an_address_of_another_kind_is_refused(url: str, reason: str) -> None:
    error = refusal(url, resolve=resolves_to("8.8.8.8"))
    assert (error.reason, error.refused) == (reason, True)


@pytest.mark.parametrize("name", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_odd_spellings_of_this_machine_are_names_for_the_name_server_and_nothing_else(name: str) -> None:
    assert refusal(f"https://{name}/", resolve=resolves_to()).reason == "no_such_host"


def test_loopback_needs_to_be_allowed_and_private_stays_refused(loop: Background) -> None:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    with https_server(loop, None, hello) as port:
        url = f"http://127.0.0.1:{port}/"
        assert fetch(url, allow_loopback=True).body == b"hello"
        assert refusal(url).refused
    assert refusal("https://10.0.0.1/", allow_loopback=True).reason == "private_address"
    assert refusal("http://localhost:1/", allow_loopback=True).reason == "not_https"


def test_the_checked_address_is_the_one_connected_with_the_name_in_tls_and_host(loop: Background, trust: Trust) -> None:
    """The name is in no DNS: only the address that was handed on can work, so rebinding finds no second look-up."""
    asked: list[str] = []
    seen: list[str] = []

    async def resolve(name: str) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    async def policy(request: web.Request) -> web.Response:
        seen.append(request.headers["Host"])
        return web.Response(text="policy")

    with https_server(loop, trust, policy) as port:
        found = fetch(f"https://{NAME}:{port}/x?y=z", resolve=resolve, allow_loopback=True, trust=trust)
    assert (found.status, found.body, found.address) == (200, b"policy", "127.0.0.1")
    assert asked == [NAME] and seen == [f"{NAME}:{port}"]


def test_a_certificate_for_another_name_is_refused(loop: Background, trust: Trust) -> None:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    with https_server(loop, trust, hello) as port:
        error = refusal(f"https://wrong.example:{port}/", allow_loopback=True, trust=trust)
    assert error.reason == "tls"


def _redirecting(to: str) -> Any:
    async def redirect(request: web.Request) -> web.Response:
        if request.path == "/end":
            return web.Response(text="end")
        return web.Response(status=302, headers={"Location": to})

    return redirect


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://contoso.com/", "not_https"),
        ("https://10.0.0.1/", "private_address"),
        ("https://[::ffff:169.254.169.254]/latest/meta-data", "private_address"),
        ("file:///etc/passwd", "malformed_address"),
        ("//internal.example/", "private_address"),
        ("/round", "too_many_redirects"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(loop: Background, trust: Trust, to: str, reason: str) -> None:
    async def resolve(name: str) -> list[str]:
        return ["127.0.0.1"] if name == NAME else ["10.0.0.1"]

    with https_server(loop, trust, _redirecting(to)) as port:
        error = refusal(f"https://{NAME}:{port}/", resolve=resolve, allow_loopback=True, trust=trust)
    assert error.reason == reason


def test_a_redirect_within_bounds_is_followed_unless_none_is_wanted(loop: Background, trust: Trust) -> None:
    with https_server(loop, trust, _redirecting("/end")) as port:
        url = f"https://{NAME}:{port}/"
        assert fetch(url, allow_loopback=True, trust=trust).body == b"end"
        assert refusal(url, allow_loopback=True, trust=trust, redirects=0).reason == "too_many_redirects"


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b"x" * 65_536)
    except ConnectionError:
        return response


async def _dripping(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)
    except ConnectionError:
        return response


async def _squeezed(_request: web.Request) -> web.Response:
    return web.Response(body=b"\x1f\x8b" + b"\0" * 100, headers={"Content-Encoding": "gzip"})


async def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    request.transport.close()
    return web.Response()


async def _nonsense(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    request.transport.close()
    return web.Response()


async def _silent(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_endless, "too_large"),
        (_dripping, "timeout"),
        (_squeezed, "compressed"),
        (_cut, "malformed_answer"),
        (_nonsense, "malformed_answer"),
        (_silent, "no_answer"),
    ],
)
def test_an_answer_that_is_not_as_agreed_is_dropped(loop: Background, answer: Any, reason: str) -> None:
    with https_server(loop, None, answer) as port:
        error = refusal(f"http://127.0.0.1:{port}/", allow_loopback=True, seconds=1, most_bytes=200_000)
    assert (error.reason, error.refused) == (reason, False)


def test_a_chunked_body_is_put_together(loop: Background) -> None:
    async def chunks(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=404, headers={"X-Said": "a"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(b"one ")
        await response.write(b"two")
        return response

    with https_server(loop, None, chunks) as port:
        found = fetch(f"http://127.0.0.1:{port}/", allow_loopback=True)
    assert (found.status, found.body, found.headers.get("x-said")) == (404, b"one two", "a")


def test_nobody_there_is_told(loop: Background) -> None:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response()

    with https_server(loop, None, hello) as port:
        pass
    assert refusal(f"http://127.0.0.1:{port}/", allow_loopback=True).reason == "no_connection"
