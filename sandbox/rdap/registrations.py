"""Registrations as JSON go in, by domain name; checked ones by punycode name come out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import idna
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

SAMPLES = Path(__file__).parent.parent / "samples" / "registrations.json"

Days = Annotated[int, Field(ge=-40_000, le=40_000)]


class Registration(BaseModel):
    """One domain; dates are days from now, so that the samples never grow old. None: the registry does not say."""

    model_config = ConfigDict(extra="forbid", strict=True)
    registrar: str | None = None
    registrar_id: int | None = None
    registered: Days | None = None
    expires: Days | None = None
    changed: Days | None = None
    nameservers: list[str] = []
    status: list[str] = ["active"]
    signed: bool = False


_REGISTRATIONS = TypeAdapter(dict[str, Registration])


def read_registrations(given: Mapping[str, Any] | Path) -> dict[str, Registration]:
    """The registrations of a mapping or a JSON file. Raises ValueError naming each domain and field that is wrong."""
    source = str(given) if isinstance(given, Path) else "The registrations"
    try:
        content = json.loads(given.read_text(encoding="utf-8")) if isinstance(given, Path) else dict(given)
        read = _REGISTRATIONS.validate_python(content)
        return {punycode(name): one for name, one in read.items()}
    except ValidationError as error:
        lines = [f"{' '.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        fields = ", ".join(Registration.model_fields)
        raise ValueError("\n".join([f"{source}: use {fields}; dates are days from now", *lines])) from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{source} cannot be read: {error}") from None


def punycode(name: str) -> str:
    """Lower case, without a final dot. Raises ValueError for what is no domain name."""
    return idna.encode(name.rstrip("."), uts46=True).decode("ascii")
