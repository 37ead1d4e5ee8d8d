"""Nothing in; a running table double and its connection string out, for as long as a `with` block lasts."""

import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

_ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class RunningDouble:
    """Where it listens."""

    port: int

    def connection_string(self, account: str = "bench") -> str:
        """An account of its own, with no tables. The double checks no key."""
        return (
            f"DefaultEndpointsProtocol=http;AccountName={account};AccountKey=a2V5;"
            f"TableEndpoint=http://127.0.0.1:{self.port}/{account};"
        )

    def counts(self) -> Counter[str]:
        """Requests so far, by kind."""
        return Counter(requests.get(f"http://127.0.0.1:{self.port}/_double/counts", timeout=10).json())

    def fill(self, table: str, entities: Iterable[Mapping[str, Any]], *, account: str = "bench") -> None:
        """Puts many rows there at once."""
        url = f"http://127.0.0.1:{self.port}/_double/{account}/{table}"
        requests.post(url, json=[_on_the_wire(entity) for entity in entities], timeout=120).raise_for_status()


def _on_the_wire(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An entity as JSON holds it: binary as base64 with its type beside it."""
    types = {f"{name}@odata.type": "Edm.Binary" for name, value in entity.items() if isinstance(value, bytes)}
    plain = {name: b64encode(value).decode() if isinstance(value, bytes) else value for name, value in entity.items()}
    return plain | types


@contextmanager
def running_table_double() -> Iterator[RunningDouble]:
    """A process of its own, so that its work is not counted as ours."""
    command = [sys.executable, "-m", "tests.table_double.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdin and process.stdout
        try:
            yield RunningDouble(int(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(10)
