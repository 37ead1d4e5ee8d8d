"""A referral and its company in; every fact that `columns` names out, by rule, None where nothing is known."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from re import fullmatch
from typing import Any

from shared.errors import PermanentError
from shared.rules.dynamics.columns import HEATS, PARTNER_LEAD_SOURCE, SALES_STAGES
from shared.rules.dynamics.ids import contact_key
from shared.rules.dynamics.input import DynamicsConfig, DynamicsInput, LeadFacts
from shared.rules.idn import to_unicode
from shared.rules.moments import iso
from shared.rules.referral import PostalAddress, Referral
from shared.rules.referral_contact import Contact

_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MOST_MONEY = Decimal(10) ** 12


def facts(given: DynamicsInput) -> dict[str, Any]:
    """Every fact by name. Raises `PermanentError` `dyn_validation` for a value that no column can take."""
    lead, referral = given.lead, given.referral
    company = (referral.company_name if referral else None) or (lead.company_name if lead else None)
    shown = to_unicode(lead.domain) if lead else None
    return {
        "now": iso(given.now),
        "referral_key": given.key,
        "owner": owner_of(given.config),
        "company": company,
        # An account is the company's, whichever of its referrals is pushed.
        "account_name": (lead.company_name if lead else None) or company,
        "domain_shown": shown,
        "title_by_rule": _title(referral, company or shown),
        "lead_source": _lead_source(given),
        "value_is_computed": False,
        **_of_company(lead, referral),
        **_of_referral(referral),
        **of_person(contact_allowed(referral), company=given.domain or given.key),
        **_of_deal(given),
    }


def contact_allowed(referral: Referral | None) -> Contact | None:
    """The person to talk to, unless consent was refused or there is neither a name nor an e-mail."""
    if referral is None or referral.consent is False or referral.contact is None:
        return None
    return referral.contact if referral.contact.name or referral.contact.email else None


def of_person(person: Contact | None, *, company: str) -> dict[str, Any]:
    """What is said of the contact. `company` tells people of the same name apart."""
    if person is None:
        return {}
    first, last = person.first_name, person.last_name
    if not last:
        first, _, last = (person.name or "").strip().rpartition(" ")
    return {
        "contact_key": contact_key(person, company=company),
        "contact_last": last or None,
        "contact_first": first or None,
        "contact_mailbox": person.email.partition("@")[0] if person.email else None,
        "contact_email": person.email,
        "contact_phone": person.phone,
        "contact_title": person.title,
    }


def sales_stage(score: int | None) -> int:
    """The `salesstage` for a score; an unknown score starts at the beginning."""
    return next(stage for start, stage in SALES_STAGES if (score or 0) >= start)


def owner_of(config: DynamicsConfig) -> str | None:
    """The owner as Dynamics binds it, or None for the application user."""
    if not config.owner:
        return None
    found = fullmatch(rf"/?(systemusers|teams)[/(]({_GUID})\)?", config.owner)
    if found is None:
        raise invalid("DYNAMICS_OWNER", "no_owner")
    return f"{found[1]}({found[2].lower()})"


def invalid(field: str, why: str, **more: str) -> PermanentError:
    """The refusal of a value, before anything is sent: the field, and by its cause what is wrong and would mend it."""
    return PermanentError("dyn_validation", field=field, why=why, **more)


def _title(referral: Referral | None, company: str | None) -> str | None:
    person = contact_allowed(referral)
    subject = company or (person.name or person.email if person else None)
    if subject is None:
        return "Microsoft referral" if referral else None
    return f"{subject}: Microsoft referral" if referral else subject


def _of_company(lead: LeadFacts | None, referral: Referral | None) -> dict[str, Any]:
    address = referral.address if referral else PostalAddress()
    score = lead.score if lead else None
    ends_on = lead.registration_ends_on if lead else None
    return {
        "domain": lead.domain if lead else None,
        "website": f"https://{lead.domain}" if lead else None,
        "country": (referral.country if referral else None) or (lead.country if lead else None),
        "street": address.street,
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
        "tenant_id": (lead.tenant_id if lead else None) or (referral.tenant_id if referral else None),
        "provider": lead.provider if lead else None,
        "score": score,
        "segment": lead.segment if lead else None,
        "priority": lead.priority if lead else None,
        "heat": HEATS.get(lead.technical_heat or "") if lead else None,
        "sales_stage": sales_stage(score),
        "reasons": lead.reasons if lead else None,
        "infrastructure": lead.infrastructure if lead else None,
        "registrar": lead.registrar if lead else None,
        "registration_ends_on": ends_on.isoformat() if ends_on else None,
    }


def _of_referral(referral: Referral | None) -> dict[str, Any]:
    if referral is None:
        return {}
    link = f"Partner Center: {referral.partner_center_url}"
    return {
        "title": referral.name,
        "engagement_id": referral.engagement_id,
        "referral_type": referral.type,
        # The link stands first: what is too long is cut at its end.
        "description": f"{link}\n\n{referral.notes}" if referral.notes else link,
        "closing_on": referral.closing_at.date().isoformat() if referral.closing_at else None,
    }


def _of_deal(given: DynamicsInput) -> Mapping[str, Any]:
    """The amount goes only with its own currency: nothing is converted."""
    referral = given.referral
    if referral is None or referral.deal_amount is None:
        return {}
    amount = referral.deal_amount
    if not amount.is_finite() or abs(amount) > _MOST_MONEY:
        raise invalid("dealValue", "too_much", amount=str(amount))
    currency = given.organisation.currencies.get(referral.deal_currency or "")
    if currency is None:
        return {"amount_without_currency": referral.deal_currency or ""}
    rounded = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return {"amount": float(rounded), "currency": f"transactioncurrencies({currency})"}


def _lead_source(given: DynamicsInput) -> int:
    """By referral type, else by segment, as configured;

    else Partner. A configured value that the choice lacks gives way.
    """
    names = (given.referral.type if given.referral else "", (given.lead.segment or "") if given.lead else "")
    configured = next(
        (given.config.lead_sources[name.lower()] for name in names if name.lower() in given.config.lead_sources), None
    )
    known = given.organisation.choices.get(("lead", "leadsourcecode"))
    if configured is not None and (known is None or configured in known):
        return configured
    return PARTNER_LEAD_SOURCE
