"""A scan's result and the lead as it stood in, the lead's new evidence and the events out. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.rules.change import Change
from shared.rules.change_watch import differences
from shared.rules.events import Event
from shared.rules.lead import Lead, ScanState
from shared.rules.signals import MailSignals

_SCORED = ("mx", "spf", "dkim", "dmarc")
_NOBODY_TO_ASK = "no_service"


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What a scan tells the lead; the whole evidence is kept elsewhere."""

    scanned_at: datetime
    signals: MailSignals
    registrar: str | None = None
    registration_expires_at: datetime | None = None
    registration_known: bool = False
    infrastructure: str | None = None
    tenant_id: str | None = None
    unanswered: tuple[str, ...] = ()

    @classmethod
    def of(cls, result: Any) -> "ScanReport":
        """The report of a `shared.clients.dns.ScanResult`: detail fields that a check did not fill stay None."""
        registration = result.checks.get("registration")
        network = result.checks.get("network")
        tenant = result.checks.get("tenant")
        facts = registration.detail if registration else {}
        expires = facts.get("expires_at")
        return cls(
            scanned_at=result.scanned_at,
            signals=result.signals,
            registrar=facts.get("registrar"),
            registration_expires_at=datetime.fromisoformat(expires) if expires else None,
            registration_known=registration is not None and registration.state != "unknown",
            infrastructure=network.detail.get("summary") if network else None,
            tenant_id=tenant.detail.get("tenant_id") if tenant else None,
            unanswered=tuple(
                name
                for name, check in sorted(result.checks.items())
                if name not in _SCORED and check.state == "unknown" and check.outcome != _NOBODY_TO_ASK
            ),
        )


def checks_to_ask_again(scan: ScanState) -> frozenset[str]:
    """The checks that nobody answered, and that are worth asking again.

    DKIM is among them, too, when no key was found while MX or SPF were silent: some selectors follow from these.
    """
    if scan.signals is None:
        return frozenset()
    unknown = {name for name in _SCORED if getattr(scan.signals, name) == "unknown"}
    if unknown & {"mx", "spf"} and scan.signals.dkim == "absent":
        unknown.add("dkim")
    return frozenset(unknown | set(scan.unanswered))


def scan_change(lead: Lead, report: ScanReport, *, evidence_key: str, retried: bool, trace: str) -> Change:
    """The lead with this evidence. Its version grows only when something that people or the score see has changed."""
    before = lead.scan
    registrar = report.registrar if report.registration_known else before.registrar
    expires = report.registration_expires_at if report.registration_known else before.registration_expires_at
    changed = (before.signals, before.registrar, before.registration_expires_at, before.infrastructure) != (
        report.signals,
        registrar,
        expires,
        report.infrastructure or before.infrastructure,
    )
    after = ScanState(
        wanted=before.wanted,
        done=before.wanted,
        version=before.version + 1 if changed or not before.version else before.version,
        scanned_at=report.scanned_at,
        evidence_key=evidence_key,
        signals=report.signals,
        known_provider=before.known_provider if report.signals.mx == "unknown" else report.signals.provider,
        registrar=registrar,
        registration_expires_at=expires,
        infrastructure=report.infrastructure or before.infrastructure,
        found_tenant_id=report.tenant_id or before.found_tenant_id,
        unanswered=report.unanswered,
        retries=before.retries + 1 if retried else 0,
    )
    return Change(lead=replace(lead, scan=after), events=_events(before, after, trace))


def _events(before: ScanState, after: ScanState, trace: str) -> list[Event]:
    signals = after.signals
    assert signals is not None
    told = {"provider": signals.provider, "completeness": signals.completeness}
    events = [Event("scan.done", params=told, trace=trace)]
    if before.signals is not None:
        found = differences(before, after)
        if found:
            params = {
                "changes": [{"code": one.code, "old": one.old, "new": one.new, "text": one.text} for one in found]
            }
            events.append(Event("scan.changed", params=params, trace=trace))
    return events
