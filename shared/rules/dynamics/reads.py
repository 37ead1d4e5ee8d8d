"""What a referral wants in; the questions to Dynamics out: filters only, never a GET by key, our lead last.

A GET by key that finds nothing is a 404 and stops the whole batch; and what is read last is the freshest, so that a
lead which a seller qualifies meanwhile is noticed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.rules.dynamics.columns import COLUMNS, Record
from shared.rules.dynamics.memory import Remembered
from shared.rules.dynamics.records import Wanted, WantedRecord
from shared.rules.idn import to_unicode

_MOST_SUGGESTIONS = 20
_UNCLAIMED = "hnt_domain eq null and statecode eq 0"
_PREFIXES = ("", "www.", "http://", "http://www.", "https://", "https://www.")


@dataclass(frozen=True, slots=True)
class Read:
    """One question: rows of this record for which the filter holds, at most `top` of them, oldest first."""

    record: Record
    filter: str
    top: int = 50


def reads_for(wanted: Wanted, remembered: Remembered) -> tuple[Read, ...]:
    """The questions of one push, for one `$batch`."""
    return tuple(_reads(wanted, remembered))


def selected(record: Record) -> tuple[str, ...]:
    """The properties that every read of this record asks for."""
    names = [
        f"{record}id",
        *(column.read_name for column in COLUMNS[record]),
        "statecode",
        "statuscode",
        "createdon",
        "modifiedon",
    ]
    if record != "opportunity":
        names += ["merged", "_masterid_value"]
    return tuple(dict.fromkeys([*names, "_ownerid_value", "_modifiedby_value"]))


def master_reads(record: Record, ids: tuple[str, ...]) -> Read:
    """Asks for what merged rows were merged into."""
    return Read(record, " or ".join(f"{record}id eq {one}" for one in ids))


def literal(text: str) -> str:
    """The text as an OData literal; the client encodes it for the address."""
    return "'" + text.replace("'", "''") + "'"


def _reads(wanted: Wanted, remembered: Remembered) -> Iterator[Read]:
    if account := wanted.records.get("account"):
        yield from _account(account, remembered)
    if contact := wanted.records.get("contact"):
        yield Read("contact", _any(_ids("contact", contact, remembered), _contact(contact)))
    for record in ("opportunity", "lead"):
        if asked := wanted.records.get(record):
            yield Read(record, _any(_ids(record, asked, remembered), f"hnt_referralid eq {literal(asked.key)}"))


def _account(asked: WantedRecord, remembered: Remembered) -> Iterator[Read]:
    """Ours first; then those that nobody of ours has claimed and that may be the company."""
    known = [_ids("account", asked, remembered), f"hnt_domain eq {literal(asked.key)}"]
    decision = remembered.account_decision
    if decision and decision != "separate":
        known.append(f"accountid eq {decision}")
    yield Read("account", _any(*known))
    yield Read("account", f"({_website(asked.key)}) and {_UNCLAIMED}")
    if tenant := asked.values.get("hnt_tenantid"):
        yield Read("account", f"hnt_tenantid eq {literal(tenant)} and {_UNCLAIMED}")
    if asked.values.get("address1_country") and decision is None:
        yield Read("account", f"name eq {literal(asked.values['name'])} and {_UNCLAIMED}", _MOST_SUGGESTIONS)


def _website(domain: str) -> str:
    """Every way to write the company's home page; an ending in `/` allows for a path."""
    hosts = dict.fromkeys((domain, to_unicode(domain)))
    ways = [prefix + host for host in hosts for prefix in _PREFIXES]
    exact = (f"websiteurl eq {literal(way)}" for way in ways)
    deeper = (f"startswith(websiteurl,{literal(way + '/')})" for way in ways)
    return _any(*exact, *deeper)


def _contact(asked: WantedRecord) -> str:
    keyed = f"hnt_contactkey eq {literal(asked.key)}"
    email = asked.values.get("emailaddress1")
    return _any(keyed, f"emailaddress1 eq {literal(email)}") if email else keyed


def _ids(record: Record, asked: WantedRecord, remembered: Remembered) -> str:
    known = dict.fromkeys((asked.id, remembered.id_of(record) or asked.id))
    return _any(*(f"{record}id eq {one}" for one in known))


def _any(*conditions: str) -> str:
    return " or ".join(conditions)
