"""A Lead of ours in Dynamics and what the store holds of its referral in; how they differ out. Pure.

Only what Hunter owns is compared; what sellers changed, and records that they closed, are theirs.
"""

from collections.abc import Mapping
from typing import Any

from shared.rules.dynamics.ids import by_hand_key
from shared.rules.dynamics.memory import same
from shared.rules.dynamics.state import Row, state_of

COMPARED = ("hnt_referralid", "hnt_domain", "hnt_referraltype", "hnt_score", "hnt_segment")
NOT_THERE_YET = frozenset({"pending", "running", "failed"})
"""Dynamics states of a referral that has something to tell; in Dynamics it is missing or stale."""
EXPECTED = NOT_THERE_YET | {"synced"}
"""Dynamics states of a referral for which Dynamics should hold a Lead: it was written once, or has something to tell.
"""

Fields = Mapping[str, Any]


def key_of(row: Row) -> str:
    """The referral's key that the Lead was made for."""
    return str(row.get("hnt_referralid") or "").lower()


def is_by_hand(row: Row) -> bool:
    """Whether it was made for a company without a referral."""
    return bool(row.get("hnt_domain")) and key_of(row) == by_hand_key(str(row["hnt_domain"]))


def stale_fields(row: Row, referral: Fields, lead: Fields | None) -> tuple[str, ...]:
    """Which columns of an open Lead say something else than the store; `version` when a push is still owed."""
    if state_of("lead", row) != "open":
        return ()
    held = {"hnt_domain": referral.get("domain"), "hnt_referraltype": referral.get("type")}
    if lead:
        held |= {"hnt_score": lead.get("score"), "hnt_segment": lead.get("segment")}
    differing = tuple(name for name, value in held.items() if not same(row.get(name), value))
    return differing or (("version",) if referral.get("dynamics_status") in NOT_THERE_YET else ())
