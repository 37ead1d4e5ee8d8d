"""What is packed comes back as it was, and what would open into too much is not opened."""

import pytest

from shared.clients.packing import pack, unpack
from shared.errors import PermanentError


@pytest.mark.parametrize("text", ["", "x", "ığüşöç" * 50_000, "\U0001f600"])
def test_a_packed_text_comes_back_as_it_was(text: str) -> None:
    assert unpack(pack(text)) == text


def test_half_a_surrogate_pair_comes_back_as_its_escape() -> None:
    assert unpack(pack('{"name": "a\ud800b"}')) == '{"name": "a\\ud800b"}'


def test_a_compressed_bomb_is_not_opened() -> None:
    with pytest.raises(PermanentError, match="referral_too_large"):
        unpack(pack("0" * 3_000_000), limit=1_000_000)
