"""Our id is written to a referral at Partner Center, and never over what somebody else has written."""

from typing import Any

import pytest

from shared.errors import TransientError
from tests.clients.partner_center_world import World, world

__all__ = ["world"]


def test_one_referral_is_read_by_its_id(world):
    assert world.client.get("r-0007")["eTag"] == '"7"'
    assert world.client.get("r-9999") is None
    assert world.client.get("../x?y") is None


def stored(world: World, id_: str) -> Any:
    return world.client.get(id_)["externalReferenceId"]


def test_our_id_is_written_with_the_etag_as_it_came(world):
    assert world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert stored(world, "r-0007") == "lead-1"


@pytest.mark.parametrize("etag", [None, '"old"'])
def test_a_referral_that_changed_meanwhile_is_read_and_written_again(world, etag):
    assert world.client.write_external_reference("r-0007", etag, "lead-1")
    assert stored(world, "r-0007") == "lead-1"


def test_somebody_elses_id_stays(world):
    world.post("referrals", {"change": [{"id": "r-0007", "externalReferenceId": "theirs"}]})
    assert not world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert stored(world, "r-0007") == "theirs"


def test_our_own_id_is_not_written_twice(world):
    world.fault(match={"method": "PATCH"}, drop=True, after_commit=True, times=1)
    with pytest.raises(TransientError):
        world.client.write_external_reference("r-0007", '"7"', "lead-1")
    version = world.client.get("r-0007")["eTag"]
    assert world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert world.client.get("r-0007")["eTag"] == version


def test_a_referral_that_keeps_changing_is_tried_later(world):
    world.fault(match={"method": "PATCH"}, answer=412)
    with pytest.raises(TransientError):
        world.client.write_external_reference("r-0007", '"7"', "lead-1")
    assert world.hits() == [2]


def test_a_vanished_referral_is_not_written_to(world):
    assert not world.client.write_external_reference("r-9999", None, "lead-1")
