"""A plan in; carried out in Dynamics, with the score on Dynamics' own form where that is wanted and taken.

The score goes in the same change set, so that no death parts the two. A set that fails does not tell which of its
writes failed (reference/dataverse-web-api.md 4.3), but the message names the table: then the lead goes without it.
"""

import logging
from dataclasses import dataclass

from shared.connections import Connections
from shared.errors import PermanentError
from shared.rules.dynamics.input import DynamicsInput
from shared.rules.dynamics.score_row import ScoreRow, is_about_scores, score_row
from shared.rules.dynamics.shapes import Plan, ScoreFate

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """What carrying out a plan came to."""

    request_ids: tuple[str, ...] = ()
    score: ScoreFate | None = None
    """What became of the score; None when there was none to write."""


def write_plan(plan: Plan, given: DynamicsInput, *, forced: bool, trace: str, to: Connections) -> Written:
    """Writes what the plan asks for; nothing to write asks Dynamics nothing. Raises as `Dynamics.write` does.

    `forced`: the score is written anew even where it stays.
    """
    score = _score_of(plan, given, forced, to)
    refused = given.organisation.scores_refused
    if score and refused is None:
        try:
            return Written(to.dynamics.write(plan, score, correlation=trace).request_ids, ScoreFate())
        except PermanentError as fault:
            if not is_about_scores(fault.cause):
                raise
            refused = str(fault.params.get("privilege") or "")
            to.dynamics.note_refused_scores(refused)
            logger.warning("push.score_refused privilege=%s trace=%s", refused or "-", trace)
    ids = to.dynamics.write(plan, correlation=trace).request_ids if plan.writes else ()
    return Written(ids, ScoreFate(refused) if score else None)


def _score_of(plan: Plan, given: DynamicsInput, forced: bool, to: Connections) -> ScoreRow | None:
    """The row for the predictive-score table, where that is wanted and there."""
    wanted = to.settings.dynamics_predictive_scores and given.organisation.predictive_scores
    return score_row(plan, given, anew=forced) if wanted else None
