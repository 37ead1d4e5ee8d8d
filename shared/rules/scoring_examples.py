"""The worked examples of `docs/scoring.md`: what was found, and what the reader should notice."""

from typing import NamedTuple

from shared.rules.signals import MailSignals


class Example(NamedTuple):
    """One domain as a scan and its referral tell it."""

    title: str
    signals: MailSignals
    tenant_id: str | None = None
    co_sell: bool = False
    known_provider: str | None = None


EXAMPLES = (
    Example(
        "Mail at a local hoster, half protected",
        MailSignals(
            mx="present",
            spf="present",
            dkim="absent",
            dmarc="absent",
            mx_outcome="hosts",
            provider="Local",
            local_provider="Natro",
            dkim_selectors_tried=24,
        ),
    ),
    Example(
        "Google Workspace, well protected, with a co-sell referral",
        MailSignals(
            mx="present",
            spf="present",
            dkim="present",
            dmarc="present",
            mx_outcome="hosts",
            provider="Google",
            spf_includes=5,
            dmarc_policy="reject",
            dkim_selectors_tried=24,
        ),
        co_sell=True,
    ),
    Example(
        "Microsoft 365 behind a gateway, poorly looked after",
        MailSignals(
            mx="present",
            spf="present",
            dkim="absent",
            dmarc="present",
            mx_outcome="hosts",
            provider="M365",
            gateway="Proofpoint",
            dmarc_policy="none",
            dkim_selectors_tried=24,
        ),
    ),
    Example(
        "A hosting package without any protection: the sum would be negative",
        MailSignals(
            mx="present",
            spf="absent",
            dkim="absent",
            dmarc="present",
            mx_outcome="hosts",
            provider="Hosting",
            dmarc_policy="none",
            dkim_selectors_tried=24,
        ),
    ),
    Example(
        "The MX did not answer; an earlier scan had found Zoho",
        MailSignals(
            mx="unknown",
            spf="present",
            dkim="unknown",
            dmarc="absent",
            mx_outcome="unknown",
            provider="Unknown",
        ),
        known_provider="Zoho",
    ),
    Example(
        "The referral brought a tenant id",
        MailSignals(
            mx="present",
            spf="present",
            dkim="present",
            dmarc="absent",
            mx_outcome="hosts",
            provider="Google",
            dkim_selectors_tried=24,
        ),
        tenant_id="72f988bf-0000-4000-8000-2d7cd011db47",
    ),
    Example(
        "A domain that receives no mail",
        MailSignals(
            mx="absent",
            spf="present",
            dkim="absent",
            dmarc="absent",
            mx_outcome="null_mx",
            provider="Unknown",
            dkim_selectors_tried=24,
        ),
    ),
)
