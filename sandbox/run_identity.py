"""A state directory → the made-up tenant, applications and keys of a run, the same again where the state is kept."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

FILE = "identity.json"


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """Nothing here means anything outside of this machine."""

    tenant_id: str
    partner_center_client_id: str
    dynamics_client_id: str
    dynamics_secret: str
    signing_key: str

    @property
    def key(self) -> bytes:
        """What Entra's stand-in signs tokens with and the others check."""
        return bytes.fromhex(self.signing_key)


def read_identity(directory: Path) -> RunIdentity:
    """The identity in the directory, made and written (owner only) when there is none yet."""
    file = directory / FILE
    if file.exists():
        return RunIdentity(**json.loads(file.read_text(encoding="utf-8")))
    made = RunIdentity(
        tenant_id=str(uuid4()),
        partner_center_client_id=str(uuid4()),
        dynamics_client_id=str(uuid4()),
        dynamics_secret=secrets.token_urlsafe(24),
        signing_key=secrets.token_hex(32),
    )
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made
