"""Indexing stays light: importing `function_app` loads no SDK; clients import theirs when they are first used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_AT_IMPORT = (
    "azure.servicebus", "azure.data", "azure.identity", "azure.keyvault", "azure.core", "msal", "requests", "dns",
    "publicsuffixlist", "aiohttp", "xlsxwriter", "idna", "pydantic",
)  # fmt: skip
_SETTINGS = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=YQ==;UseDevelopmentEmulator=true",
    "Storage": "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;",
}


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that a fresh worker has after indexing."""
    code = "import function_app, sys; print(*sys.modules)"
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", code], env={**path, **_SETTINGS}, capture_output=True, text=True, timeout=60, check=True
    )
    return set(run.stdout.split())


def test_indexing_registers_the_road(loaded: set[str]) -> None:
    assert {"functions.ingest", "functions.push"} <= loaded, "the settings of this test have become wrong"


@pytest.mark.parametrize("name", NOT_AT_IMPORT)
def test_indexing_does_not_load(loaded: set[str], name: str) -> None:
    assert [one for one in loaded if one == name or one.startswith(f"{name}.")] == []
