"""The reasons why a text is not a company's domain: a stable code, what is wrong, and what would do."""

from dataclasses import dataclass
from typing import NamedTuple


class Reason(NamedTuple):
    """`problem` completes "<field>: <name> …"; `fix` is a sentence."""

    problem: str
    fix: str


REASONS: dict[str, Reason] = {
    "onmicrosoft": Reason("is the start domain of a Microsoft tenant", "Give the domain that the company mails from."),
    "free_mail": Reason("belongs to a free or personal mail service", "Give the company's own domain."),
    "shared_hosting": Reason("is a page at a hosting service or portal", "Give the company's own domain."),
    "microsoft_domain": Reason("belongs to Microsoft", "Give the customer's own domain."),
    "own_domain": Reason("is one of our own domains (OWN_DOMAINS)", "Give the customer's domain."),
    "public_suffix": Reason("is a suffix under which names are registered", "Put the company's name in front of it."),
    "internal_name": Reason("is a name for inside a network", "Give the domain that the company uses on the internet."),
    "ip_address": Reason("is an IP address", "Give a domain such as contoso.com."),
    "single_label": Reason("has no dot", "Give a whole domain such as contoso.com."),
    "not_a_domain": Reason("is not a domain name", "Give a domain, website or e-mail address such as contoso.com."),
    "no_address": Reason("is empty", "Give a website, an e-mail address or a domain."),
}
"""In order of how much they tell: of several, the first is what a seller should read."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text gives no company domain. `params`: `field` and mostly `name`: the host, never a mailbox."""

    code: str
    params: dict[str, str]
    text: str


def refuse(code: str, *, field: str, name: str = "") -> Refusal:
    """The refusal with this code of `REASONS`; the text names the field, the problem and the fix."""
    problem, fix = REASONS[code]
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:80])
    params = {"field": field, "name": shown} if shown else {"field": field}
    subject = f'{field}: "{shown}"' if shown else field
    return Refusal(code, params, f"{subject} {problem}. {fix}")
