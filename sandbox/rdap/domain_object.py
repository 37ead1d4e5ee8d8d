"""A registration and today's date go in; the domain object of RFC 9083 section 5.3 comes out."""

import zlib
from datetime import datetime, timedelta
from typing import Any

import idna

from sandbox.rdap.registrations import Registration

JSON = "application/rdap+json"
CONFORMANCE = ["rdap_level_0", "icann_rdap_response_profile_1", "redacted"]


def domain_object(name: str, registration: Registration, *, today: datetime, address: str) -> dict[str, Any]:
    """The object of `name` (punycode); its registrant is redacted (RFC 9537), as registries do."""
    link = f"{address}/domain/{name}"
    body: dict[str, Any] = {
        "rdapConformance": CONFORMANCE,
        "objectClassName": "domain",
        "handle": f"{zlib.crc32(name.encode()):X}-SANDBOX",
        "ldhName": name,
        "links": [{"value": link, "rel": "self", "href": link, "type": JSON}],
        "status": registration.status,
        "events": _events(registration, today),
        "entities": _entities(registration),
        "nameservers": [{"objectClassName": "nameserver", "ldhName": host} for host in registration.nameservers],
        "secureDNS": {"delegationSigned": registration.signed},
        "redacted": [
            {
                "name": {"description": "Registrant Name"},
                "postPath": "$.entities[?(@.roles[0]=='registrant')].vcardArray[1][?(@[0]=='fn')][3]",
                "pathLang": "jsonpath",
                "method": "emptyValue",
                "reason": {"description": "Server policy"},
            }
        ],
    }
    if (decoded := idna.decode(name)) != name:
        body["unicodeName"] = decoded
    return body


def error_object(status: int, title: str) -> dict[str, Any]:
    """RFC 9083 section 6."""
    return {"rdapConformance": CONFORMANCE, "errorCode": status, "title": title, "description": [title]}


def _events(registration: Registration, today: datetime) -> list[dict[str, str]]:
    days = {
        "registration": registration.registered,
        "expiration": registration.expires,
        "last changed": registration.changed,
        "last update of RDAP database": 0,
    }
    return [
        {"eventAction": action, "eventDate": f"{today + timedelta(days=offset):%Y-%m-%dT%H:%M:%SZ}"}
        for action, offset in days.items()
        if offset is not None
    ]


def _entities(registration: Registration) -> list[dict[str, Any]]:
    registrant = {"objectClassName": "entity", "roles": ["registrant"], "vcardArray": _card("")}
    if registration.registrar is None:
        return [registrant]
    registrar: dict[str, Any] = {
        "objectClassName": "entity",
        "roles": ["registrar"],
        "vcardArray": _card(registration.registrar),
    }
    if registration.registrar_id is not None:
        registrar["handle"] = str(registration.registrar_id)
        registrar["publicIds"] = [{"type": "IANA Registrar ID", "identifier": str(registration.registrar_id)}]
    return [registrant, registrar]


def _card(full_name: str) -> list[Any]:
    """jCard (RFC 7095)."""
    return ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", full_name]]]
