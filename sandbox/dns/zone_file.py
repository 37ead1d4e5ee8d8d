"""A zone as JSON (contract, section 8) goes in; a `Zone` comes out, or one error that names every problem.

Beyond the contract: `{"truncate": true, "records": […]}` is TC over UDP with these records over TCP, and `records` may
be an outcome, so that `{"delay_ms": 300, "records": "NODATA"}` is a slow nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.exception
import dns.name
from dns.name import Name
from dns.rdata import Rdata
from dns.rdatatype import CNAME, SOA, TXT, RdataType

from sandbox.dns.record_text import read_pieces, read_record
from sandbox.dns.zone import Entry, Given, Outcome, Zone

SAMPLES = Path(__file__).parent.parent / "samples" / "zone.json"
TYPES = ("A", "AAAA", "MX", "TXT", "CNAME", "NS", "SOA", "CAA", "DS", "DNSKEY", "PTR", "TLSA", "SRV")
OUTCOMES = tuple(outcome.value for outcome in Outcome if outcome is not Outcome.ANSWER)
LONGEST_DELAY_MS = 600_000
_ONE_OF_OUTCOMES = f"write one of {', '.join(OUTCOMES)}"
_LIST = 'write a list of records, an outcome, or {"delay_ms": 300, "records": […]}'


@dataclass(frozen=True, slots=True)
class ZoneProblem:
    """What is wrong at a name and type (empty: the name as a whole), and how to mend it."""

    name: str
    type: str
    problem: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.name} {self.type}".strip()
        return f"{where}: {self.problem}; {self.fix}." if where else f"{self.problem}; {self.fix}."


class ZoneWrongError(ValueError):
    """A zone that cannot be served. `problems` holds all of them, the text too, one a line."""

    def __init__(self, source: str, problems: list[ZoneProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([f"{source} is wrong in {len(problems)} place(s):", *map(str, problems)]))


class _Twice(dict[str, Any]):
    """A JSON object that remembers the keys which it was given more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.repeated = sorted({name for name in names if names.count(name) > 1}) if len(self) < len(pairs) else []


def read_zone(given: Mapping[str, Any] | Path) -> Zone:
    """The zone of a mapping or of a JSON file. Raises ZoneWrongError with every problem that it has."""
    if not isinstance(given, Path):
        return _Reader().read(given, "The zone")
    try:
        content = json.loads(given.read_text(encoding="utf-8"), object_pairs_hook=_Twice)
    except OSError as error:
        raise ZoneWrongError(
            str(given), [ZoneProblem("", "", f"it cannot be read ({error.strerror})", "check the path")]
        ) from None
    except ValueError as error:
        raise ZoneWrongError(str(given), [ZoneProblem("", "", f"it is not JSON ({error})", "mend it there")]) from None
    return _Reader().read(content, str(given))


