"""Ports and a folder → Azurite's command, its environment and the connection string. Azurite is the real thing.

The account's key is made up per run: nothing that looks like a secret stands in the code.
"""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "devstoreaccount1"
PROGRAM = Path(__file__).parent / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
SERVICES = ("blob", "queue", "table")


@dataclass(frozen=True, slots=True)
class Azurite:
    """How to start it and how to reach it."""

    ports: dict[str, int]
    key: str
    location: Path | None

    @property
    def command(self) -> list[str]:
        """In memory, or in `location`; without the version check, since newer SDKs ask for newer versions."""
        where = ["--location", str(self.location)] if self.location else ["--inMemoryPersistence"]
        listening = [
            text
            for service in SERVICES
            for text in (f"--{service}Host", "127.0.0.1", f"--{service}Port", str(self.ports[service]))
        ]
        return ["node", str(PROGRAM), "--silent", "--disableTelemetry", "--skipApiVersionCheck", *where, *listening]

    @property
    def environment(self) -> dict[str, str]:
        """Tells Azurite its one account."""
        return {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{self.key}"}

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each service, the account in it."""
        return {service: f"http://127.0.0.1:{self.ports[service]}/{ACCOUNT}" for service in SERVICES}

    @property
    def connection_string(self) -> str:
        """What the functions get as `Storage` and `AzureWebJobsStorage`."""
        blob, queue, table = (self.addresses[service] for service in SERVICES)
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={self.key};"
            f"BlobEndpoint={blob};QueueEndpoint={queue};TableEndpoint={table};"
        )


def plan_azurite(ports: dict[str, int], *, location: Path | None) -> Azurite:
    """An Azurite on these ports with a key of its own."""
    chosen = {service: ports[service] for service in SERVICES}
    return Azurite(chosen, base64.b64encode(secrets.token_bytes(64)).decode("ascii"), location)
