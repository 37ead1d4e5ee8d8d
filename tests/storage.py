"""The genuine Azurite for tests: one process per session, one storage account per test, so that no test sees
another's rows."""

import base64
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PROGRAM = Path(__file__).parent.parent / "sandbox/node_modules/azurite/dist/src/table/main.js"
_ACCOUNTS = 1000


@dataclass(slots=True)
class Storage:
    """A running Azurite that hands out fresh accounts."""

    port: int
    key: str
    _used: int = field(default=0)

    def fresh_account(self) -> str:
        """The connection string of an account that nobody has used."""
        self._used += 1
        assert self._used <= _ACCOUNTS, "more tests than accounts: raise _ACCOUNTS"
        name = f"test{self._used:04}"
        return (
            f"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={self.key};"
            f"TableEndpoint=http://127.0.0.1:{self.port}/{name};"
        )


@contextmanager
def running_storage() -> Iterator[Storage]:
    """Azurite's table service, in memory, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    accounts = ";".join(f"test{number:04}:{key}" for number in range(1, _ACCOUNTS + 1))
    process = subprocess.Popen(
        ["node", str(_PROGRAM), "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--inMemoryPersistence",
         "--tableHost", "127.0.0.1", "--tablePort", str(port)],
        env={**os.environ, "AZURITE_ACCOUNTS": accounts},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_open(port)
        yield Storage(port, key)
    finally:
        process.kill()
        process.wait(10)


def _wait_until_open(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("Azurite did not open its port within 30 s")
