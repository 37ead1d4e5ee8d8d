"""What the doors answer: a model per answer, used by the OpenAPI document and by the tests that hold the doors to it.

A file here for each file of `functions/` whose doors answer so; a door names its answer as text.
"""

from shared.doors.answers import dynamics, failures, health, insight, leads, parts, referrals, runs
from shared.doors.answers.parts import Answer

ANSWERS: dict[str, type[Answer]] = {
    name: model
    for file in (parts, referrals, leads, insight, runs, failures, dynamics, health)
    for name, model in vars(file).items()
    if isinstance(model, type) and issubclass(model, Answer)
}
"""Every answer by its name."""
