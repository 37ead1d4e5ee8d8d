"""The customer's people who refused to be contacted go in; free texts come out with no trace of how to reach them.

Sellers write names and numbers into notes, so masking the contact alone would withhold nothing. The raw record, which
nobody is shown without consent, keeps everything.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.rules.referral_resource import Member

MASK = "…"
_EMAIL = r"[^\s@<>,;\"()]{1,64}@[^\s@<>,;\"()]{1,190}\.[^\s@<>,;.\"()]{1,63}"
_DATE = r"\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4}"
_PHONE = rf"(?<![\w.,])(?!{_DATE})(?:\+|00|\(\+?)?\d(?:[ ()/.-]{{0,2}}\d){{6,14}}(?!\w)"
"""Seven to fifteen digits (E.164) with what people put between them; an amount is caught now and then."""
_SHORTEST_NAME = 3
_MOST_NAMES = 200


class Withholding:
    """Masks every e-mail address, every telephone number and the names of these people; nothing unless `refused`."""

    def __init__(self, people: "Iterable[Member]", *, company: str | None, refused: bool) -> None:
        self._pattern = _pattern(list(people), company or "") if refused else None

    def of(self, text: str | None) -> str | None:
        """The text with each trace replaced by `…`."""
        return self._pattern.sub(MASK, text) if self._pattern and text else text


def _pattern(people: "list[Member]", company: str) -> "re.Pattern[str]":
    """Words that are part of the company's own name stay: they are no secret, and the deal is named after it."""
    names = [_words(text) for one in people for text in (_full(one), one.name) if text]
    of_company = {word.casefold() for word in _words(company)}
    words = {(word,) for name in names for word in name if word.casefold() not in of_company}
    known = words | {tuple(name) for name in names if len(name) > 1}
    told = [r"\W{1,3}".join(one) for one in known if len("".join(one)) >= _SHORTEST_NAME]
    named = [rf"\b(?:{'|'.join(sorted(told, key=len, reverse=True)[:_MOST_NAMES])})\b"] if told else []
    return re.compile("|".join([_EMAIL, _PHONE, *named]), re.IGNORECASE)


def _full(person: "Member") -> str:
    return " ".join(part for part in (person.first_name, person.last_name) if part)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)
