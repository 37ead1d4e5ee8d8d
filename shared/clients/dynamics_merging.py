"""Two accounts' ids in, both rows or their merge out. Only an admin asks for this; Dynamics has no way back."""

from shared.clients.dynamics import Dynamics
from shared.rules.dynamics.merge import MergePlan, plan_merge
from shared.rules.dynamics.reads import Read
from shared.rules.dynamics.state import row_id

_ACCOUNT = "Microsoft.Dynamics.CRM.account"


def merge_preview(dynamics: Dynamics, *, target: str, subordinate: str, correlation: str) -> MergePlan:
    """What a merge of these two would do."""
    found = dynamics.read(
        [Read("account", f"accountid eq {target} or accountid eq {subordinate}")], correlation=correlation
    )
    rows = {row_id("account", row): row for row in found.of("account")}
    return plan_merge(rows.get(target), rows.get(subordinate), target_id=target, subordinate_id=subordinate)


def merge_accounts(dynamics: Dynamics, plan: MergePlan, *, correlation: str) -> str | None:
    """Merges as planned: what belongs to the subordinate moves to the target, the subordinate is deactivated.

    Returns Dynamics' request id. Raises `PermanentError` when Dynamics will not.
    """
    content = {
        "Target": {"@odata.type": _ACCOUNT, "accountid": plan.target},
        "Subordinate": {"@odata.type": _ACCOUNT, "accountid": plan.subordinate},
        "PerformParentingChecks": False,
    }
    if plan.fills:
        content["UpdateContent"] = {"@odata.type": _ACCOUNT, "accountid": plan.target, **plan.fills}
    answer = dynamics.post("Merge", content, correlation=correlation)
    return answer.headers.get("x-ms-service-request-id")
