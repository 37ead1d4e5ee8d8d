"""Memory of a poll: its peak over 10,000 referrals beside that over 1,000, traced in this process."""

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shared.clients.queues import Queues
from shared.messages import Envelope
from shared.runs.poll import poll
from tests.background import Background, background
from tests.bench import Row
from tests.functions.poll_world import PollWorld, numbered
from tests.functions.world import NOW
from tests.table_double.process import running_table_double

FEW, MANY, PAGE = 1_000, 10_000, 100
MOST_GROWTH = 1.5
_NEVER = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=YQ==;UseDevelopmentEmulator=true"


class _Counted(Queues):
    """Takes messages and keeps none: a bus in this process would be measured too."""

    def __init__(self) -> None:
        super().__init__(connection_string=_NEVER)
        self.count = 0

    def send_all(self, envelopes: Any, *, delay: timedelta | None = None) -> None:
        """Made ready for the wire, as for a real bus."""
        self.count += sum(bool(one.to_bytes()) for one in envelopes if isinstance(one, Envelope))


def rows() -> Iterator[Row]:
    """One row; the first poll of the process is not measured, it loads what all share."""
    with background() as loop:
        _peak(PAGE, loop)
        few, many = _peak(FEW, loop), _peak(MANY, loop)
    ratio = many / few
    note = f"{few / 1e6:.1f} MB and {many / 1e6:.1f} MB above what was there"
    name = f"memory of a poll of {MANY:,} referrals / of {FEW:,}"
    yield Row(name, f"{ratio:.2f} x", f"constant: at most {MOST_GROWTH} x", ratio <= MOST_GROWTH, note)


def _peak(count: int, loop: Background) -> int:
    with running_table_double() as double:
        queues = _Counted()
        world = PollWorld(double.connection_string(), queues, "", loop=loop, records=map(_referral, range(count)))
        world.post("oddities", {"page_size": PAGE})
        run = world.runs.create(kind="referrals", who="bench", trace="t" * 32, request={"mode": "filter"})
        world.partner_center.page("filter")  # the stand-in, in this process too, sorts what it holds
        gc.collect()
        tracemalloc.start()
        poll(run, world)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert queues.count == count, f"{queues.count} of {count} were sent"
    return peak


def _referral(number: int) -> dict[str, Any]:
    stamp = (NOW - timedelta(days=1) + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    return numbered(number, id=f"ref-{number:06}", createdDateTime=stamp, updatedDateTime=stamp)
