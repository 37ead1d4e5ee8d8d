"""`/api/referrals`: deals, those without a domain too, and the door where a person enters a domain."""

from dataclasses import replace
from datetime import timedelta

import azure.functions as func

from shared.doors.accepted import lead_accepted
from shared.doors.http import Call, Reply, door
from shared.doors.paths import domain_from, keys_in_path
from shared.doors.problems import Problem, not_found
from shared.rules.change import Change, Found
from shared.rules.events import Event
from shared.rules.idn import to_ascii
from shared.rules.kept_referral import KeptReferral
from shared.rules.referral_face import referral_face
from shared.rules.road import next_messages
from shared.rules.taking_in import with_dynamics_state, with_identity_version, with_referral

blueprint = func.Blueprint()


@door(blueprint, "GET", "referrals", role="reader", query="ReferralQuery", answer="ReferralPage", also=(304,))
def list_referrals(call: Call) -> Reply:
    """A page of referrals."""
    from shared.doors.listing import page_of
    from shared.rules.list_columns import REFERRAL_COLUMNS
    from shared.rules.list_shape import Conditions

    asked = call.query
    any_of = {name: frozenset(text.split(",")) for name in ("status", "type") if (text := getattr(asked, name))}
    if asked.has_domain is not None:
        any_of["has_domain"] = frozenset({str(asked.has_domain).lower()})
    exactly = {"domain": to_ascii(asked.domain) or asked.domain} if asked.domain else {}
    conditions = Conditions(any_of=any_of, exactly=exactly, text=asked.q)
    return page_of(call, call.to.referral_list, REFERRAL_COLUMNS, conditions)


@door(blueprint, "GET", "referrals/{id}", role="reader", answer="ReferralDetail")
def show_referral(call: Call) -> Reply:
    """One referral; operators also see Partner Center's raw record."""
    kept = _referral_or_404(call)
    content = {**referral_face(kept), "timeline": _events(call, kept), "raw": None}
    if call.principal.may("operator") and kept.referral.consent is not False:
        content["raw"] = call.to.leads.big_text("raw", kept.key, kept.referral.content_hash[:32])
    return Reply(content)


@door(
    blueprint, "POST", "referrals/{id}/domain", role="operator", body="DomainBody", answer="LeadAccepted", status=202,
    also=(409,),
)  # fmt: skip
def name_domain(call: Call) -> Reply:
    """A person enters the customer's domain; the road goes on from there."""
    kept = _referral_or_404(call)
    domain = domain_from(call.body.domain, own_domains=call.to.settings.own_domain_set)
    now, fresh = call.to.now(), timedelta(hours=call.to.settings.scan_fresh_hours)

    def decide(found: Found) -> Change | None:
        if found.referral is None or (found.referral.domain == domain and found.referral.named_by):
            return None
        if found.referral.domain not in (kept.domain, domain):
            raise Problem(409, "conflict", "Partner Center gave it another domain meanwhile. Look again, then repeat.")
        named = replace(
            found.referral,
            domain=domain,
            domain_source="person",
            no_domain_reason=None,
            named_by=call.principal.user_id,
            version=found.referral.version + 1,
        )
        lead = with_referral(found.lead, named, domain=domain, now=now, fresh_for=fresh)
        lead = with_dynamics_state(lead, named)
        left = found.other_lead
        if left:
            left = with_identity_version(left.without_referral(named.key), left)
        event = Event(
            "domain.named",
            who=call.principal.user_id,
            params={"domain": domain, "id": named.referral.id},
            trace=call.trace,
        )
        return Change(lead=lead, referral=named, other_lead=left, events=[event])

    before = kept.domain if kept.domain != domain else None
    found = call.to.leads.find(domain=domain, referral_key=kept.key, other_domain=before)
    saved = call.to.leads.change(decide, found)
    lead = saved.lead if saved else found.lead
    if lead:
        call.to.queues.send_all(next_messages(lead, trace=call.trace))
    return lead_accepted(domain, known=found.lead is not None)


def _referral_or_404(call: Call) -> KeptReferral:
    for key in keys_in_path(call.path["id"]):
        if kept := call.to.leads.referral(key):
            return kept
    raise not_found("referral", call.path["id"])


def _events(call: Call, kept: KeptReferral) -> list[dict[str, object]]:
    """A referral without a lead has a timeline of its own."""
    return [] if kept.domain else call.to.leads.events(f"ref.{kept.key}", limit=50)[0]
