"""What every stand-in hands back once it serves: its name, its address, and how to stop it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Running:
    """A started stand-in. `address` is what a client is told, without a trailing slash."""

    name: str
    address: str
    port: int
    close: Callable[[], Awaitable[None]]
