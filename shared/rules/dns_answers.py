"""What name servers said, and how a check reads it: it asks, gets what is known already, and what is not is noted.

So a check is an ordinary pure function. Whoever runs it fetches what it wanted and runs it again till it wants nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Outcome = Literal["found", "no_data", "nxdomain", "servfail", "refused", "bad_answer", "timeout", "unreachable"]
_KNOWLEDGE = frozenset(("found", "no_data", "nxdomain"))


class Question(NamedTuple):
    """A name in lower case without a final dot, and a record type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One answer. `records` are in presentation format, the pieces of a TXT joined."""

    outcome: Outcome
    records: tuple[str, ...] = ()
    ttl: int | None = None
    """Seconds; of a negative answer, what its SOA says."""
    resolver: str = ""
    at: str = ""
    """When it came, ISO 8601 in UTC."""
    target: str = ""
    """The name at the end of the CNAME records, when there were any."""

    @property
    def known(self) -> bool:
        """Whether this is knowledge, be it of absence; else nobody could say."""
        return self.outcome in _KNOWLEDGE


NOT_YET = DnsAnswer("timeout")
"""What a check is told of a question that nobody has answered so far, and all it ever hears when time runs out."""


class Asked:
    """The answers so far, as a check sees them: `wanted` it asked for in vain, `hinted` it may want next."""

    def __init__(self, answers: Mapping[Question, DnsAnswer]) -> None:
        self._answers = answers
        self.wanted: set[Question] = set()
        self.hinted: set[Question] = set()

    def ahead(self, name: str, type: str) -> None:
        """This may be wanted next: it is asked already, and nobody waits for it."""
        self.hinted.add(Question(name, type))

    def __call__(self, name: str, type: str) -> DnsAnswer:
        """The answer, or `NOT_YET`."""
        question = Question(name, type)
        answer = self._answers.get(question)
        if answer is None:
            self.wanted.add(question)
            return NOT_YET
        return answer
