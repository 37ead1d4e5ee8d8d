"""What a second scan tells that the first did not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from shared.rules.change_watch import Difference, differences
from shared.rules.signals import MailSignals
from tests.rules.judged import any_signals, signals

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = MONDAY + timedelta(days=30)


@dataclass(frozen=True)
class Scan:
    signals: MailSignals | None
    scanned_at: datetime | None = MONDAY
    registrar: str | None = "Registrar A"
    registration_expires_at: datetime | None = MONDAY + timedelta(days=300)


def told(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    found = differences(Scan(signals(**old)), Scan(signals(**new), scanned_at=LATER))
    return [(one.code, one.text) for one in found]


NO_MX: dict[str, Any] = {"mx": "absent", "mx_outcome": "no_data", "provider": "Unknown", "mx_hosts": ()}
UNUSABLE: dict[str, Any] = NO_MX | {"mx": "invalid", "mx_outcome": "unusable", "mx_hosts": ("localhost",)}
UNHEARD: dict[str, Any] = {"mx": "unknown", "mx_outcome": "unknown", "provider": "Unknown", "mx_hosts": ()}
NONE: dict[str, Any] = {"dmarc": "present", "dmarc_policy": "none"}
REJECT: dict[str, Any] = {"dmarc": "present", "dmarc_policy": "reject"}
OWN: dict[str, Any] = {"provider": "Local", "mx_hosts": ("mail.contoso.com",)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        ({}, {"provider": "M365"}, [("mx_moved", "MX moved: Google Workspace -> Microsoft 365")]),
        ({}, {"mx_hosts": ("alt1.aspmx.l.google.com",)}, []),
        (
            OWN,
            OWN | {"mx_hosts": ("mx.natro.com",)},
            [("mx_hosts_changed", "MX moved: mail.contoso.com -> mx.natro.com")],
        ),
        (OWN | {"mx_hosts": ("a.example", "b.example")}, OWN | {"mx_hosts": ("b.example", "a.example")}, []),
        ({}, NO_MX, [("mx_gone", "the domain receives no mail any more")]),
        (NO_MX, {}, [("mx_appeared", "the domain receives mail now")]),
        (NO_MX, NO_MX | {"mx_outcome": "null_mx"}, []),
        (NO_MX, UNUSABLE, []),
        ({}, UNUSABLE, [("mx_gone", "the domain receives no mail any more")]),
        (UNUSABLE, {}, [("mx_appeared", "the domain receives mail now")]),
        ({}, {"gateway": "Mimecast"}, [("gateway_changed", "mail gateway: none -> Mimecast")]),
        ({}, {"spf": "absent"}, [("spf_removed", "SPF was removed")]),
        ({"spf": "absent"}, {}, [("spf_added", "SPF was added")]),
        ({}, {"spf": "invalid"}, [("spf_broken", "SPF became invalid")]),
        ({"dkim": "invalid"}, {}, [("dkim_mended", "DKIM was mended")]),
        ({}, REJECT, [("dmarc_added", "DMARC was added")]),
        (NONE, REJECT, [("policy_tightened", "DMARC policy tightened: none -> reject")]),
        (REJECT, NONE, [("policy_loosened", "DMARC policy loosened: reject -> none")]),
        (NONE, {"dmarc": "present", "dmarc_policy": None}, []),
    ],
)
def test_two_answers_that_differ_are_told(
    old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(old, new) == expected


@pytest.mark.parametrize("unheard", [UNHEARD, {"spf": "unknown"}, {"dkim": "unknown"}, {"dmarc": "unknown"}])
def test_what_could_not_be_asked_is_no_change(unheard: dict[str, Any]) -> None:
    assert told({}, unheard) == []
    assert told(unheard, {}) == []


def days(number: int) -> datetime:
    return MONDAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (days(300), days(300), None),
        (days(59), days(59), "domain_expires_soon"),
        (days(20), days(20), "domain_expired"),
        (days(29), days(35), None),
        (days(20), days(395), "domain_renewed"),
        (days(300), days(665), None),
        (None, days(40), "domain_expires_soon"),
        (None, days(20), "domain_expired"),
        (None, days(300), None),
        (days(40), None, None),
    ],
)
def test_an_expiry_is_told_once_when_it_comes_near(
    before: datetime | None, after: datetime | None, code: str | None
) -> None:
    found = differences(
        Scan(signals(), registration_expires_at=before),
        Scan(signals(), scanned_at=LATER, registration_expires_at=after),
    )
    assert [one.code for one in found] == ([code] if code else [])


def test_a_new_registrar_is_told() -> None:
    (found,) = differences(Scan(signals()), Scan(signals(), registrar="Registrar B"))
    assert found == Difference(
        "registrar_changed", "Registrar A", "Registrar B", "registrar changed: Registrar A -> Registrar B"
    )


def test_a_registrar_that_could_not_be_asked_is_no_change() -> None:
    assert differences(Scan(signals()), Scan(signals(), registrar=None)) == []


def test_a_first_scan_differs_from_nothing() -> None:
    assert differences(Scan(None), Scan(signals())) == []


@given(any_signals, any_signals)
def test_any_two_scans_can_be_compared(old: MailSignals, new: MailSignals) -> None:
    for one in differences(Scan(old), Scan(new)):
        assert one.text
    assert differences(Scan(new), Scan(new)) == []


def test_a_policy_that_nobody_knows_counts_as_none() -> None:
    assert told(REJECT, REJECT | {"dmarc_policy": "maybe"}) == [
        ("policy_loosened", "DMARC policy loosened: reject -> maybe")
    ]
