"""The address of a link goes in; which queue, and which part of it, comes out."""

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Address:
    """`queue` is lower case; names of queues do not tell cases apart. The queue `$cbs` takes tokens."""

    queue: str
    dead_letters: bool = False
    management: bool = False

    @property
    def takes_requests(self) -> bool:
        """True for an address that answers requests instead of keeping messages."""
        return self.management or self.queue == "$cbs"


def parse_address(text: str) -> Address:
    """Reads `queue`, `queue/$DeadLetterQueue`, either with `/$management`, and `amqps://host:port/` before it."""
    path = text.partition("://")[2].partition("/")[2] if "://" in text else text
    parts = [part for part in unquote(path).lower().split("/") if part]
    management = parts[-1:] == ["$management"]
    if management:
        parts.pop()
    dead_letters = parts[-1:] == ["$deadletterqueue"]
    if dead_letters:
        parts.pop()
    return Address("/".join(parts), dead_letters, management)
