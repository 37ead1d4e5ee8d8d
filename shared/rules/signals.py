"""What a scan found out about a domain, as the score reads it: four states, a provider, and how complete it is."""

from dataclasses import dataclass
from typing import Literal

State = Literal["present", "absent", "invalid", "unknown"]
MailOutcome = Literal["hosts", "unusable", "null_mx", "no_data", "nxdomain", "unknown"]


@dataclass(frozen=True, slots=True)
class MailSignals:
    """The mail side of one domain. `unknown` means that nobody answered, which is never the same as `absent`."""

    mx: State
    spf: State
    dkim: State
    dmarc: State
    mx_outcome: MailOutcome
    """Why there is no MX: a null MX (RFC 7505), no data, no such name, only hosts that can take no mail; or `hosts`."""
    provider: str
    """One of the contract's providers. `Unknown` when the MX is unknown, or nobody takes the mail."""
    mx_hosts: tuple[str, ...] = ()
    gateway: str | None = None
    """The security gateway in front (Proofpoint, Mimecast …), when the MX names one."""
    local_provider: str | None = None
    """The hoster's name behind a `Local` MX."""
    spf_includes: int = 0
    dmarc_policy: Literal["none", "quarantine", "reject"] | None = None
    dkim_selectors_tried: int = 0
    dkim_selectors_found: tuple[str, ...] = ()

    @property
    def completeness(self) -> int:
        """Answered checks of MX, SPF, DKIM and DMARC in percent."""
        states = (self.mx, self.spf, self.dkim, self.dmarc)
        return 100 * sum(state != "unknown" for state in states) // len(states)
