"""The service protection limits (reference section 5)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.dataverse.errors import TOO_MANY_AT_ONCE, TOO_MANY_REQUESTS, TOO_MUCH_TIME, Kind, Refusal
from sandbox.dataverse.limits import Allowance, Limits
from tests.sandbox.dataverse.conftest import Serve
from tests.sandbox.dataverse.plain_client import Api, multipart, part


class Clock:
    """A clock that stands still until told."""

    time = 1000.0

    def __call__(self) -> float:
        return self.time


def refused(limits: Limits) -> Refusal | None:
    try:
        limits.enter("me", 0)
    except Refusal as refusal:
        return refusal
    return None


def test_the_defaults_are_the_documented_ones() -> None:
    assert Allowance() == Allowance(requests=6000, seconds=1200, concurrent=52, window=300)


@pytest.mark.parametrize(
    ("allowance", "took", "kind"),
    [
        (Allowance(requests=2), 0.0, TOO_MANY_REQUESTS),
        (Allowance(seconds=10), 5.0, TOO_MUCH_TIME),
    ],
)
def test_a_window_that_is_used_up_opens_again_when_it_has_slid_on(
    allowance: Allowance, took: float, kind: Kind
) -> None:
    clock = Clock()
    limits = Limits(clock, allowance)
    for _ in range(2):
        began = clock.time
        assert refused(limits) is None
        clock.time += took
        limits.leave("me", 0, began)
    refusal = refused(limits)
    assert refusal is not None and refusal.kind == kind
    wait = int(refusal.headers["Retry-After"])
    assert wait == 300 - 2 * took
    clock.time += wait
    assert refused(limits) is None


def test_coming_back_early_makes_the_pause_longer() -> None:
    clock = Clock()
    limits = Limits(clock, Allowance(requests=0, window=10, punishment=5))
    first, second = refused(limits), refused(limits)
    assert first is not None and second is not None
    assert int(second.headers["Retry-After"]) == int(first.headers["Retry-After"]) + 5


def test_users_and_servers_do_not_share() -> None:
    limits = Limits(Clock(), Allowance(requests=1))
    limits.enter("me", 0)
    limits.leave("me", 0, 1000.0)
    limits.enter("me", 1)
    limits.enter("you", 0)
    assert refused(limits) is not None


def test_over_http_the_refusal_is_a_429_with_seconds_and_a_hex_code(api: Api) -> None:
    api.door("limits", {"requests": 3, "window": 60})
    answers = [api.get("WhoAmI") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0].headers["x-ms-ratelimit-burst-remaining-xrm-requests"] == "2"
    assert answers[3].json()["error"]["code"] == "0x80072322"
    assert int(answers[3].headers["Retry-After"]) >= 1
    assert api.session.get(f"{api.address}/_sandbox/counts").json()["throttled"] == 1


def test_a_batch_counts_once_and_is_refused_as_a_whole_in_plain_json(api: Api) -> None:
    api.door("limits", {"requests": 1, "window": 60})
    body = multipart([part("GET", "WhoAmI") for _ in range(5)])
    assert api.batch(body).status_code == 200
    refusal = api.batch(body)
    assert refusal.status_code == 429 and refusal.headers["Content-Type"].startswith("application/json")


def test_requests_at_once_are_limited(served: Serve) -> None:
    api = served(latency_ms=300)
    api.door("limits", {"concurrent": 2})
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: Api(api.address).get("WhoAmI"), range(4)))
    codes = sorted(one.json()["error"]["code"] for one in answers if one.status_code == 429)
    assert codes == [TOO_MANY_AT_ONCE.code] * len(codes) and 1 <= len(codes) <= 2


def test_servers_are_told_apart_by_the_affinity_cookie(served: Serve) -> None:
    api = served(servers=2, limits=Allowance(requests=2))
    sticky = [api.get("WhoAmI").status_code for _ in range(3)]
    assert sticky == [200, 200, 429], "a session that keeps the cookie stays on one server"
    loose = [Api(api.address).get("WhoAmI").status_code for _ in range(6)]
    assert loose.count(200) >= 2


def test_the_latency_is_waited_for_and_counted(served: Serve) -> None:
    api = served(latency_ms=100)
    began = time.monotonic()
    api.get("WhoAmI")
    assert time.monotonic() - began >= 0.1
    left = float(api.get("WhoAmI").headers["x-ms-ratelimit-time-remaining-xrm-requests"])
    assert left <= 1199.9
