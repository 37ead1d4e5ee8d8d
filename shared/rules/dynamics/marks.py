"""What was done to a value on its way to Dynamics: filled in, cut, left out. A code with particulars, and a line.

The English lines stand in `hnt_defaulted`; the page says the codes in its reader's language (`mark.*` in its texts).
"""

from dataclasses import dataclass, field
from typing import Any

MARKS: dict[str, str] = {
    "filled": "{stand_in}, as nothing was given",
    "withheld": "{stand_in}, as consent to contact is refused",
    "cut": "cut from {length} to {most} characters",
    "too_long": "left out, longer than {most} characters",
    "no_currency": "left out, it came without a currency",
    "unknown_currency": "left out, currency {currency} is not in this Dynamics",
    "unknown_choice": "left out, {value} is no choice in this Dynamics",
}
STAND_INS: dict[str, str] = {
    "company": "the company's name",
    "domain_shown": "the domain",
    "title_by_rule": "made from the company's name",
    "contact_mailbox": "the name of the mailbox",
    "title": "the deal's name",
    "referral_key": "the referral's id",
}
"""What stands in for a missing value, by the name of the fact."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One value that was not simply taken over. `column`: `record.column`."""

    code: str
    column: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The line in English."""
        stand_in = STAND_INS.get(self.params.get("stand_in", ""), "")
        return f"{self.column}: {MARKS[self.code].format(**{**self.params, 'stand_in': stand_in})}"
