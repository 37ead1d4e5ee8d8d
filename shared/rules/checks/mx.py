"""MX answers in; out: who takes the domain's mail, or which kind of nobody."""

from shared.rules.dns_answers import Asked
from shared.rules.evidence import Check, judged, nothing
from shared.rules.mx import mail_hosts, takes_mail
from shared.rules.providers import provider_of


def check_mx(domain: str, ask: Asked) -> Check:
    """Null MX (RFC 7505), no data and no such name are told apart; all three mean absent.

    Behind a gateway, where autodiscover points is kept as a sign of the provider.
    """
    answer = ask(domain, "MX")
    if answer.outcome != "found" or not answer.records:
        return nothing(answer)
    hosts = mail_hosts(answer.records)
    if not hosts:
        return judged(answer, "absent", "null_mx", answer.records)
    problems = [f"{host} can take no mail" for host in hosts if not takes_mail(host)]
    detail: dict[str, object] = {"hosts": hosts, "problems": problems}
    if provider_of(hosts).gateway:
        detail["autodiscover"] = _autodiscover(domain, ask)
    usable = len(problems) < len(hosts)
    return judged(answer, "present" if usable else "invalid", "found", answer.records, **detail)


def _autodiscover(domain: str, ask: Asked) -> list[str]:
    answer = ask(f"autodiscover.{domain}", "CNAME")
    return [record.rstrip(".").lower() for record in answer.records]
