"""A function app that writes down what the host does with it: one JSON line per call in the file PROBE_FILE."""

import asyncio
import json
import logging
import os
import time
from datetime import datetime
from typing import Any

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def note(what: str, **facts: Any) -> None:
    line = json.dumps({"what": what, "pid": os.getpid(), "at": time.time(), **facts}, default=str)
    with open(os.environ["PROBE_FILE"], "a", encoding="utf-8") as file:
        file.write(line + "\n")


def _seen(message: func.ServiceBusMessage) -> dict[str, Any]:
    def zone(moment: datetime | None) -> str:
        return "missing" if moment is None else "naive" if moment.tzinfo is None else "aware"

    return {
        "id": message.message_id,
        "body": message.get_body().decode(),
        "delivery_count": message.delivery_count,
        "correlation_id": message.correlation_id,
        "subject": message.subject,
        "content_type": message.content_type,
        "properties": message.application_properties,
        "enqueued": zone(message.enqueued_time_utc),
        "expires": zone(message.expires_at_utc),
        "never_sent": [message.time_to_live, message.locked_until, message.scheduled_enqueue_time_utc],
    }


@app.service_bus_queue_trigger(
    arg_name="message", queue_name="referrals", connection="ServiceBus", data_type=func.DataType.BINARY
)
def take(message: func.ServiceBusMessage, context: func.Context) -> None:
    note("take", invocation=context.invocation_id, **_seen(message))
    command = json.loads(message.get_body())
    logging.getLogger("probe").info("probe.took id=%s", message.message_id)
    if command["do"] == "raise" or (command["do"] == "raise_once" and message.delivery_count == 1):
        raise RuntimeError("asked to")
    if command["do"] == "sleep":
        time.sleep(command["seconds"])
    note("took", id=message.message_id)


@app.service_bus_queue_trigger(arg_name="message", queue_name="scans", connection="ServiceBus")
async def read_text(message: func.ServiceBusMessage) -> None:
    await asyncio.sleep(0)
    note("text", **_seen(message))


@app.service_bus_queue_trigger(
    arg_name="message", queue_name="referrals/$DeadLetterQueue", connection="ServiceBus", data_type=func.DataType.BINARY
)
def bury(message: func.ServiceBusMessage) -> None:
    note("dead", **_seen(message))


@app.service_bus_queue_trigger(arg_name="message", queue_name="pushes", connection="ServiceBus")
def wrong_return(message: func.ServiceBusMessage) -> str:
    note("wrong_return", **_seen(message))
    return "nobody takes this"


@app.timer_trigger(arg_name="timer", schedule="*/2 * * * * *")
def tick(timer: func.TimerRequest) -> None:
    note("tick", past_due=timer.past_due)


@app.timer_trigger(arg_name="timer", schedule="* * * * * *")
def switched_off(timer: func.TimerRequest) -> None:
    note("switched_off", past_due=timer.past_due)


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
def by_hand(timer: func.TimerRequest) -> None:
    note("by_hand", past_due=timer.past_due)


@app.route(route="echo/{id?}", methods=["GET", "POST"])
def echo(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route": dict(req.route_params),
        "body": req.get_body().decode(),
        "pid": os.getpid(),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json", headers={"Set-Cookie": "a=b; Path=/"})


@app.route(route="boom")
def boom(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("nobody may see this")


@app.route(route="answers/{kind}")
def answers(req: func.HttpRequest):  # the worker takes no annotation for "anything"
    return {"dict": {"a": 1}, "none": None, "text": "plain"}[req.route_params["kind"]]


@app.route(route="slow")
async def slow(req: func.HttpRequest) -> str:
    await asyncio.sleep(float(req.params["seconds"]))
    return "done"
