"""The world of the steps, for commands that read and change what the steps keep."""

from tests.functions.conftest import bus, storage, world

__all__ = ["bus", "storage", "world"]
