"""Cards of the list packed in memory come back as they went, whatever they hold."""

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.like_texts import LikeTexts

LONG = ",".join(f'"value of field {number}"' for number in range(20))


@given(st.lists(st.text(), max_size=12))
def test_every_text_comes_back(texts: list[str]) -> None:
    packing = LikeTexts()
    packed = [packing.pack(text) for text in texts]
    assert [packing.open(one) for one in packed] == texts


def test_texts_of_one_make_become_small() -> None:
    packing = LikeTexts()
    packed = [packing.pack(f'["firm{n}.example","Firm {n} A.Ş.",{LONG}]') for n in range(20)]
    assert len(packed[0]) > 400 and max(map(len, packed[6:])) < 60
