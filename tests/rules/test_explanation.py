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
        (UNHEARD, ["segment_unchecked", "in_place", "gaps", "not_checked", "priority_p6"]),
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


def test_spf_and_dkim_in_place_are_never_called_missing() -> None:
    texts = " ".join(sentence.text for sentence in judged().sentences)
    assert "In place: SPF and DKIM." in texts
    assert "no SPF" not in texts
    assert "no DKIM" not in texts


def test_what_could_not_be_checked_is_named_and_costs_nothing() -> None:
    (sentence,) = [one for one in judged(spf="unknown", dmarc="unknown").sentences if one.code == "not_checked"]
    assert sentence.params == {"checks": ["SPF", "DMARC"]}
    assert sentence.text == "SPF and DMARC could not be checked, which costs no points."


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
