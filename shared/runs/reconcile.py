"""A run of kind `reconcile`: Partner Center, the store and Dynamics compared; what is missing, extra or stale listed
as items, each with `where`: `store` or `dynamics`.

It changes nothing: a missing or stale referral is mended by the nightly full sync, a missing record by a replay or a
sync. It goes in small steps, each saved, so that any number of slices, deaths and waits comes to the same end.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.connections import Connections
from shared.rules.run import Run
from shared.runs.reconcile_dynamics import compare_leads, look_for_missing
from shared.runs.reconcile_source import compare_referrals, look_for_extra

SLICE_SECONDS = 120
Step = Callable[[Run, Connections], Run]
_STEPS: dict[str, Step] = {
    "referrals": compare_referrals,
    "extra": look_for_extra,
    "leads": compare_leads,
    "missing": look_for_missing,
}
"""One page or handful each. `progress.step` names the present one, `done` none; `in_step` counts what agreed."""


def reconcile(run: Run, to: Connections) -> Run:
    """Compares page by page until the end of the slice; `finishing` when nothing is left to compare."""
    began = time.monotonic()
    if "step" not in run.progress:
        run = replace(run, progress={"step": "referrals", "in_step": 0})
    while (step := str(run.progress["step"])) != "done":
        run = _STEPS[step](run, to)
        run = to.turns.renewed(run, **_counts(run, to))
        if to.turns.cancel_asked(run.id):
            return replace(run, state="cancelled")
        if time.monotonic() - began > SLICE_SECONDS and run.progress["step"] != "done":
            return run
    to.seen.forget(run.id)
    return replace(run, state="finishing", **_counts(run, to))


def _counts(run: Run, to: Connections) -> dict[str, Any]:
    """What was compared: each finding is an item, the rest was skipped since there is nothing to tell."""
    found, in_step = sum(to.run_items.outcomes(run.id).values()), int(run.progress["in_step"])
    return {
        "fetched": in_step + found,
        "enqueued": found,
        "skipped": in_step,
        "skip_reasons": {"in_step": in_step} if in_step else {},
    }
