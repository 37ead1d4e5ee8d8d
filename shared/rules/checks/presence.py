"""Checks that ask whether a record is there: TLS-RPT, BIMI, CAA, DNSSEC, and the record of MTA-STS."""

import re

from shared.rules.dns_answers import Asked
from shared.rules.evidence import Check, judged, nothing


def check_tls_rpt(domain: str, ask: Asked) -> Check:
    """Whether reports on failed encryption are asked for (RFC 8460 3)."""
    return _one_text(f"_smtp._tls.{domain}", "v=TLSRPTv1", ask)


def check_bimi(domain: str, ask: Asked) -> Check:
    """Whether a logo is published under the default selector."""
    return _one_text(f"default._bimi.{domain}", "v=BIMI1", ask)


def check_mta_sts_record(domain: str, ask: Asked) -> Check:
    """Whether a policy on encryption is announced (RFC 8461 3.1); the policy itself is fetched elsewhere."""
    return _one_text(f"_mta-sts.{domain}", "v=STSv1", ask)


def check_caa(domain: str, ask: Asked) -> Check:
    """Which authorities may issue certificates (RFC 8659); the parents' records count too."""
    labels = domain.split(".")
    answers = [ask(".".join(labels[start:]), "CAA") for start in range(max(len(labels) - 1, 1))]
    for answer in answers:
        if answer.records:
            return judged(answer, "present", "found", answer.records)
        if not answer.known:
            return nothing(answer)
    return nothing(answers[0])


def check_dnssec(domain: str, ask: Asked) -> Check:
    """Whether the parent vouches for the domain's keys (RFC 4034 5)."""
    answer = ask(domain, "DS")
    return judged(answer, "present", "found", answer.records) if answer.records else nothing(answer)


def _one_text(name: str, version: str, ask: Asked) -> Check:
    answer = ask(name, "TXT")
    begins = re.compile(re.escape(version) + r"\s*(;|$)", re.IGNORECASE)
    fitting = [text for text in answer.records if begins.match(text)]
    if len(fitting) > 1:
        return judged(answer, "invalid", "several_records", fitting)
    return judged(answer, "present", "found", fitting) if fitting else nothing(answer)
