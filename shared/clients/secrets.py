"""Where the Partner Center token cache lives: a Key Vault secret in Azure, an owner-only file on a laptop."""

import os
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

SECRET_NAME = "partner-center-token-cache"
_PATIENT: dict[str, Any] = {
    "connection_timeout": 5, "read_timeout": 20, "retry_total": 2, "retry_backoff_factor": 0.3,
}  # fmt: skip
"""azure-core by itself waits 300 s for a vault that hangs, and the poll with it."""


class Secret(Protocol):
    """One secret text that can be read and replaced."""

    def load(self) -> str | None:
        """The text, or None when there is none yet."""

    def save(self, text: str) -> None:
        """Replaces the text."""

    def ends(self) -> dict[str, datetime]:
        """When the secrets kept in the same place end, by name, where an end is set."""


class VaultSecret:
    """A secret of Key Vault, by identity. Needs Get and Set (role Key Vault Secrets Officer on this secret)."""

    def __init__(self, vault_url: str, *, credential: Any, name: str = SECRET_NAME) -> None:
        from azure.keyvault.secrets import SecretClient

        self._client = SecretClient(vault_url, credential, **_PATIENT)
        self._name = name

    def load(self) -> str | None:
        """The newest version's text, or None."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            return self._client.get_secret(self._name).value
        except ResourceNotFoundError:
            return None

    def save(self, text: str) -> None:
        """Writes a new version."""
        self._client.set_secret(self._name, text, content_type="application/json")

    def ends(self) -> dict[str, datetime]:
        """The expiry dates that people set in the vault, such as that of the page's client secret."""
        listed = self._client.list_properties_of_secrets()
        return {str(one.name): one.expires_on for one in listed if one.enabled and one.expires_on}


class FileSecret:
    """A file that only its owner may read, replaced in one move so that a crash leaves the old text."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def load(self) -> str | None:
        """The file's text, or None."""
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def save(self, text: str) -> None:
        """Writes beside the file, then moves it into place."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        try:
            beside.write_text("", encoding="utf-8")
            beside.chmod(0o600)
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._path)
        finally:
            beside.unlink(missing_ok=True)  # a full disk must not fill with halves of a sign-in

    def ends(self) -> dict[str, datetime]:
        """A file has no end."""
        return {}
