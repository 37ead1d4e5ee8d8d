"""All logs, messages, timelines and inbox rows of a full run: no secret, no token, no person."""

import base64
import re

import requests

from shared.messages import QUEUES
from tests.attacks.conftest import Attacked
from tests.attacks.hostile import SECRET_PERSON

_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]+|Bearer\s+\S{10,}|AccountKey=\S{10,}|client_secret=\S+")


def _logs(attacked: Attacked) -> str:
    folder = attacked.sandbox.state / "logs"
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in folder.glob("host-*.log"))


def test_no_person_is_named_in_any_log(attacked: Attacked) -> None:
    log = _logs(attacked)
    assert "lead.scored" in log, "the run has logged nothing: this test would prove nothing"
    assert [part for part in SECRET_PERSON if part.lower() in log.lower()] == []


def test_no_secret_and_no_token_is_in_any_log(attacked: Attacked) -> None:
    log, settings = _logs(attacked), attacked.sandbox.settings
    secrets = [settings["DYNAMICS_CLIENT_SECRET"], settings["Storage"].split("AccountKey=")[1].split(";")[0]]
    cache = (attacked.sandbox.state / "token-cache.json").read_text(encoding="utf-8")
    secrets += re.findall(r'"secret":\s*"([^"]{16,})"', cache)
    assert [secret[:6] for secret in secrets if secret in log] == []
    assert _TOKEN.findall(log) == []


def test_no_log_line_is_forged_by_what_a_record_says(attacked: Attacked) -> None:
    assert not [line for line in _logs(attacked).splitlines() if line.startswith(("Set-Cookie", "second"))]
    assert "\x1b[31m" not in _logs(attacked)


def test_no_timeline_and_no_inbox_row_names_a_person(attacked: Attacked) -> None:
    told = attacked.ask("GET", "leads/personal-data.example/timeline").text + attacked.ask("GET", "failures").text
    told += attacked.ask("GET", "runs").text + attacked.ask("GET", "dynamics/status/personal-data.example").text
    assert [part for part in SECRET_PERSON if part.lower() in told.lower()] == []


def test_messages_other_than_referrals_carry_keys_only(attacked: Attacked) -> None:
    attacked.sandbox.fault("bus_control", match={"on": "deliver"}, delay_ms=2000, times=40)
    attacked.ask("POST", "leads/personal-data.example/rescan", json={})
    attacked.ask("POST", "dynamics/sync/personal-data.example", json={})
    control = attacked.sandbox.url("bus_control")
    bodies = []
    for queue in QUEUES:
        if queue != "referrals":
            found = requests.get(f"{control}/_sandbox/queues/{queue}/messages", timeout=10).json()["messages"]
            bodies += [base64.b64decode(one["body_base64"]).decode() for one in found]
    attacked.sandbox.clear_faults("bus_control")
    assert bodies, "no message was seen: this test would prove nothing"
    assert [part for part in SECRET_PERSON for body in bodies if part.lower() in body.lower()] == []
