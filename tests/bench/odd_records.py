"""SPF and DMARC records, sound and odd ones, as a zone: what two judges are compared over."""

from typing import Any

SPF = [
    "v=spf1 -all", "v=spf1 include:nothere.example -all", "v=spf1 a:g1.example a:g2.example a:g3.example -all",
    "v=spf1 ip4:300.1.1.1 -all", "v=spf1 foo -all", "v=spf1 redirect=_r.example", "v=spf1 x=y -all", "v=spf10 -all",
    "v=spf1 exists:%{i}.x.example ptr ?all", "v=spf1 all:foo.example", "v=spf1 a mx -all", "v=spf1 -all ip4:192.0.2.1",
    "v=spf1 redirect=gone.example -all", "V=SPF1 -ALL", "v=spf1 -all include:gone.example", "v=spf1 include: -all",
    "v=spf1 include:_r.example include:_r.example -all", "v=spf1 exists:%{z}.x.example -all", "v=spf1,-all",
    "v=spf1 exp=a.b exp=c.d -all", "v=spf1 ip4:192.0.2.01 -all",
    "v=spf1 a:_r.example/24//64 ~all", "v=spf1 a:g1.example a:g2.example -all",
]  # fmt: skip
DMARC = [
    "v=DMARC1; p=none", "v=DMARC1; p=maybe", "v=DMARC1", "v=DMARC1; rua=mailto:a@b.example", "v=dmarc1; p=none",
    "v=DMARC1; p=reject; pct=50", "v=DMARC1; p=reject; sp=maybe", "v=DMARC1; sp=none; p=reject", "p=reject; v=DMARC1",
    "v=DMARC1; p=none; stray", "v=DMARC1; p=maybe; rua=mailto:a@b.example", "v=DMARC1; p=reject; rua=nonsense",
    "V=DMARC1; p=none", " v=DMARC1; p=none", "v=DMARC1 p=none", "v=DMARC1; p=Reject", "v=DMARC1; p=none; unknown=1",
]  # fmt: skip

EXPLAINED = {
    "V=SPF1 -ALL": "letter case does not matter (RFC 7208 4.6.1, RFC 5234 2.3)",
    "v=DMARC1; p=none; stray": "what is no tag is passed over (RFC 9989 4.7)",
    "v=DMARC1; p=maybe; rua=mailto:a@b.example": "an invalid policy beside a report address is p=none (RFC 9989 4.7)",
    "v=DMARC1; p=reject; rua=nonsense": "a report address that is none leaves the policy standing (RFC 9989 4.7)",
}
"""Where checkdmarc 6 judges otherwise, and why we do not follow; tests/rules/test_spf.py and test_dmarc.py agree."""


def odd_zone() -> tuple[dict[str, Any], dict[str, str]]:
    """The zone, and the record that each name is about."""
    zone: dict[str, Any] = {"_r.example": {"TXT": ["v=spf1 -all"]}}
    records = {f"spf{number}.example": record for number, record in enumerate(SPF)}
    records |= {f"dmarc{number}.example": record for number, record in enumerate(DMARC)}
    for name, record in records.items():
        zone[name] = {"A": ["192.0.2.1"], "MX": [f"10 {name}."], "TXT": [record if name.startswith("spf") else "text"]}
        if name.startswith("dmarc"):
            zone[f"_dmarc.{name}"] = {"TXT": [record]}
    zone["two-spf.example"] = {"TXT": ["v=spf1 -all", "v=spf1 ~all"]}
    zone["ring.example"] = {"TXT": ["v=spf1 include:ring.example -all"]}
    zone["two-dmarc.example"] = {"A": ["192.0.2.1"]}
    zone["_dmarc.two-dmarc.example"] = {"TXT": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}
    return zone, {**records, **dict.fromkeys(("two-spf.example", "ring.example", "two-dmarc.example"), "")}
