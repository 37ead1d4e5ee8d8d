"""A judgement's lines and standing in; the English of each line, the sentences below them and the list's headline out.

Everything is said from the lines that make the score, so no sentence can contradict a tick. Texts are templates over
the params that go with them; the page holds the same templates in the reader's language.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.rules.evaluation import Line, Sentence
from shared.rules.providers import provider_name
from shared.rules.segments import Standing

LINES = {
    "provider": "Mail runs on {provider_name}.",
    "provider.gateway": "Mail passes {gateway} and runs on {provider_name}.",
    "provider.gateway_only": "Mail passes {gateway}; what is behind it does not show.",
    "provider.earlier": "The MX records could not be checked; an earlier scan found {provider_name}.",
    "provider.none": "No mail provider: the domain has no MX record.",
    "provider.unusable": "No mail provider: the MX names no server on the internet.",
    "provider.unknown": "The MX records could not be checked.",
    "spf": "SPF names who may send for this domain.",
    "spf.unknown": "SPF could not be checked.",
    "no_spf": "No SPF record: anybody can send in this domain's name.",
    "no_spf.invalid": "The SPF record is invalid, and receivers ignore it.",
    "dkim": "Mail is signed with DKIM.",
    "dkim.unknown": "DKIM could not be checked.",
    "no_dkim": "DKIM not found among {tried} selectors.",
    "no_dkim.invalid": "The DKIM keys found are revoked or invalid.",
    "dmarc_reject": "DMARC rejects forged mail.",
    "dmarc_quarantine": "DMARC puts forged mail into quarantine.",
    "dmarc_none": "DMARC only watches (p=none): forged mail is delivered.",
    "no_dmarc": "No DMARC record.",
    "no_dmarc.invalid": "The DMARC record is invalid, and receivers ignore it.",
    "no_dmarc.unknown": "DMARC could not be checked.",
    "spf_multiple_includes": "SPF includes {includes} other records, more than {most}: fragile.",
    "hosting_mx_weak": "Mail in a web hosting package with neither SPF nor DKIM.",
    "hosting_mx_weak.unknown": "Whether the hosting package's mail is unprotected could not be checked.",
    "no_mx": "The domain receives no mail.",
    "no_mx.null_mx": "The domain receives no mail, and says so with a null MX.",
    "no_mx.no_data": "The domain receives no mail: it has no MX record.",
    "no_mx.nxdomain": "The domain does not exist.",
    "no_mx.unusable": "The domain receives no mail: its MX names no server on the internet.",
    "tenant": "A Microsoft tenant id came with the referral: already a Microsoft 365 customer.",
    "co_sell": "A co-sell referral is open.",
    "limit": "Limited to {bound}.",
}

HEADLINES = {
    "no_mx": "Receives no mail at this domain",
    "tenant": "Microsoft 365 customer, says the referral's tenant id",
    "unchecked": "Not judged yet: the mail provider could not be checked",
    "GREENFIELD": "Mail on {provider_name}: open for Microsoft 365",
    "COMPETITIVE": "Mail on {provider_name}: a takeover",
    "WEAK_PARTNER": "On Microsoft 365, but poorly looked after",
    "RENEWAL": "On Microsoft 365 and well kept: watch the renewal",
    "LOW_INTENT": "Mail on {provider_name}: keep in touch",
    "NO_GO": "Mail on {provider_name}: little to win for now",
    "weak_partner_unchecked": "On Microsoft 365; how well it is looked after could not be checked",
    "no_go_unchecked": "Mail on {provider_name}: not all of it could be checked",
}

SEGMENTS = {
    "Existing": "Existing: the company already uses Microsoft 365.",
    "Migration": "Migration: mail runs elsewhere and is kept well enough to move now.",
    "Cold": "Cold: mail runs elsewhere, and the signs of readiness are still weak.",
    "Skip": "Skip: not worth the work for now.",
    "cold_kept": "Cold: mail runs elsewhere and is well kept, but the provider is no sign of readiness.",
    "cold_unchecked": "Cold for now: mail runs elsewhere; how well it is kept could not be checked in full.",
    "skip_unchecked": "Skip for now: what could not be checked counts nothing until it can.",
    "unchecked": "{segment} until the mail provider can be checked.",
}

GAPS = {
    "no_spf": "no SPF",
    "no_spf.invalid": "invalid SPF",
    "no_dkim": "no DKIM found",
    "no_dkim.invalid": "invalid DKIM keys",
    "dmarc_none": "DMARC only watching",
    "no_dmarc": "no DMARC",
    "no_dmarc.invalid": "invalid DMARC",
    "spf_multiple_includes": "a fragile SPF",
}


GOOD = frozenset(("spf", "dkim", "dmarc_reject", "dmarc_quarantine"))


def line_text(rule: str, params: Mapping[str, Any]) -> str:
    """The English of one line, by its rule and `variant`."""
    template = LINES.get(f"{rule}.{params.get('variant')}", LINES[rule])
    return template.format_map({**params, "provider_name": _name(params)})


def headline(lines: Sequence[Line], stands: Standing, provider: str) -> Sentence:
    """What the list says of a lead in one line: where its mail runs, what follows, and its gaps."""
    rules = {line.rule for line in lines}
    mail = lines[0]
    gaps = [] if rules & {"tenant", "no_mx"} else _gaps(lines)
    if "tenant" in rules or "no_mx" in rules:
        code = "tenant" if "tenant" in rules else "no_mx"
    elif mail.state == "unknown":
        code = "unchecked"
    elif _unchecked(lines) and (stands.commercial_segment == "NO_GO" or _weak_unseen(stands, gaps)):
        code = f"{stands.commercial_segment.lower()}_unchecked"
    else:
        code = stands.commercial_segment
    named = {name: mail.params.get(name) for name in ("local_provider", "gateway")}
    params = {"provider": provider, **named, "gaps": gaps}
    text = HEADLINES[code].format(provider_name=_name(params))
    return Sentence(
        f"headline_{code.lower()}", params, f"{text}; {_listing([GAPS[gap] for gap in gaps])}" if gaps else text
    )


def sentences(lines: Sequence[Line], stands: Standing, provider: str) -> tuple[Sentence, ...]:
    """Why the score is what it is and what to do, in reading order."""
    ruling = next((line for line in lines if line.rule in ("tenant", "no_mx")), None)
    segment = _segment(lines, stands, ruling)
    params = {"provider": provider, "segment": stands.segment}
    said = [Sentence(f"segment_{segment.lower()}", params, SEGMENTS[segment].format_map(params))]
    if ruling:
        said.append(Sentence(ruling.rule, ruling.params, ruling.text))
    if ruling is None or ruling.rule == "tenant":
        said += _protection(lines)
    if lines[0].params.get("variant") == "earlier":
        said.append(Sentence("provider", lines[0].params, lines[0].text))
    unchecked = _unchecked(lines)
    if unchecked:
        text = f"{_listing(unchecked)} could not be checked: no points for or against."
        said.append(Sentence("not_checked", {"checks": unchecked}, text))
    co_sell = any(line.rule == "co_sell" for line in lines)
    if co_sell:
        said.append(Sentence("co_sell", {}, "A co-sell referral is open: Microsoft works on this deal too."))
    said.append(_handling(stands, unchecked=bool(unchecked) and ruling is None, co_sell=co_sell))
    return tuple(said)


def _handling(stands: Standing, *, unchecked: bool, co_sell: bool) -> Sentence:
    """What to do. Nobody is told to drop a lead that merely could not be checked, or whose referral wants an answer."""
    row = stands.priority
    code, text = row.priority.lower(), f"{row.label}: {row.handling}"
    if row.priority == "P6" and unchecked:
        code = "p6_unchecked"
        text = f"{row.label} for now. Hunter checks again by itself; wait for that before you drop it."
    elif row.priority == "P6" and co_sell:
        code, text = "p6_co_sell", f"{row.label} by its mail. Answer the co-sell referral all the same."
    return Sentence(f"priority_{code}", {"label": row.label}, text)


def _segment(lines: Sequence[Line], stands: Standing, ruling: Line | None) -> str:
    """The key of `SEGMENTS` that agrees with the lines: nobody is called weak who has no gap."""
    if ruling is None and lines[0].state == "unknown":
        return "unchecked"
    kept = stands.segment == "Cold" and not _gaps(lines)
    if ruling is None and _unchecked(lines) and (stands.segment == "Skip" or kept):
        return f"{stands.segment.lower()}_unchecked"
    return "cold_kept" if kept else stands.segment


def _weak_unseen(stands: Standing, gaps: Sequence[str]) -> bool:
    return stands.commercial_segment == "WEAK_PARTNER" and not gaps


def _unchecked(lines: Iterable[Line]) -> list[str]:
    """The checks that nobody answered, as people call them."""
    return [_check(line) for line in lines if not _answered(line) and line.rule != "hosting_mx_weak"]


def _protection(lines: Iterable[Line]) -> list[Sentence]:
    """How the mail is protected: what is in place, and what is worth a talk. Only what was really checked."""
    known = [line for line in lines if _answered(line)]
    said = []
    if good := [_check(line) for line in known if line.rule in GOOD]:
        said.append(Sentence("in_place", {"checks": good}, f"In place: {_listing(good)}."))
    if gaps := _gaps(known):
        said.append(Sentence("gaps", {"gaps": gaps}, f"To talk about: {_listing([GAPS[gap] for gap in gaps])}."))
    return said


def _gaps(lines: Iterable[Line]) -> list[str]:
    """The lines that name a weakness, as keys of `GAPS`; an unknown one has a key that is not there."""
    return [key for key in map(_key, lines) if key in GAPS]


def _key(line: Line) -> str:
    variant = line.params.get("variant")
    return f"{line.rule}.{variant}" if variant else line.rule


def _answered(line: Line) -> bool:
    return line.params.get("variant") != "unknown"


def _check(line: Line) -> str:
    return "MX" if line.rule == "provider" else line.rule.removeprefix("no_").partition("_")[0].upper()


def _listing(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _name(params: Mapping[str, Any]) -> str:
    """What carries the mail, as far as it shows."""
    provider = params.get("provider", "Unknown")
    if params.get("local_provider"):
        return str(params["local_provider"])
    behind = provider == "Local" and params.get("gateway")
    return f"a server behind {behind}" if behind else provider_name(provider)
