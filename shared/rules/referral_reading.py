"""One referral as Partner Center sends it goes in; Hunter's `Referral` and a list of oddities come out.

Only a referral without an id is refused; everything else is kept with what can be read of it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shared.errors import PermanentError
from shared.rules.countries import country_code
from shared.rules.referral import PostalAddress, Referral
from shared.rules.referral_contact import contact_of, email_of
from shared.rules.referral_identity import content_hash, referral_key
from shared.rules.referral_status import UNKNOWN, answer_due, referral_status
from shared.rules.referral_type import referral_type
from shared.rules.referral_withholding import Withholding
from shared.rules.ticks import moment_of

if TYPE_CHECKING:
    from shared.rules.referral_resource import CustomerProfile, ReferralResource
    from shared.rules.tolerant import Drift

_TENANT_SIZE = {
    "1to9employees": "small",
    "10to50employees": "small",
    "1to50employees": "small",
    "51to250employees": "medium",
    "51to500employees": "medium",
    "251to1000employees": "large",
    "Morethan500employees": "large",
    "1001to5000employees": "large",
    "5001to10000employees": "large",
    "10001to20000employees": "large",
    "Morethan20000employees": "large",
}
"""Small is up to 50 people, medium up to 500; of the band 251 to 1000 the greater part lies above 500."""

_LONGEST_ID = 200
_PAGE = "https://partner.microsoft.com/dashboard/referrals/"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_GUID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A referral and what was odd about it."""

    referral: Referral
    drift: tuple["Drift", ...]


def parse_referral(raw: Mapping[str, Any]) -> Parsed:
    """Reads one record. Raises `PermanentError` `referral_malformed` (params field, problem, fix) without an id."""
    from shared.rules.referral_resource import ReferralResource  # pydantic's: read with the first record, not indexed
    from shared.rules.tolerant import Reading

    if not isinstance(raw, Mapping):
        raise _malformed("referral", "not_an_object")
    reading = Reading()
    source = ReferralResource.model_validate(raw, context=reading)
    if not source.id:
        given = raw.get("id")
        is_missing = not (given.strip() if isinstance(given, str) else given)
        raise _malformed("id", "id_missing" if is_missing else "id_not_text")
    if len(source.id) > _LONGEST_ID:
        raise _malformed("id", "id_too_long", most=_LONGEST_ID)
    referral = _referral(source, content_hash(raw))
    if referral.status == UNKNOWN and source.status:
        reading.note("unknown_value", "status/substatus", f"{source.status}/{source.substatus or '-'}")
    return Parsed(referral, tuple(reading.drift))


def _malformed(field: str, why: str, **more: Any) -> PermanentError:
    return PermanentError("referral_malformed", field=field, why=why, **more)


def _referral(source: "ReferralResource", hash_: str) -> Referral:
    from shared.rules.referral_resource import CustomerProfile

    id_ = source.id or ""
    profile = source.customer_profile or CustomerProfile.model_construct()
    details, consent, invite = source.details, source.consent, source.invite_context
    invited_by = invite.invited_by.organization_id if invite and invite.invited_by else None
    people = [one for one in (profile.primary_contact, *profile.team) if one is not None]
    contact = contact_of(people)
    address = profile.address
    type_ = referral_type(source.type, source.qualification, invited_by)
    status = referral_status(source.status, source.substatus)
    created_at, expires_at = moment_of(source.created_date_time), moment_of(source.expiration_date_time)
    accepted_at, closed_at = moment_of(source.accepted_date_time), moment_of(source.closed_date_time)
    created_ticks = source.created_date_time or 0
    agreed = consent.consent_to_contact if consent else None
    withheld = Withholding(people, company=profile.name, refused=agreed is False)
    return Referral(
        id=id_,
        key=referral_key(id_),
        content_hash=hash_,
        engagement_id=source.engagement_id,
        external_reference_id=source.external_reference_id,
        name=withheld.of(source.name),
        company_name=profile.name,
        type=type_,
        status=status,
        direction=source.direction or _direction(source.organization_id, invited_by),
        api_status=source.status,
        substatus=source.substatus,
        status_reason=withheld.of(source.status_reason),
        api_type=source.type,
        api_qualification=source.qualification,
        api_invited_by=invited_by,
        country=country_code(address.country) if address else None,
        address=PostalAddress(
            street=", ".join(line for line in (address.address_line1, address.address_line2) if line) or None,
            city=address.city,
            state=address.state,
            postal_code=address.postal_code,
        )
        if address
        else PostalAddress(),
        deal_amount=details.deal_value if details else None,
        deal_currency=_currency(details.currency) if details else None,
        contact=contact,
        consent=agreed,
        spam=bool(source.is_spam),
        notes=withheld.of(details.notes) if details else None,
        websites=_once(
            (profile.website, profile.company_website, profile.domain, source.website, source.company_website)
            + ((details.website,) if details else ())
        ),
        customer_emails=_once([contact.email if contact else None, *(email_of(one.email) for one in people)]),
        seller_emails=_once(email_of(one.email) for one in source.team),
        tenant_id=_tenant_id(source, profile),
        size_band=profile.size,
        tenant_size=_TENANT_SIZE.get(profile.size or ""),
        created_ticks=created_ticks,
        updated_ticks=source.updated_date_time or created_ticks,
        created_at=created_at,
        updated_at=moment_of(source.updated_date_time),
        expires_at=expires_at,
        accepted_at=accepted_at,
        closed_at=closed_at,
        closing_at=moment_of(details.closing_date_time) if details else None,
        respond_by=answer_due(
            status=status,
            type_=type_,
            created_at=created_at,
            expires_at=expires_at,
            accepted_at=accepted_at,
            closed_at=closed_at,
        ),
        etag=source.e_tag,
        partner_center_url=_PAGE + quote(id_, safe=""),
    )


def _direction(organization_id: str | None, invited_by: str | None) -> str | None:
    """Old records have no direction; what our own organization invited to is our own deal."""
    return "Outgoing" if organization_id and organization_id == invited_by else None


def _currency(text: str | None) -> str | None:
    code = (text or "").upper()
    return code if re.fullmatch("[A-Z]{3}", code) else None


def _tenant_id(source: "ReferralResource", profile: "CustomerProfile") -> str | None:
    """No field is documented; an id whose type speaks of a tenant is believed when it is a GUID. `External` is none."""
    marked = [one.id for one in profile.ids if "tenant" in (one.profile_type or "").lower()]
    for text in (*marked, profile.azure_tenant_id, source.azure_tenant_id):
        guid = (text or "").lower().strip("{}")
        if _GUID.fullmatch(guid) and guid != _NO_GUID:
            return guid
    return None


def _once(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
