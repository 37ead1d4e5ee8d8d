"""SIGKILL of a real function host in the middle of a poll; `python -m tests.chaos --kills 24` has more places."""

from tests.chaos.kills import REFERRALS, poll_with_deaths


def test_a_host_that_is_killed_in_the_middle_of_a_poll_loses_and_doubles_nothing() -> None:
    ending = poll_with_deaths({9, 23, 36})
    assert len(ending.deaths) == len(set(ending.deaths)) == 3, ending.places
    counted = {"state": "succeeded", "fetched": REFERRALS, "enqueued": REFERRALS, "new": REFERRALS}
    assert {name: count for name, count in ending.record.items() if count} == counted
    assert (ending.again["unchanged"], ending.again["enqueued"], ending.inbox) == (REFERRALS, REFERRALS, [])
    counts = ending.state.counts
    assert sum(item.kind == "referral" for item in counts) == REFERRALS
    received = [count for item, count in counts.items() if item.name.startswith("referral.received")]
    assert received and set(received) == {1}
    assert sum(item.kind == "Dynamics lead" for item in counts) == REFERRALS
