"""Promises of the fault doors, kept over real sockets with a client we did not write."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.faults import Faults
from sandbox.serving import serve_app


def with_stand_in(story: Callable[[aiohttp.ClientSession, list[str]], Awaitable[Any]], *, seed: int = 0) -> Any:
    """Runs a story against a stand-in that notes the work it did and answers a thousand bytes of JSON."""

    async def run() -> Any:
        faults, done = Faults(seed), []

        async def work(request: web.Request) -> web.Response:
            done.append(request.path)
            return web.json_response({"filler": "x" * 1000})

        app = web.Application(middlewares=[faults.middleware])
        faults.add_doors(app)
        app.router.add_route("*", "/{path:(?!_sandbox).*}", work)
        running = await serve_app(app, name="work")
        try:
            async with aiohttp.ClientSession(running.address) as client:
                return await story(client, done)
        finally:
            await running.close()

    return asyncio.run(run())


async def arm(client: aiohttp.ClientSession, *faults: dict[str, Any]) -> None:
    answer = await client.post("/_sandbox/faults", json=list(faults))
    assert answer.status == 201, await answer.text()


async def statuses(client: aiohttp.ClientSession, count: int, path: str = "/a", method: str = "GET") -> list[int]:
    return [(await client.request(method, path)).status for _ in range(count)]


def test_an_answer_comes_instead_of_the_work_as_often_as_it_was_asked_for():
    async def story(client, done):
        await arm(client, {"answer": 429, "retry_after": 3, "times": 2})
        first = await client.get("/a")
        assert first.headers["Retry-After"] == "3" and (await first.json())["error"]["code"] == "429"
        assert await statuses(client, 2) == [429, 200]
        assert done == ["/a"]

    with_stand_in(story)


def test_retry_after_may_be_a_date():
    async def story(client, _done):
        await arm(client, {"answer": 503, "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"})
        assert (await client.get("/a")).headers["Retry-After"] == "Wed, 21 Oct 2026 07:28:00 GMT"

    with_stand_in(story)


def test_only_matching_methods_and_paths_are_hit_and_the_first_match_wins():
    async def story(client, _done):
        await arm(
            client,
            {"match": {"method": "patch", "path": "/things/*"}, "answer": 412},
            {"match": {"path": "/things*"}, "answer": 500},
            {"match": {"path": "*skiptoken=2*"}, "answer": 504},
        )
        assert await statuses(client, 1, "/things/1", "PATCH") == [412]
        assert await statuses(client, 1, "/things/1") == [500]
        assert await statuses(client, 1, "/other") == [200]
        assert await statuses(client, 1, "/other?%24skiptoken=2") == [504]

    with_stand_in(story)


def test_the_nth_request_alone_is_hit_and_the_counts_say_so():
    async def story(client, _done):
        await arm(client, {"match": {"path": "/a", "nth": 3}, "answer": 500})
        assert await statuses(client, 5) == [200, 200, 500, 200, 200]
        report = (await (await client.get("/_sandbox/faults")).json())["faults"]
        assert (report[0]["seen"], report[0]["hits"]) == (5, 1)

    with_stand_in(story)


def test_from_the_nth_on_for_as_many_times_as_asked():
    async def story(client, _done):
        await arm(client, {"match": {"nth": 2}, "times": 2, "answer": 500})
        assert await statuses(client, 4) == [200, 500, 500, 200]

    with_stand_in(story)


def test_the_same_seed_throws_the_same_dice():
    async def story(client, _done):
        await arm(client, {"probability": 0.5, "answer": 500})
        return await statuses(client, 20)

    first = with_stand_in(story, seed=7)
    assert first == with_stand_in(story, seed=7) and set(first) == {200, 500}
    assert first != with_stand_in(story, seed=8)


@pytest.mark.parametrize("drop", [True, "reset"])
def test_a_dropped_request_gets_no_answer_and_does_no_work(drop):
    async def story(client, done):
        await arm(client, {"drop": drop, "times": 1})
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.post("/a")
        assert done == [] and await statuses(client, 1) == [200]

    with_stand_in(story)


def test_after_commit_does_the_work_and_loses_the_answer():
    async def story(client, done):
        await arm(client, {"match": {"method": "POST"}, "drop": True, "after_commit": True})
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.post("/a")
        assert done == ["/a"]

    with_stand_in(story)


def test_after_commit_can_answer_differently_from_what_was_done():
    async def story(client, done):
        await arm(client, {"answer": 504, "after_commit": True})
        assert await statuses(client, 1) == [504] and done == ["/a"]

    with_stand_in(story)


def test_a_truncated_answer_promises_more_than_it_sends():
    async def story(client, _done):
        await arm(client, {"truncate": 100})
        answer = await client.get("/a")
        assert answer.status == 200 and int(answer.headers["Content-Length"]) > 1000
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()

    with_stand_in(story)


def test_a_page_of_html_can_stand_where_json_is_expected():
    async def story(client, _done):
        await arm(client, {"answer": 200, "body": "<html>Sign in</html>"})
        answer = await client.get("/a")
        assert answer.content_type == "text/html" and "Sign in" in await answer.text()

    with_stand_in(story)


def test_a_delay_alone_changes_nothing_but_the_time():
    async def story(client, done):
        await arm(client, {"delay_ms": 5})
        assert await statuses(client, 1) == [200] and done == ["/a"]

    with_stand_in(story)


def test_deleting_ends_the_faults_one_or_all():
    async def story(client, _done):
        await arm(client, {"answer": 500}, {"answer": 501})
        assert (await client.delete("/_sandbox/faults/1")).status == 204
        assert (await client.delete("/_sandbox/faults/1")).status == 404
        assert await statuses(client, 1) == [501]
        assert (await client.delete("/_sandbox/faults")).status == 204
        assert await statuses(client, 1) == [200]

    with_stand_in(story)


def test_web_pages_are_refused():
    async def story(client, _done):
        for method in ("GET", "POST", "DELETE"):
            answer = await client.request(method, "/_sandbox/faults", headers={"Origin": "http://evil.example"})
            assert answer.status == 403

    with_stand_in(story)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"answer": 42}', "answer"),
        ('{"answer": "429"}', "answer"),
        ('{"answr": 429}', "answr"),
        ('{"answer": 429, "match": {"nth": 0}}', "match.nth"),
        ('{"answer": 429, "probability": 2}', "probability"),
        ('{"drop": "maybe"}', "drop"),
        ('{"after_commit": true}', "fault"),
        ('{"retry_after": 3}', "fault"),
        ("{}", "fault"),
        ("[1]", "fault"),
        ("not json", "body"),
    ],
)
def test_a_wrong_fault_is_refused_naming_field_problem_and_fix(body, field):
    async def story(client, _done):
        answer = await client.post("/_sandbox/faults", data=body)
        error = (await answer.json())["errors"][0]
        assert answer.status == 400
        assert error["field"].startswith(field) and error["problem"] and error["fix"]
        assert await statuses(client, 1) == [200]

    with_stand_in(story)
