"""The four checks that make the score: MX, SPF, DKIM and DMARC of one domain, each as a `Check`."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from shared.clients.dns_questions import DnsAnswer
from shared.rules.dkim import read_dkim, selectors_for
from shared.rules.dmarc import dmarc_names, dmarc_records, read_dmarc
from shared.rules.evidence import Check
from shared.rules.spf import MOST_LOOKUPS, SpfRecord, SpfTree, follow, read_spf, spf_records


class Ask(Protocol):
    """Asks one question within the scan's deadline."""

    async def __call__(self, name: str, kind: str) -> DnsAnswer:
        """The answer."""


async def check_mx(domain: str, ask: Ask) -> Check:
    """Mail hosts by preference. A null MX (RFC 7505), no data and no such name are told apart; all mean absent."""
    answer = await ask(domain, "MX")
    if answer.outcome != "found":
        return _without(answer)
    parts = (record.partition(" ") for record in answer.records)
    pairs = sorted((int(preference), host.rstrip(".").lower()) for preference, _, host in parts)
    hosts = [host for _, host in pairs if host]
    if not hosts:
        return _check(answer, "absent", "null_mx")
    return _check(answer, "present", "found", hosts=hosts)


async def check_spf(domain: str, ask: Ask) -> Check:
    """Exactly one record, sound, within the limits of RFC 7208 4.6.4."""
    answer = await ask(domain, "TXT")
    if not answer.known:
        return _without(answer)
    found = spf_records(answer.records)
    if not found:
        return _check(answer, "absent", "no_data" if answer.outcome == "found" else answer.outcome)
    if len(found) > 1:
        return _check(
            answer, "invalid", "several_records", records=found, problems=[f"{len(found)} records; only one may be"]
        )
    record = read_spf(found[0])
    tree = await _walk(record, domain, ask)
    problems = [*record.problems, *tree.problems]
    return _check(
        answer,
        "invalid" if problems else "present",
        "malformed" if problems else "found",
        records=found,
        problems=problems,
        includes=list(record.includes),
        mechanisms={name: record.mechanisms.count(name) for name in dict.fromkeys(record.mechanisms)},
        all=record.all_qualifier,
        lookups=tree.lookups,
        voids=tree.voids,
        unasked=list(tree.unasked),
    )


async def _walk(record: SpfRecord, domain: str, ask: Ask) -> SpfTree:
    """Counts lookups over includes and redirects, each name once, a level at a time."""
    lookups, voids, loop = record.asking, 0, False
    seen, unasked = {domain}, []
    level = list(follow(record))
    while level and lookups <= MOST_LOOKUPS:
        loop = loop or domain in level
        names = [name for name in dict.fromkeys(level) if name not in seen and "%" not in name]
        seen.update(names)
        level = []
        for name, answer in zip(names, await asyncio.gather(*(ask(name, "TXT") for name in names)), strict=True):
            if not answer.known:
                unasked.append(name)
                continue
            texts = spf_records(answer.records)
            if not texts:
                voids += 1
                continue
            included = read_spf(texts[0])
            lookups += included.asking
            level += follow(included)
    return SpfTree(lookups, voids, loop, tuple(unasked))


async def check_dmarc(domain: str, ask: Ask) -> Check:
    """The record of the domain, else one above it that speaks for those below (`psd=y`, RFC 9989 4.10)."""
    names = dmarc_names(domain)
    answers = await asyncio.gather(*(ask(name, "TXT") for name in names))
    own, above = answers[0], answers[1:]
    if not own.known:
        return _without(own)
    found = dmarc_records(own.records)
    if len(found) > 1:
        return _check(
            own, "invalid", "several_records", records=found, problems=[f"{len(found)} records; only one may be"]
        )
    if found:
        record = read_dmarc(found[0])
        return _check(
            own,
            "invalid" if record.problems else "present",
            "malformed" if record.problems else "found",
            records=found,
            problems=list(record.problems),
            policy=record.policy,
            reports_to=len(record.reports_to),
            removed_tags=list(record.removed_tags),
            testing=record.testing,
            at=names[0],
        )
    for name, answer in zip(names[1:], above, strict=True):
        texts = dmarc_records(answer.records)
        if len(texts) == 1 and (suffix := read_dmarc(texts[0])).is_public_suffix and not suffix.problems:
            policy = suffix.subdomain_policy or suffix.policy
            return _check(answer, "present", "found", records=texts, policy=policy, at=name)
    misplaced = [text for text in own.records if "dmarc1" in text.lower()]
    return _check(own, "absent", "no_data" if own.outcome == "found" else own.outcome, records=misplaced)


async def check_dkim(domain: str, ask: Ask, *, provider: str | None = None, tried: Sequence[str] = ()) -> Check:
    """Keys under common and provider-derived selectors, in one wave. "Absent" means: not found among those tried."""
    selectors = [selector for selector in selectors_for(provider) if selector not in tried]
    answers = await asyncio.gather(*(ask(f"{selector}._domainkey.{domain}", "TXT") for selector in selectors))
    keys, targets, unknown = {}, [], []
    for selector, answer in zip(selectors, answers, strict=True):
        if not answer.known:
            unknown.append(selector)
        own_name = f"{selector}._domainkey.{domain}"
        if answer.target and answer.target != own_name:
            targets.append(answer.target)
        for text in answer.records:
            if key := read_dkim(text):
                keys[selector] = {
                    "state": key.state,
                    "type": key.type,
                    "bits": key.bits,
                    "testing": key.testing,
                    "record": text,
                }
    valid = [selector for selector, key in keys.items() if key["state"] == "valid"]
    detail: dict[str, Any] = {
        "tried": len(selectors) + len(tried),
        "found": valid,
        "keys": keys,
        "targets": targets,
        "unanswered": unknown,
    }
    first = next(
        (answer for answer in answers if answer.outcome == "found"), answers[0] if answers else DnsAnswer("no_data")
    )
    if valid:
        return _check(first, "present", "found", records=[str(keys[one]["record"]) for one in valid], **detail)
    if unknown:
        worst = next(answer for answer in answers if not answer.known)
        return _check(worst, "unknown", worst.outcome, **detail)
    if keys:
        states = {key["state"] for key in keys.values()}
        return _check(first, "invalid", "revoked" if states == {"revoked"} else "malformed", **detail)
    return _check(first, "absent", "no_data", records=(), **detail)


def _check(
    answer: DnsAnswer, state: str, outcome: str, *, records: Sequence[str] | None = None, **detail: Any
) -> Check:
    shown = answer.records if records is None else tuple(records)
    return Check(state, outcome, tuple(shown), answer.resolver, "", answer.ttl, detail)  # type: ignore[arg-type]


def _without(answer: DnsAnswer) -> Check:
    """Nothing found: absent when somebody said so, unknown when nobody could say."""
    return _check(answer, "absent" if answer.known else "unknown", answer.outcome)
