"""The questions of one domain's scan: each asked once, whichever checks want it, and none waiting for another's."""

import asyncio
from collections.abc import Callable, Iterable

from shared.clients.dns_questions import Questions
from shared.rules.dns_answers import Asked, DnsAnswer, Question
from shared.rules.evidence import Check

DnsCheck = Callable[[str, Asked], Check]


class DomainScan:
    """One scan. `deadline`, on the loop's clock, is when what is unanswered stays unknown."""

    def __init__(self, domain: str, questions: Questions, *, deadline: float) -> None:
        self.domain = domain
        self.deadline = deadline
        self._questions = questions
        self._answers: dict[Question, DnsAnswer] = {}
        self._asking: dict[Question, asyncio.Task[None]] = {}

    async def check(self, rule: DnsCheck) -> Check:
        """Runs a check again and again, each time with the answers to all that it wanted, till it wants no more."""
        while True:
            asked = Asked(self._answers)
            found = rule(self.domain, asked)
            self._ask_all(asked.hinted)
            if not asked.wanted or not await self._answered(asked.wanted):
                return found if not asked.wanted else rule(self.domain, Asked(self._answers))

    async def addresses(self, host: str) -> list[str]:
        """All addresses of a host, for a connection to it."""
        wanted = [Question(host.rstrip(".").lower(), kind) for kind in ("A", "AAAA")]
        await self._answered(wanted)
        return [record for one in wanted if one in self._answers for record in self._answers[one].records]

    def close(self) -> None:
        """Asks no further."""
        for task in self._asking.values():
            task.cancel()

    async def _answered(self, wanted: Iterable[Question]) -> bool:
        """True as soon as all are answered; False when time runs out first."""
        self._ask_all(wanted)
        left = self.deadline - asyncio.get_running_loop().time()
        _, missing = await asyncio.wait([self._asking[question] for question in wanted], timeout=max(left, 0))
        return not missing

    def _ask_all(self, questions: Iterable[Question]) -> None:
        for question in questions:
            if question not in self._asking:
                self._asking[question] = asyncio.create_task(self._ask(question))

    async def _ask(self, question: Question) -> None:
        self._answers[question] = await self._questions.ask(question, deadline=self.deadline)
