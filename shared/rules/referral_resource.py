"""Partner Center's Referral resource, every documented field, as a tolerant model.

Source: "referral resources" and the connector's schema (`reference/partner-center-referrals-api.md` section 5).
Only `id` is mandatory, and only `shared.rules.referral` insists on it. Fields that Hunter does not read are `Any`.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator

from shared.rules.tolerant import (
    Agreement,
    Agreements,
    Amount,
    Flag,
    LongText,
    Name,
    Part,
    Parts,
    Text,
    Ticks,
    Tolerant,
    words,
)

Status = Annotated[str | None, BeforeValidator(words("None", "New", "Active", "Closed"))]
Substatus = Annotated[
    str | None,
    BeforeValidator(words("None", "Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired", "Error")),
]
Type = Annotated[str | None, BeforeValidator(words("Independent", "Shared"))]
Qualification = Annotated[str | None, BeforeValidator(words("None", "Direct", "MarketingQualified", "SalesQualified"))]
Direction = Annotated[str | None, BeforeValidator(words("Incoming", "Outgoing"))]
SizeBand = Annotated[
    str | None,
    BeforeValidator(
        words(
            "1to9employees", "10to50employees", "1to50employees", "51to250employees", "51to500employees",
            "251to1000employees", "Morethan500employees", "1001to5000employees", "5001to10000employees",
            "10001to20000employees", "Morethan20000employees",
        )
    ),
]  # fmt: skip


class Member(Tolerant):
    """A person of the customer's or of the sellers' team."""

    first_name: Name = None
    last_name: Name = None
    name: Name = None
    phone_number: Text = None
    email: Text = None
    title: Name = None
    contact_preference: Any = None


class Address(Tolerant):
    """The customer's postal address."""

    address_line1: Name = None
    address_line2: Name = None
    city: Name = None
    state: Name = None
    postal_code: Text = None
    country: Text = None
    region: Text = None


class OutsideId(Tolerant):
    """An id of the customer elsewhere; documented types are `Duns` and `External`."""

    profile_type: Text = None
    id: Text = None


class CustomerProfile(Tolerant):
    """The customer. Website fields are not documented; they are read in case they come."""

    name: Name = None
    size: SizeBand = None
    address: Annotated[Address | None, Part] = None
    team: Annotated[list[Member], Parts] = []
    primary_contact: Annotated[Member | None, Part] = None
    ids: Annotated[list[OutsideId], Parts] = []
    is_matching_complete: Any = None
    website: Text = None
    company_website: Text = None
    domain: Text = None
    azure_tenant_id: Text = None


class Consent(Tolerant):
    """What the customer agreed to. The second name has "To" twice in the API."""

    consent_to_contact: Agreement = None
    consent_to_to_share_info_with_others: Flag = None
    consent_to_share_referral_with_microsoft_sellers: Flag = None


class Details(Tolerant):
    """The deal."""

    notes: LongText = None
    deal_value: Amount = None
    currency: Text = None
    closing_date_time: Ticks = None
    requirements: Any = None
    customer_action: Any = None
    customer_requested_contact: Any = None
    incentive_level: Any = None
    website: Text = None


class InvitedBy(Tolerant):
    """The organization that invited; `msft` is Microsoft."""

    organization_id: Text = None
    organization_name: Text = None


class InviteContext(Tolerant):
    """Why the partner was invited."""

    notes: Any = None
    invited_by: Annotated[InvitedBy | None, Part] = None
    assistance_request_code: Any = None
    invited_mpn_id: Any = None


class ReferralResource(Tolerant):
    """One referral as Partner Center sends it."""

    id: Text = None
    engagement_id: Text = None
    name: Name = None
    organization_id: Text = None
    organization_name: Text = None
    external_reference_id: Text = None
    created_date_time: Ticks = None
    updated_date_time: Ticks = None
    expiration_date_time: Ticks = None
    accepted_date_time: Ticks = None
    closed_date_time: Ticks = None
    status: Status = None
    substatus: Substatus = None
    status_reason: Text = None
    type: Type = None
    qualification: Qualification = None
    direction: Direction = None
    customer_profile: Annotated[CustomerProfile | None, Part] = None
    consent: Annotated[Consent | None, Agreements] = None
    details: Annotated[Details | None, Part] = None
    team: Annotated[list[Member], Parts] = []
    invite_context: Annotated[InviteContext | None, Part] = None
    e_tag: Text = None
    website: Text = None
    company_website: Text = None
    azure_tenant_id: Text = None
    is_spam: Flag = None
    target: Any = None
    links: Any = None
    referral_source: Any = None
    call_to_action: Any = None
    customer_marketplace_intent: Any = None
    partner_role: Any = None
    solution_area: Any = None
    solution_play: Any = None
    campaign_id: Any = None
    sales_stage: Any = None
    quality: Any = None
    favorite: Any = None
    mpn_id: Any = None
    referral_program: Any = None
    registration_status: Any = None
    registrations: Any = None
    tracking_info: Any = None
    tags: Any = None
    last_modified_via: Any = None
    last_run_id: Any = None
    created_via: Any = None
    deal_sensitivity: Any = None
