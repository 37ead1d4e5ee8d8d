"""What each wave came to, in; the fault matrix as text out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.chaos.end_state import Comparison, EndState
from tests.machine import machine

_SHOWN = 30


@dataclass(slots=True)
class Line:
    """One fault: how often it struck, what it put into the inbox, how long until calm, what it did for good."""

    fault: str
    struck: int
    inbox: Counter[str]
    seconds: float
    left: Counter[str] = field(default_factory=Counter)
    """What stood in the inbox after everything had been replayed."""
    lost: int = 0
    doubled: int = 0
    different: int = 0

    def judge(self, found: Comparison) -> None:
        """Takes over what the comparison says about this wave."""
        self.lost, self.doubled = found.lost.total(), found.doubled.total()
        self.different = len(found.different)


def table(lines: Iterable[Line], *, seed: int, companies: int, calm: EndState, stormy: EndState) -> str:
    """One row per fault, then what was compared."""
    rows = [
        "| fault | times injected | to the inbox | left after replay | lost | doubled | different | time to calm |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for line in lines:
        inbox = ", ".join(f"{code} {count}" for code, count in sorted(line.inbox.items())) or "–"
        rows.append(
            f"| {line.fault} | {line.struck} | {inbox} | {line.left.total()} | {line.lost} | {line.doubled} "
            f"| {line.different} | {line.seconds:.1f} s |"
        )
    kinds = Counter(item.kind for item in calm.counts.elements())
    after = Counter(item.kind for item in stormy.counts.elements())
    compared = ", ".join(f"{kind} {count}/{after[kind]}" for kind, count in sorted(kinds.items()))
    return "\n".join([f"Seed {seed}, {companies} companies, {machine()}.", "", *rows, "", f"Calm/stormy: {compared}."])


def differences(found: Comparison) -> str:
    """The first differences in full, for whoever has to find their cause."""
    texts = [f"lost {count}: {' '.join(item)}" for item, count in found.lost.items()]
    texts += [f"doubled {count}: {' '.join(item)}" for item, count in found.doubled.items()]
    texts += [f"different: {' '.join(item)}\n  calm   {a}\n  stormy {b}" for item, (a, b) in found.different.items()]
    return "\n".join(texts[:_SHOWN])
