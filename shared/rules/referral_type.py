"""A referral's type, qualification and inviter go in; the contract's `referral_type` comes out.

Source: Microsoft's "referrals API introduction" (three categories by three fields), with the gaps closed as
`reference/partner-center-referrals-api.md` section 6 says. The first rule that fits wins; nothing is guessed.
"""

from typing import NamedTuple

UNCLASSIFIED = "unclassified"
MICROSOFT = "msft"


class Rule(NamedTuple):
    """Lower-case values that fit; `inviters` holds `msft`, `nobody` and `other`. An empty set means any."""

    gives: str
    types: frozenset[str]
    qualifications: frozenset[str] = frozenset()
    inviters: frozenset[str] = frozenset()


RULES = (
    Rule("co-sell", frozenset({"shared"})),
    Rule("co-sell", frozenset({"independent"}), frozenset({"salesqualified", "none"}), frozenset({"other"})),
    Rule("marketplace", frozenset({"independent"}), frozenset({"direct"}), frozenset({"msft", "nobody"})),
    Rule(
        "solution-provider",
        frozenset({"independent"}),
        frozenset({"salesqualified", "marketingqualified"}),
        frozenset({"msft"}),
    ),
)
"""Ordered. Shared comes first: co-sell that Microsoft starts is Shared and invited by `msft`."""


def referral_type(type_: str | None, qualification: str | None, invited_by: str | None) -> str:
    """The contract's `referral_type` for the API's three raw values, in any letter case."""
    inviter = "nobody" if not invited_by else MICROSOFT if invited_by.lower() == MICROSOFT else "other"
    facts = ((type_ or "").lower(), (qualification or "").lower(), inviter)
    for rule in RULES:
        if all(not fits or fact in fits for fact, fits in zip(facts, rule[1:], strict=True)):
            return rule.gives
    return UNCLASSIFIED
