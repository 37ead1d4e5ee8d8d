"""A number of referrals in, a steady stream of news in Partner Center out: two new ones, then one changed."""

import time
from datetime import UTC, datetime
from typing import Any

import requests

from tests.chaos.companies import companies

WAVE = "steady"


class Load:
    """What arrives, and when each company's last news came. `zone` is where the companies live."""

    def __init__(self, referrals: int) -> None:
        made = companies([WAVE], referrals=2 * referrals, seed=1, co_sell=frozenset({WAVE}))
        self.zone = made.zone
        self._new = [record for record in made.waves[0].new if _domain(record) in made.zone]
        self._changed = 0
        self._put: list[dict[str, Any]] = []
        self.told_at: dict[str, float] = {}

    def publish(self, partner_center: str, count: int) -> None:
        """So many news at once. Raises when Partner Center does not take them."""
        edit: dict[str, list[dict[str, Any]]] = {"put": [], "change": []}
        for _ in range(count):
            stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
            if len(self._put) >= 2 * (self._changed + 1):
                record = self._put[self._changed]
                self._changed += 1
                edit["change"].append({"id": record["id"], "name": f"{record['name']} again", "updatedDateTime": stamp})
            else:
                record = self._new[len(self._put)]
                self._put.append(record)
                edit["put"].append({**record, "createdDateTime": stamp, "updatedDateTime": stamp})
            self.told_at[_domain(record)] = time.time()
        answer = requests.post(f"{partner_center}/_sandbox/referrals", json=edit, timeout=10)
        answer.raise_for_status()
        assert not answer.json()["missing"], answer.text


def _domain(record: dict[str, Any]) -> str:
    email: str = record["customerProfile"]["team"][0]["email"]
    return email.partition("@")[2]
