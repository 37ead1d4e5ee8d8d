"""Registers the doors and steps in the order in which the data travels; nothing else.

With wrong settings only `health` is registered, which answers 503 with every problem; messages wait untouched.
"""

import azure.functions as func

from shared.connections import settings
from shared.settings import SettingsInvalidError

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

try:
    settings()
except SettingsInvalidError:
    from functions import health

    app.register_functions(health.blueprint)
else:
    from functions import (
        dead_letters,
        dynamics,
        failures,
        health,
        ingest,
        insight,
        lead,
        leads,
        measure,
        merge,
        pull,
        push,
        referrals,
        retention,
        reviews,
        run,
        runs,
        scan,
        score,
        sweep,
        sync,
    )

    for step in (
        sync, run, ingest, scan, score, push, pull, sweep, dead_letters,
        measure, retention,
        leads, lead, referrals, insight, dynamics, reviews, merge, runs, failures, health,
    ):  # fmt: skip
        app.register_functions(step.blueprint)
