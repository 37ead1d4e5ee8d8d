"""An address in, what a MaxMind file on this machine says of its network out (MaxMind DB format 2.0).

https://maxmind.github.io/MaxMind-DB/ describes the format: a binary tree over the address's bits, then the data.
"""

import logging
import mmap
import struct
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

_METADATA = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR = 16
"""Bytes between tree and data."""
_POINTER, _TEXT, _DOUBLE, _BYTES, _MAP, _SIGNED, _ARRAY, _BOOLEAN, _FLOAT = 1, 2, 3, 4, 7, 8, 11, 14, 15
_DEEPEST = 32


class MaxMindWrongError(ValueError):
    """The file is no MaxMind file, or a broken one."""


def open_maxmind(path: str) -> "MaxMindFile | None":
    """The file, or None when there is none or it cannot be used; then a line in the log says so, and scans go on."""
    try:
        return MaxMindFile(path) if path else None
    except (OSError, MaxMindWrongError) as error:
        logger.error("maxmind.unusable path=%s reason=%s", path, error)
        return None


class MaxMindFile:
    """One file, read where it lies. Raises `MaxMindWrongError` or `OSError` when it cannot be opened."""

    def __init__(self, path: str | Path) -> None:
        with open(path, "rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if Path(path).stat().st_size else b""
        start = self._bytes.rfind(_METADATA)
        if start < 0:
            raise MaxMindWrongError(f"{path} is no MaxMind file")
        self._data = start + len(_METADATA)
        try:
            about = self._value(self._data)[0]
            self._nodes, self._bits, version = (about[key] for key in ("node_count", "record_size", "ip_version"))
        except (KeyError, TypeError, IndexError, struct.error):
            raise MaxMindWrongError(f"{path} does not say how it is built") from None
        if self._bits not in (24, 28, 32):
            raise MaxMindWrongError(f"{path} has records of {self._bits} bits; known are 24, 28 and 32")
        self._tree_bits = 128 if version == 6 else 32
        self._data = self._nodes * self._bits // 4 + _SEPARATOR

    def find(self, address: str) -> dict[str, Any] | None:
        """What the file says of the network of this address; None when it is silent, or broken at that place."""
        try:
            return self._found(ip_address(address))
        except (MaxMindWrongError, IndexError, TypeError, struct.error):
            return None

    def _found(self, ip: IPv4Address | IPv6Address) -> dict[str, Any] | None:
        if ip.max_prefixlen > self._tree_bits:
            return None
        node = 0
        for bit in range(self._tree_bits - 1, -1, -1):
            node = self._record(node, int(ip) >> bit & 1)
            if node >= self._nodes:
                break
        if node <= self._nodes:
            return None
        found = self._value(self._data + node - self._nodes - _SEPARATOR)[0]
        return found if isinstance(found, dict) else None

    def _record(self, node: int, side: int) -> int:
        """The left or right branch of a node."""
        size = self._bits // 4
        whole = self._bytes[node * size : (node + 1) * size]
        if self._bits == 28:
            high = whole[3] >> 4 if side == 0 else whole[3] & 0xF
            return high << 24 | int.from_bytes(whole[side * 4 : side * 4 + 3], "big")
        return int.from_bytes(whole[side * size // 2 : (side + 1) * size // 2], "big")

    def _value(self, at: int, depth: int = 0) -> tuple[Any, int]:
        """The value at a place in the file, and where the next one begins."""
        if depth > _DEEPEST or at >= len(self._bytes):
            raise MaxMindWrongError("the file is broken")
        control = self._bytes[at]
        kind, at = control >> 5, at + 1
        if kind == _POINTER:
            return self._pointed(control, at, depth)
        if kind == 0:
            kind, at = 7 + self._bytes[at], at + 1
        size, at = self._size(control & 0x1F, at)
        if kind == _MAP:
            found = {}
            for _ in range(size):
                key, at = self._value(at, depth + 1)
                found[key], at = self._value(at, depth + 1)
            return found, at
        if kind == _ARRAY:
            listed = []
            for _ in range(size):
                one, at = self._value(at, depth + 1)
                listed.append(one)
            return listed, at
        if kind == _BOOLEAN:
            return bool(size), at
        return self._plain(kind, self._bytes[at : at + size]), at + size

    def _plain(self, kind: int, raw: bytes) -> Any:
        if kind == _TEXT:
            return raw.decode("utf-8", "replace")
        if kind == _BYTES:
            return raw
        if kind in (_DOUBLE, _FLOAT):
            return struct.unpack(">d" if kind == _DOUBLE else ">f", raw)[0]
        return int.from_bytes(raw, "big", signed=kind == _SIGNED and len(raw) == 4)

    def _pointed(self, control: int, at: int, depth: int) -> tuple[Any, int]:
        """The value elsewhere that a pointer of one to four bytes names."""
        length = (control >> 3 & 3) + 1
        low = int.from_bytes(self._bytes[at : at + length], "big")
        high = 0 if length == 4 else (control & 7) << 8 * length
        offset = (0, 2048, 526_336, 0)[length - 1]
        return self._value(self._data + high + low + offset, depth + 1)[0], at + length

    def _size(self, size: int, at: int) -> tuple[int, int]:
        if size < 29:
            return size, at
        extra = size - 28
        return (29, 285, 65_821)[extra - 1] + int.from_bytes(self._bytes[at : at + extra], "big"), at + extra
