"""A question goes in; what a recursive name server finds for it comes out: records, an outcome, how slowly.

Wildcards are those of RFC 4592, aliases (CNAME) are followed inside the zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import dns.name
import dns.rrset
from dns.name import Name
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdatatype import CNAME, SOA, RdataType
from dns.rdtypes.ANY.CNAME import CNAME as Alias
from dns.rrset import RRset

TTL = 60
_START_OF_AUTHORITY = f"ns.sandbox.example. hostmaster.sandbox.example. 1 3600 600 86400 {TTL}"


class Outcome(StrEnum):
    """How a question ends. TRUNCATE is empty and marked TC over UDP, and answered in full over TCP."""

    ANSWER = "ANSWER"
    NXDOMAIN = "NXDOMAIN"
    NODATA = "NODATA"
    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"
    TIMEOUT = "TIMEOUT"
    TRUNCATE = "TRUNCATE"


@dataclass(frozen=True, slots=True)
class Given:
    """What the zone gives for one name and type; `delay` in seconds."""

    outcome: Outcome
    records: tuple[Rdata, ...] = ()
    delay: float = 0.0


Entry = Given | Mapping[RdataType, Given]
"""A whole name's outcome, or what it gives per type."""

NOTHING: Mapping[RdataType, Given] = {}
"""A name that exists without any record: a parent of a listed name."""


@dataclass(slots=True)
class Found:
    """What a question found: the sections of the answer and how it ends."""

    outcome: Outcome = Outcome.NODATA
    answer: list[RRset] = field(default_factory=list)
    authority: list[RRset] = field(default_factory=list)
    delay: float = 0.0
    truncated: bool = False


class Zone:
    """All names with their entries, ready to be asked."""

    def __init__(self, entries: Mapping[Name, Entry]) -> None:
        self._entries = dict(entries)
        self._parents = {dns.name.root}
        for name in entries:
            while name != dns.name.root:
                name = name.parent()
                self._parents.add(name)

    def find(self, name: Name, rdtype: RdataType) -> Found:
        """The answer to one question, aliases followed to their end; a ring of aliases is a SERVFAIL."""
        found, seen = Found(), set[Name]()
        while name not in seen:
            seen.add(name)
            given, alias = self._given(name, rdtype)
            found.delay += given.delay
            found.truncated |= given.outcome is Outcome.TRUNCATE
            if given.records:
                found.answer.append(dns.rrset.from_rdata_list(name, TTL, given.records))
            if alias is None:
                found.outcome = given.outcome
                if given.outcome is Outcome.NXDOMAIN or not given.records:
                    found.authority.append(self._start_of_authority(name))
                return found
            name = alias
        return Found(Outcome.SERVFAIL, delay=found.delay)

    def _given(self, name: Name, rdtype: RdataType) -> tuple[Given, Name | None]:
        """What stands at this name, and the name that it is an alias of."""
        entry = self._entry(name)
        if isinstance(entry, Given):
            return entry, None
        given = entry.get(CNAME, Given(Outcome.NODATA))
        if rdtype not in entry and given.records and isinstance(alias := given.records[0], Alias):
            return given, alias.target.canonicalize()
        return entry.get(rdtype, Given(Outcome.NODATA)), None

    def _entry(self, name: Name) -> Entry:
        if name in self._entries:
            return self._entries[name]
        if name in self._parents:
            return NOTHING
        closest = name.parent()
        while closest not in self._entries and closest not in self._parents:
            closest = closest.parent()
        return self._entries.get(Name((b"*", *closest.labels)), Given(Outcome.NXDOMAIN))

    def _start_of_authority(self, name: Name) -> RRset:
        """The nearest SOA that is listed, else one made up for the highest listed name (RFC 2308 section 3)."""
        highest = dns.name.root
        while name != dns.name.root:
            entry = self._entries.get(name)
            if isinstance(entry, Mapping) and SOA in entry and entry[SOA].records:
                return dns.rrset.from_rdata_list(name, TTL, entry[SOA].records)
            highest = name if entry is not None else highest
            name = name.parent()
        return dns.rrset.from_text(highest, TTL, IN, SOA, _START_OF_AUTHORITY)
