"""What every stand-in hands back once it serves: its name, its address, and how to stop it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Running:
    """A started stand-in. `address` is what a client is told, without a trailing slash."""

    name: str
    address: str
    port: int
    close: Callable[[], Awaitable[None]]
    beside: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Further addresses that only the functions are told, by their field of `function_settings.Addresses`."""
