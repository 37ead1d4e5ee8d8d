"""A world with leads of every kind that the doors show: taken in, scanned and judged by the real steps."""

from typing import Any

from functions.ingest import ingest
from functions.scan import scan
from functions.score import score
from tests.functions.world import World, a_referral, a_scan, an_envelope

COMPANIES: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("istanbul-yapi.com.tr", "İstanbul Yapı A.Ş.", {}, {}),
    ("isik.com.tr", "IŞIK Tekstil", {"type": "Independent", "qualification": "Direct"}, {"provider": "Local"}),
    ("xn--mnchen-3ya.de", "München Bau", {"status": "Active", "substatus": "Accepted"}, {"provider": "M365"}),
    ("cagdas.com.tr", "Çağdaş Gıda", {"expirationDateTime": "2026-11-24T08:00:00Z"}, {"dmarc_policy": "none"}),
    ("contoso.example", "=1+1 Contoso", {"consent": {"consentToContact": False}}, {"provider": "Zoho"}),
    ("gsm.com.tr", 'Gül, "Saray"; Mobilya', {"status": "Closed", "substatus": "Won"}, {"provider": "Hosting"}),
    ("slow.example", "Slow Ltd", {"expirationDateTime": "2026-11-25T20:00:00Z"}, {"dkim": "unknown"}),
    (
        "mailless.example",
        "Mailless",
        {"status": "Closed", "substatus": "Lost"},
        {"mx": "absent", "provider": "Unknown"},
    ),
)
"""Domain, company, what is special about the referral, and about the scan."""
SECRET_PERSON = "Gizem Saklı"
SECRET_EMAIL = "gizem@contoso.example"


def fill(world: World) -> World:
    """Takes every company in, scans and scores it; and two referrals that have no domain."""
    for number, (domain, company, referral, found) in enumerate(COMPANIES, start=1):
        person = SECRET_EMAIL if domain == "contoso.example" else f"info@{domain}"
        first, last = SECRET_PERSON.split() if domain == "contoso.example" else ("Deniz", f"Kişi{number}")
        profile = {
            "name": company,
            "address": {"country": "TR"},
            "team": [{"firstName": first, "lastName": last, "email": person}],
        }
        made = {"id": f"ref-{number:02}", "customerProfile": profile, "name": f"Deal {number}"}
        made |= {"createdDateTime": f"2026-11-{10 + number}T08:00:00Z", "updatedDateTime": "2026-11-22T08:00:00Z"}
        world.arrive(a_referral(**{**made, **referral}), ingest, item=f"00001-{number:03}")
        world.next_scan = a_scan(**found)
        if domain != "slow.example":
            world.deliver(an_envelope("scan", domain, version="w1", cause="road"), scan)
        if domain != "mailless.example":
            world.deliver(an_envelope("score", domain), score)
    for number, email in enumerate(("a@gmail.com", None), start=90):
        profile = {"name": f"Nobody {number}", "team": [{"firstName": "A", "email": email}]}
        world.arrive(a_referral(id=f"ref-{number}", customerProfile=profile), ingest, item=f"00001-{number}")
    return world


DOMAINS = tuple(domain for domain, *_ in COMPANIES)
