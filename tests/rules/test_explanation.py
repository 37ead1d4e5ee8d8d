"""What a seller reads: the headline of the list, and the sentences below the breakdown."""

from typing import Any

import pytest

from tests.rules.judged import judged

NO_MX = {"mx": "absent", "mx_outcome": "null_mx", "provider": "Unknown", "mx_hosts": ()}
UNHEARD = {"mx": "unknown", "mx_outcome": "unknown", "provider": "Unknown", "mx_hosts": ()}


@pytest.mark.parametrize(
    ("facts", "code", "text"),
    [
        (NO_MX, "headline_no_mx", "Receives no mail at this domain"),
        ({"tenant_id": "t"}, "headline_tenant", "Microsoft 365 customer, says the referral's tenant id"),
        (
            {"provider": "Local", "gateway": "Mimecast"},
            "headline_greenfield",
            "Mail on a server behind Mimecast: open for Microsoft 365; no DMARC",
        ),
        (UNHEARD, "headline_unchecked", "Not judged yet: the mail provider could not be checked; no DMARC"),
        (
            {"provider": "Local", "local_provider": "Natro"},
            "headline_greenfield",
            "Mail on Natro: open for Microsoft 365; no DMARC",
        ),
        ({}, "headline_competitive", "Mail on Google Workspace: a takeover; no DMARC"),
        (
            {"provider": "M365", "dkim": "absent", "spf": "invalid"},
            "headline_weak_partner",
            "On Microsoft 365, but poorly looked after; invalid SPF, no DKIM found and no DMARC",
        ),
        (
            {"provider": "M365", "dmarc": "present", "dmarc_policy": "reject"},
            "headline_renewal",
            "On Microsoft 365 and well kept: watch the renewal",
        ),
        ({"provider": "Zoho"}, "headline_low_intent", "Mail on Zoho Mail: keep in touch; no DMARC"),
        (
            {"provider": "Hosting", "spf": "absent", "dkim": "absent"},
            "headline_no_go",
            "Mail on a web hosting package: little to win for now; no SPF, no DKIM found and no DMARC",
        ),
    ],
)
def test_the_headline_says_what_follows_and_names_the_gaps(facts: dict[str, Any], code: str, text: str) -> None:
    headline = judged(**facts).headline
    assert (headline.code, headline.text) == (code, text)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({}, ["segment_migration", "in_place", "gaps", "priority_p2"]),
        (NO_MX, ["segment_skip", "no_mx", "priority_p6"]),
        (UNHEARD, ["segment_unchecked", "in_place", "gaps", "not_checked", "priority_p6_unchecked"]),
        (
            {"tenant_id": "t", "co_sell": True},
            ["segment_existing", "tenant", "in_place", "gaps", "co_sell", "priority_p3"],
        ),
    ],
)
def test_sentences_come_in_reading_order(facts: dict[str, Any], codes: list[str]) -> None:
    assert [sentence.code for sentence in judged(**facts).sentences] == codes


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"provider": "Amazon"}, "segment_cold_kept"),
        ({"provider": "Local"}, "segment_cold_kept"),
        ({"provider": "Local", "dkim": "absent"}, "segment_cold"),
        ({"provider": "Amazon", "spf_includes": 9}, "segment_cold"),
    ],
)
def test_nobody_is_called_weak_who_has_no_gap(facts: dict[str, Any], code: str) -> None:
    kept = {"dmarc": "present", "dmarc_policy": "reject"}
    assert judged(**kept, **facts).sentences[0].code == code


@pytest.mark.parametrize(
    ("facts", "segment", "headline", "handling"),
    [
        (
            {"provider": "Zoho", "spf": "unknown", "dkim": "unknown", "dmarc": "unknown"},
            "Skip for now: what could not be checked counts nothing until it can.",
            "Mail on Zoho Mail: not all of it could be checked",
            "No-Go / Archive for now. Hunter checks again by itself; wait for that before you drop it.",
        ),
        (
            {"provider": "Local", "spf": "unknown", "dkim": "unknown", "dmarc": "unknown"},
            "Cold for now: mail runs elsewhere; how well it is kept could not be checked in full.",
            "Mail on a server of its own or a local hoster: open for Microsoft 365",
            "High Potential Greenfield: Act within 48 hours.",
        ),
        (
            {"provider": "M365", "spf": "unknown", "dkim": "unknown", "dmarc": "unknown"},
            "Existing: the company already uses Microsoft 365.",
            "On Microsoft 365; how well it is looked after could not be checked",
            "Existing Microsoft but Weak Partner: Nurture over 5 days.",
        ),
        (
            {"provider": "Zoho", "spf": "absent", "dkim": "absent", "co_sell": True},
            "Skip: not worth the work for now.",
            "Mail on Zoho Mail: little to win for now; no SPF, no DKIM found and no DMARC",
            "No-Go / Archive by its mail. Answer the co-sell referral all the same.",
        ),
    ],
)
def test_nobody_is_called_weak_or_dropped_for_what_could_not_be_checked(
    facts: dict[str, Any], segment: str, headline: str, handling: str
) -> None:
    found = judged(**facts)
    assert (found.sentences[0].text, found.headline.text, found.sentences[-1].text) == (segment, headline, handling)


def test_spf_and_dkim_in_place_are_never_called_missing() -> None:
    texts = " ".join(sentence.text for sentence in judged().sentences)
    assert "In place: SPF and DKIM." in texts
    assert "no SPF" not in texts
    assert "no DKIM" not in texts


def test_what_could_not_be_checked_is_named_and_costs_nothing() -> None:
    (sentence,) = [one for one in judged(spf="unknown", dmarc="unknown").sentences if one.code == "not_checked"]
    assert sentence.params == {"checks": ["SPF", "DMARC"]}
    assert sentence.text == "SPF and DMARC could not be checked: no points for or against."


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"provider": "M365", "gateway": "Mimecast"}, "Mail passes Mimecast and runs on Microsoft 365."),
        ({"provider": "Local", "gateway": "Mimecast"}, "Mail passes Mimecast; what is behind it does not show."),
        ({"provider": "Local"}, "Mail runs on a server of its own or a local hoster."),
        ({"provider": "Local", "local_provider": "Natro"}, "Mail runs on Natro."),
    ],
)
def test_the_provider_line_names_gateway_and_hoster(facts: dict[str, Any], text: str) -> None:
    assert judged(**facts).lines[0].text == text
