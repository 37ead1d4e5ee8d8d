"""A world at rest in, everything countable about it out; two of those in, what one lost, doubled or has otherwise.

Times, versions and what only tells of the trouble itself are left out: they may differ.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

TABLES = ("account", "contact", "lead", "opportunity")
_TOLD_OF_TROUBLE = frozenset({"dynamics.failed", "failure.replayed"})
_MAY_REPEAT = frozenset({"scan.done", "scan.changed", "score.judged", "score.changed", "dynamics.updated"})
"""How often these happen depends on which of a company's referrals came first, and on what DNS answered when."""
_TIMES = ("_at", "createdon", "modifiedon", "lastsyncedon", "version", "versionnumber", "_url")
_FOREIGN = frozenset({"systemuser", "businessunit", "transactioncurrency", "team"})


class Item(NamedTuple):
    """One countable thing: what kind, of which referral or domain it is, and which one."""

    kind: str
    subject: str
    name: str


@dataclass(slots=True)
class EndState:
    """How often each thing exists, and what it holds."""

    counts: Counter[Item] = field(default_factory=Counter)
    contents: dict[Item, str] = field(default_factory=dict)

    def add(self, item: Item, content: Any = None) -> None:
        """Counts one thing; of equal ones the content of the last is kept."""
        self.counts[item] += 1
        if content is not None:
            self.contents[item] = json.dumps(content, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second state has too few of, too many of, and what it tells otherwise."""

    lost: Counter[Item]
    doubled: Counter[Item]
    different: dict[Item, tuple[str, str]]

    @property
    def any(self) -> bool:
        """Whether there is any difference at all."""
        return bool(self.lost or self.doubled or self.different)

    def of(self, subjects: Iterable[str]) -> "Comparison":
        """The part that concerns these domains and referrals."""
        wanted = set(subjects)
        return Comparison(
            Counter({item: count for item, count in self.lost.items() if item.subject in wanted}),
            Counter({item: count for item, count in self.doubled.items() if item.subject in wanted}),
            {item: pair for item, pair in self.different.items() if item.subject in wanted},
        )


def compare(calm: EndState, stormy: EndState) -> Comparison:
    """What the storm changed."""
    both = calm.contents.keys() & stormy.contents.keys()
    different = {item: (calm.contents[item], stormy.contents[item]) for item in both}
    return Comparison(
        calm.counts - stormy.counts,
        stormy.counts - calm.counts,
        {item: pair for item, pair in different.items() if pair[0] != pair[1]},
    )


def end_state(
    *,
    leads: Iterable[Mapping[str, Any]],
    referrals: Iterable[Mapping[str, Any]],
    timelines: Mapping[str, Iterable[Mapping[str, Any]]],
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    by_subject: frozenset[str] = frozenset(),
) -> EndState:
    """Counts everything. `by_subject`: domains whose repeatable events are left out, since DNS failed them."""
    state = EndState()
    several = {lead["domain"] for lead in leads if lead["referral_count"] != 1} | by_subject
    for lead in leads:
        state.add(Item("lead", lead["domain"], ""), _lasting(lead))
    for referral in referrals:
        state.add(Item("referral", referral["domain"] or referral["id"], referral["id"]), _lasting(referral))
    for domain, events in timelines.items():
        for event in events:
            _add_event(state, domain, event, repeatable=domain in several)
    owner = _owners(rows)
    for table in TABLES:
        for row in rows[table]:
            state.add(Item(f"Dynamics {table}", owner(table, row), row[f"{table}id"]), _lasting(row))
    return state


def _add_event(state: EndState, domain: str, event: Mapping[str, Any], *, repeatable: bool) -> None:
    code, params = event["code"], event["params"]
    if code in _TOLD_OF_TROUBLE or (repeatable and code in _MAY_REPEAT):
        return
    if code == "dynamics.created":
        for record in params["records"]:
            state.add(Item("event", domain, f"{code} {record}"))
    elif code == "dynamics.updated":
        state.add(Item("event", domain, f"{code} {sorted(params['fields'])}"))
    else:
        state.add(Item("event", domain, f"{code} {json.dumps(params, sort_keys=True)}"))


def _owners(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> Any:
    """Whose a record in Dynamics is: the company's, or the referral's when that has none."""
    leads = {row["leadid"]: row.get("hnt_domain") or row.get("hnt_referralid") for row in rows["lead"]}
    by_contact = {_id(row.get("parentcontactid")): leads[row["leadid"]] for row in rows["lead"]}
    referrals = {row.get("hnt_referralid"): leads[row["leadid"]] for row in rows["lead"]}

    def owner(table: str, row: Mapping[str, Any]) -> str:
        known = {
            "account": row.get("hnt_domain"),
            "contact": by_contact.get(row.get("contactid")),
            "lead": leads.get(row.get("leadid")),
            "opportunity": referrals.get(row.get("hnt_referralid")),
        }
        return str(known[table] or "nobody")

    return owner


def _id(link: Any) -> str | None:
    return link["id"] if isinstance(link, dict) else None


def _lasting(content: Mapping[str, Any]) -> dict[str, Any]:
    """What does not depend on the day: no times, versions, owners."""
    return {
        name: value
        for name, value in content.items()
        if not name.endswith(_TIMES) and not (isinstance(value, dict) and value.get("table") in _FOREIGN)
    }
