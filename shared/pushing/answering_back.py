"""A referral that is in Dynamics in, our Lead's id in its `externalReferenceId` at Partner Center out.

Off unless `PARTNER_CENTER_WRITE_BACK`. A message of its own, so that trouble at Partner Center never fails a push.
Closed referrals are never written to, and somebody else's id (Microsoft's own connector's, say) stays.
"""

import logging

from shared.connections import Connections
from shared.errors import TransientError
from shared.messages import Envelope
from shared.rules.lead import OPEN_STATUSES
from shared.rules.road import push_message

logger = logging.getLogger(__name__)


def send_answer(key: str, *, trace: str, to: Connections) -> None:
    """After a push: asks for the answer, while Partner Center does not have it."""
    if not (to.settings.partner_center_write_back and to.settings.partner_center_enabled):
        return
    kept = to.leads.referral(key)
    if kept is None or kept.referral.status not in OPEN_STATUSES or kept.dynamics.status != "synced":
        return
    lead_id = kept.dynamics.lead_id
    if lead_id and (kept.referral.external_reference_id or "").lower() != lead_id.lower():
        to.queues.send(push_message(key, lead_id, trace=trace, cause="answer", answer=lead_id))


def answer_back(envelope: Envelope, to: Connections) -> None:
    """Writes the id. A repeat finds it there; raises what Partner Center's client raises."""
    kept = to.leads.referral(envelope.key)
    if kept is None or kept.referral.status not in OPEN_STATUSES:
        return
    to.partner_center_gate.check()
    try:
        held = to.partner_center.write_external_reference(kept.referral.id, None, str(envelope.data["answer"]))
    except TransientError as error:
        raise to.partner_center_gate.closing(error) from None
    logger.info("referral.answered key=%s written=%s trace=%s", envelope.key, held, envelope.trace)