class _Reader:
    def __init__(self) -> None:
        self._problems: list[ZoneProblem] = []
        self._entries: dict[Name, Entry] = {}
        self._at = ("", "")

    def read(self, content: Any, source: str) -> Zone:
        if isinstance(content, Mapping):
            self._read_names(content)
        else:
            self._wrong("it is no JSON object", 'write {"contoso.com": {"MX": ["10 mail.contoso.com."]}}')
        if self._problems:
            raise ZoneWrongError(source, self._problems)
        return Zone(self._entries)

    def _wrong(self, problem: str, fix: str) -> None:
        self._problems.append(ZoneProblem(*self._at, problem, fix))

    def _note_repeated(self, content: Mapping[str, Any], name: str | None = None) -> None:
        for key in content.repeated if isinstance(content, _Twice) else ():
            self._at = (key, "") if name is None else (name, key)
            self._wrong("it is given more than once", "put all of it into one")

    def _read_names(self, content: Mapping[str, Any]) -> None:
        self._note_repeated(content)
        for text, given in content.items():
            self._at = (str(text), "")
            name = self._name(str(text))
            entry = self._entry(given)
            if name is not None and entry is not None:
                if name in self._entries:
                    self._wrong("the same name stands above in another spelling", "put all of it into one")
                self._entries[name] = entry

    def _name(self, text: str) -> Name | None:
        try:
            name = dns.name.from_text(text).canonicalize()
        except (dns.exception.DNSException, ValueError) as error:
            self._wrong(f"it is no domain name ({error})", "write a name such as contoso.com or *.contoso.com")
            return None
        if not text or b"*" in name.labels[1:]:
            self._wrong("it is no domain name", "write a name such as contoso.com; * stands first only")
            return None
        return name

    def _entry(self, given: Any) -> Entry | None:
        if isinstance(given, str):
            outcome = self._outcome(given, _ONE_OF_OUTCOMES)
            return None if outcome is None else Given(outcome)
        if not isinstance(given, Mapping):
            self._wrong("it is neither an outcome nor an object of types", 'write "TIMEOUT" or {"MX": […]}')
            return None
        name = self._at[0]
        self._note_repeated(given, name)
        entry = {}
        for label, content in given.items():
            self._at = (name, str(label))
            if label not in TYPES:
                self._wrong("this type is not known", f"write one of {', '.join(TYPES)}")
                continue
            rdtype = RdataType[label]
            read = self._given(rdtype, content)
            if read is not None:
                entry[rdtype] = read
        self._at = (name, "")
        return entry

    def _given(self, rdtype: RdataType, content: Any) -> Given | None:
        if isinstance(content, Mapping):
            return self._slow_or_truncated(rdtype, content)
        if isinstance(content, str):
            outcome = self._outcome(content, _LIST)
            return None if outcome is None else Given(outcome)
        if not isinstance(content, list):
            self._wrong("it is neither a list of records nor an outcome", _LIST)
            return None
        records = [record for text in content if (record := self._record(rdtype, text)) is not None]
        if rdtype in (CNAME, SOA) and len(content) > 1:
            self._wrong(f"a name has one {rdtype.name}, not {len(content)}", "keep one of them")
        return Given(Outcome.ANSWER if content else Outcome.NODATA, tuple(records))

    def _slow_or_truncated(self, rdtype: RdataType, content: Mapping[str, Any]) -> Given | None:
        delay, truncate = content.get("delay_ms", 0), content.get("truncate", False)
        if unknown := sorted(set(content) - {"delay_ms", "records", "truncate"}):
            self._wrong(f"{', '.join(unknown)} is not known here", "keep delay_ms, records and truncate")
        if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= LONGEST_DELAY_MS:
            self._wrong(f"delay_ms is {json.dumps(delay)}", f"write milliseconds from 0 to {LONGEST_DELAY_MS}")
            delay = 0
        if not isinstance(truncate, bool):
            self._wrong(f"truncate is {json.dumps(truncate)}", "write true or false")
        records = content.get("records")
        if records is None or isinstance(records, Mapping):
            self._wrong("records is missing" if records is None else "records is an object", _LIST)
            return None
        inner = self._given(rdtype, records)
        if inner is None:
            return None
        return Given(Outcome.TRUNCATE if truncate is True else inner.outcome, inner.records, delay / 1000)

    def _outcome(self, text: str, fix: str) -> Outcome | None:
        if text in OUTCOMES:
            return Outcome(text)
        self._wrong(f"'{text}' is no outcome", fix)
        return None

    def _record(self, rdtype: RdataType, given: Any) -> Rdata | None:
        try:
            if isinstance(given, str):
                return read_record(rdtype, given)
            if rdtype == TXT and isinstance(given, list) and given and all(isinstance(one, str) for one in given):
                return read_pieces(given)
        except ValueError as error:
            self._wrong(*error.args)
            return None
        self._wrong(f"{json.dumps(given, default=str)} is no record", "write each record as one text")
        return None
