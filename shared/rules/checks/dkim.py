"""TXT answers of selectors in; out: the keys that the domain signs with, or that none was found among those tried."""

from typing import Any

from shared.rules.dkim import COMMON_SELECTORS, DkimKey, derived_selectors, read_dkim
from shared.rules.dns_answers import Asked, DnsAnswer
from shared.rules.evidence import Check, judged, nothing
from shared.rules.mx import mail_hosts
from shared.rules.providers import provider_of
from shared.rules.spf import read_spf, spf_records


def check_dkim(domain: str, ask: Asked) -> Check:
    """Common selectors at once, those of the provider and of named senders as soon as MX and SPF are known.

    Nobody can list a domain's selectors, so "absent" only means: not found among `tried`.
    """
    answers = {selector: ask(f"{selector}._domainkey.{domain}", "TXT") for selector in COMMON_SELECTORS}
    provider = provider_of(mail_hosts(ask(domain, "MX").records)).provider
    includes = [name for text in spf_records(ask(domain, "TXT").records)[:1] for name in read_spf(text).includes]
    for selector in derived_selectors(provider, includes):
        answers[selector] = ask(f"{selector}._domainkey.{domain}", "TXT")
    keys: dict[str, tuple[DkimKey, str]] = {}
    for selector, answer in answers.items():
        for text in answer.records:
            if selector not in keys and (key := read_dkim(text)):
                keys[selector] = (key, text)
    return _judge(answers, keys)


def _judge(answers: dict[str, DnsAnswer], keys: dict[str, tuple[DkimKey, str]]) -> Check:
    unanswered = [selector for selector, answer in answers.items() if not answer.known]
    valid = [selector for selector, (key, _) in keys.items() if key.state == "valid"]
    signing = valid or [selector for selector, (key, _) in keys.items() if key.state == "unreadable"]
    records = [text for _, text in keys.values()]
    detail: dict[str, Any] = {
        "tried": len(answers),
        "found": signing,
        "keys": {selector: _facts(key, answers[selector]) for selector, (key, _) in keys.items()},
        "targets": [answer.target for answer in answers.values() if answer.target],
        "unanswered": unanswered,
    }
    if signing:
        return judged(answers[signing[0]], "present", "found" if valid else "unreadable", records, **detail)
    if unanswered:
        return nothing(answers[unanswered[0]], **detail)
    if keys:
        revoked = all(key.state == "revoked" for key, _ in keys.values())
        return judged(answers[next(iter(keys))], "invalid", "revoked" if revoked else "malformed", records, **detail)
    return judged(next(iter(answers.values())), "absent", "not_found", **detail)


def _facts(key: DkimKey, answer: DnsAnswer) -> dict[str, object]:
    return {"state": key.state, "type": key.type, "bits": key.bits, "testing": key.testing, "target": answer.target}
