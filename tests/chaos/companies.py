"""A number of referrals in, made-up companies out: their records in Partner Center, their DNS zone, their changes.

Every company belongs to one wave, so that what a fault did can be told apart from what the others did.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

CALM = "before any fault"
_KINDS = (("Shared", "SalesQualified", None), ("Independent", "Direct", "msft"))
_STATES = (("New", "Pending"),) * 4 + (("Active", "Accepted"),) * 2
_MAIL = ("10 {dashed}.mail.protection.outlook.com.", "1 smtp.google.com.", "10 mx.{domain}.")
_BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)


@dataclass(slots=True)
class Wave:
    """What happens while one fault is on: new records, and changes of companies that were taken in before."""

    name: str
    new: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    domains: set[str] = field(default_factory=set)
    referrals: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Companies:
    """Everything that is about to happen, and the zone in which the companies live."""

    before: Wave
    waves: list[Wave]
    zone: dict[str, Any]

    @property
    def count(self) -> int:
        """How many referrals there are."""
        return sum(len(wave.new) for wave in (self.before, *self.waves))


class _Maker:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.zone: dict[str, Any] = {}
        self._made = 0

    def company(self, wave: Wave, referrals: int, *, co_sell: bool = False) -> None:
        """One company with so many referrals at once."""
        domain = f"firm{len(self.zone) // 2:04}.example"
        exchanger = self.dice.choice(_MAIL)
        policy = self.dice.choice(("none", "quarantine", "reject"))
        exchanger = exchanger.format(domain=domain, dashed=domain.replace(".", "-"))
        self.zone[domain] = {"MX": [exchanger], "TXT": ["v=spf1 -all"]}
        self.zone[f"_dmarc.{domain}"] = {"TXT": [f"v=DMARC1; p={policy}"]}
        wave.domains.add(domain)
        for _ in range(referrals):
            self.referral(wave, f"office@{domain}", co_sell=co_sell)

    def referral(self, wave: Wave, email: str, *, co_sell: bool = False) -> None:
        """One referral of the company with this address."""
        self._made += 1
        number, dice = self._made, self.dice
        kind, qualification, inviter = _KINDS[0] if co_sell else dice.choice(_KINDS)
        status, substatus = dice.choice(_STATES)
        reference = f"00000000-0000-4000-8000-{number:012}"
        wave.referrals.add(reference)
        wave.new.append(
            {
                "id": reference,
                "engagementId": f"10000000-0000-4000-8000-{number:012}",
                "name": f"Deal {number}",
                "type": kind,
                "qualification": qualification,
                "inviteContext": {"invitedBy": {"organizationId": inviter}} if inviter else None,
                "status": status,
                "substatus": substatus,
                "direction": "Incoming",
                "createdDateTime": _stamp(number),
                "updatedDateTime": _stamp(number),
                "expirationDateTime": "2027-12-04T00:00:00Z",
                "customerProfile": {
                    "name": f"Firm of {email.partition('@')[2].partition('.')[0]} {email.partition('@')[0]}",
                    "address": {"country": "TR", "city": "Bursa"},
                    "team": [{"firstName": "A", "lastName": f"of {email}", "email": email}],
                },
                "details": {"dealValue": 1000 + number, "currency": "EUR"},
            }
        )

    def change(self, wave: Wave, record: dict[str, Any]) -> None:
        """A record of an earlier day changes its name and its value."""
        self._made += 1
        details = {"dealValue": 9000 + self._made, "currency": "EUR"}
        change = {"id": record["id"], "name": f"{record['name']} again", "details": details}
        wave.changes.append({**change, "updatedDateTime": _stamp(self._made)})


def companies(names: Sequence[str], *, referrals: int, seed: int, co_sell: frozenset[str] = frozenset()) -> Companies:
    """One wave per name; `co_sell` names the waves whose referrals are all co-sell.

    Of 32 referrals of a wave, 13 are a company's only one, 18 belong to companies of three, one has no domain.
    Four companies taken in before change with each wave.
    """
    maker = _Maker(seed)
    before = Wave(CALM)
    share = referrals / (4 + 32 + 32 * len(names)) if names else 0
    changed = max(round(4 * share), 1)
    for _ in range(changed * (len(names) + 1)):
        maker.company(before, 1)
    waves = []
    for place, name in enumerate(names):
        wave = Wave(name)
        for _ in range(max(round(13 * share), 2)):
            maker.company(wave, 1, co_sell=name in co_sell)
        for _ in range(max(round(6 * share), 1)):
            maker.company(wave, 3, co_sell=name in co_sell)
        maker.referral(wave, f"someone{place}@gmail.com")
        for record in before.new[place * changed : (place + 1) * changed]:
            maker.change(wave, record)
            domain = record["customerProfile"]["team"][0]["email"].partition("@")[2]
            before.domains.discard(domain)
            before.referrals.discard(record["id"])
            wave.domains.add(domain)
            wave.referrals.add(record["id"])
        waves.append(wave)
    return Companies(before, waves, maker.zone)


def _stamp(number: int) -> str:
    """A minute apart: each poll reads the last fifteen minutes again."""
    return (_BEGIN + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
