"""`python -m operate forget`: a referral, company or person in; their personal data gone, and the proof printed.

Without `--yes` it only says what would go. Nothing of the person is printed, so that the proof can be filed.
"""

import argparse
import sys

from shared.connections import Connections
from shared.errors import HunterError
from shared.privacy import Proof, forget_people, referrals_of
from shared.rules.company_domain import company_domain
from shared.rules.refusal import Refusal
from shared.settings import read_settings

_ELSEWHERE = """Not Hunter's to delete:
  Partner Center keeps the referral; Hunter takes later copies of it in without the people.
  Dynamics 365 keeps what was pushed: delete the contact there (docs/operations.md, Forget a person).
  Messages under way are gone from the queues after 14 days, usually after seconds."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Exactly one of the three; `--yes` to do it."""
    about = parser.add_mutually_exclusive_group(required=True)
    about.add_argument("--referral", metavar="ID", help="one referral")
    about.add_argument("--company", metavar="DOMAIN", help="every referral of a company, and its scans")
    about.add_argument("--email", metavar="ADDRESS", help="every referral that names this person")
    parser.add_argument("--yes", action="store_true", help="do it; without, only say what would go")


def run(args: argparse.Namespace, *, to: Connections | None = None) -> int:
    """0: done, or shown. 1: something is left, or storage did not answer. 2: nothing is known of it."""
    domain = company_domain(args.company) if args.company else None
    if isinstance(domain, Refusal):
        print(f"'{args.company}' is no company's domain: {domain.code}.", file=sys.stderr)
        return 2
    to = to or Connections(read_settings(args.environment))
    try:
        referrals = referrals_of(to, referral=args.referral, domain=domain, email=args.email)
        if not referrals:
            print("Hunter keeps no such referral.", file=sys.stderr)
            return 2
        if not args.yes:
            print(f"{len(referrals)} referrals would lose their people; repeat with --yes:")
            print(*(f"  {one.key} {one.domain or '-'}" for one in referrals), sep="\n")
            return 0
        proof = forget_people(referrals, who="operate", to=to, company=domain)
    except HunterError as error:
        print(f"Not finished, run it again. {error.cause}", file=sys.stderr)
        return 1
    print(report(proof, at=f"{to.now():%Y-%m-%d %H:%M} UTC"))
    return 1 if proof.left else 0


def report(proof: Proof, *, at: str) -> str:
    """What was done, as a text for the file."""
    lines = [f"Forgotten on {at}:"]
    for one in proof.forgotten:
        gone = f"{one.payloads} payloads, {one.failures} faults, {one.feed_rows} feed rows deleted"
        lines.append(f"  {one.key} {one.domain or '-'}: contact removed; {gone}; event privacy.forgotten written")
    if proof.events:
        lines.append(f"  {proof.events} events of timelines masked")
    if proof.evidence:
        lines.append(f"  {proof.evidence} scans deleted")
    lines.append(f"Looked through every table for names, addresses and numbers: {len(proof.left)} rows still hold one.")
    lines += [f"  {place}" for place in proof.left]
    return "\n".join([*lines, _ELSEWHERE])
