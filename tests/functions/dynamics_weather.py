"""The bad weather between Hunter and Dynamics: what is injected, how it ends, and how many records there are then.

`docs/dynamics-faults.md` shows this table; `test_dynamics_weather.py` plays every line of it and holds the page to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.functions.dynamics_weather_plays import (
    BATCH,
    Play,
    at_once,
    consent,
    deed,
    denied,
    duplicate_rules,
    fault,
    key_not_active,
    killed,
    last_attempt,
    letters,
    merged,
    missing_columns,
    older_after_newer,
    organisation,
    owner,
    scores_denied,
    token_ends,
    too_long,
)
from tests.functions.dynamics_world import DynamicsWorld

_PART = {"method": "PATCH", "path": "*/opportunities*"}


@dataclass(frozen=True, slots=True)
class Weather:
    """One line. `records` counts accounts, contacts, leads, opportunities; `end`: `dynamics_status` and code."""

    name: str
    injected: str
    end: str
    records: tuple[int, int, int, int]
    play: Play

    def row(self) -> str:
        """The line as the page shows it."""
        return f"| {self.name} | {self.injected} | {self.end} | {' / '.join(map(str, self.records))} |"


def end_of(world: DynamicsWorld) -> str:
    """How the first referral stands, with the code where something is amiss."""
    state = world.standing()
    return f"`{state.shown}`" + (f", `{state.error_code}`" if state.error_code else "")


def _all() -> Iterator[Weather]:
    one, none, gone = (1, 1, 1, 1), (0, 0, 0, 0), "`blocked`, `dyn_deleted`"
    plugin = {"error": {"code": "0x80040265", "message": "The plug-in refuses."}}
    throttled = {"answer": 429, "retry_after": 7, "times": 1}
    length = {"error": {"code": "0x80044331", "message": "'name' attribute of the 'opportunity' entity is too long."}}
    yield Weather("throttled", "429 on the whole batch", "`synced`", one, fault(match=BATCH, **throttled))
    yield Weather(
        "throttled inside", "429 in one part", "`synced`", one, fault(match={"path": "*/leads*"}, **throttled)
    )
    yield Weather("throttled, still closed", "429 for 7 s, the push comes again after 0 s", "`pending`", none,
                  fault(calm=False, match=BATCH, **throttled))  # fmt: skip
    yield Weather("lost answer", "the write is done, its answer is lost", "`synced`", one,
                  fault(match={**BATCH, "nth": 2}, drop=True, after_commit=True))  # fmt: skip
    yield Weather("lost answer, 504", "the write is done, a gateway answers 504", "`synced`", one,
                  fault(match={**BATCH, "nth": 2}, answer=504, after_commit=True, body="<html></html>"))  # fmt: skip
    yield Weather("cut off", "the answer breaks off after 300 bytes", "`synced`", one,
                  fault(match={**BATCH, "nth": 2}, truncate=300))  # fmt: skip
    yield Weather("broken service", "500, 5 times", "`synced`", one, fault(match=BATCH, answer=500, times=5))
    yield Weather("broken for good", "500 at the last planned attempt", "`failed`, `gave_up`", none, last_attempt)
    yield Weather("a part fails", "400 on the opportunity, in the middle of the set", "`failed`, `dyn_validation`",
                  none, fault(match=_PART, answer=400, body=length, times=1))  # fmt: skip
    yield Weather("a plug-in refuses", "400 IsvAborted on the opportunity", "`failed`, `dyn_plugin_refused`", none,
                  fault(match=_PART, answer=400, body=plugin, times=1))  # fmt: skip
    yield Weather("token ends", "401 between reading and writing", "`synced`", one, token_ends)
    yield Weather("token refused", "401, however fresh the token", "`failed`, `dyn_signin`", none,
                  fault(match=BATCH, answer=401))  # fmt: skip
    yield Weather("privilege missing", "no create on opportunity", "`failed`, `dyn_forbidden`", none, denied)
    yield Weather("no right to predictive scores", "no create on Dynamics' own score table", "`synced`", one,
                  scores_denied)  # fmt: skip
    yield Weather("columns missing", "not provisioned", "`failed`, `dyn_column_missing`", none, missing_columns)
    yield Weather("key not active", "index in progress, then active", "`synced`", one, key_not_active)
    yield Weather("duplicate rules on", "all published; two referrals", "`synced`", (1, 1, 2, 2), duplicate_rules)
    yield Weather("lead deleted", "a seller deletes the Lead", "`blocked`, `dyn_deleted`", (1, 1, 0, 1), deed("delete"))
    yield Weather("opportunity deleted", "a seller deletes the Opportunity", gone, (1, 1, 1, 0),
                  deed("delete", "opportunity"))  # fmt: skip
    only_lead = {"create_account": False, "create_contact": False, "create_opportunity": False}
    yield Weather("qualified", "a seller qualifies the Lead", "`synced`", one, deed("qualify", **only_lead))
    yield Weather("disqualified", "a seller disqualifies the Lead", "`synced`", one, deed("disqualify"))
    yield Weather("won", "a seller wins the Opportunity", "`synced`", one, deed("win", "opportunity"))
    yield Weather("merged", "a seller merges the Account into another one", "`synced`", (2, 1, 1, 1), merged)
    yield Weather("edited", "a seller edits the column that changes here", "`synced`", one,
                  deed("edit", set={"subject": "Call on Monday"}))  # fmt: skip
    yield Weather("owner deactivated", "`DYNAMICS_OWNER` names a disabled user", "`failed`, `dyn_validation`", none,
                  owner(deactivate=False, then="nothing"))  # fmt: skip
    yield Weather("owner replaced", "… then an active one", "`synced`", one, owner(deactivate=False, then="another"))
    yield Weather("owner left", "the owner of the records is disabled", "`synced`", one,
                  owner(deactivate=True, then="nothing"))  # fmt: skip
    yield Weather("letters", "`'` `&` `/` `%` `<` emoji and Turkish letters in every field", "`synced`", one,
                  organisation(**letters()))  # fmt: skip
    yield Weather("too long", "500 characters in every name", "`synced`", one, organisation(**too_long()))
    no_partner = organisation(("columns", {"table": "lead", "column": "leadsourcecode", "without": [4]}))
    yield Weather("choice missing", "the lead source Partner does not exist", "`synced`", one, no_partner)
    yield Weather("currency unknown", "the deal is in XTS", "`synced`", one,
                  organisation(details={"dealValue": 5, "currency": "XTS"}))  # fmt: skip
    yield Weather("consent refused", "`consentToContact: false`", "`synced`", (1, 0, 1, 1), consent)
    yield Weather("two at once", "two referrals of one company at the same moment", "`synced`", (1, 1, 2, 2), at_once)
    yield Weather("killed before the write", "the worker dies, the message comes again", "`synced`", one,
                  killed("dynamics", "write"))  # fmt: skip
    yield Weather("killed after the write", "… before anything is noted", "`synced`", one, killed("leads", "change"))
    yield Weather("delivered twice", "the lock is lost after all was done", "`synced`", one, older_after_newer)


WEATHER = tuple(_all())
