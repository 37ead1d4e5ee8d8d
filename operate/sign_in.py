"""`python -m operate sign-in`: a person's sign-in to Partner Center in, the stored token cache out.

Prints the one-time code to the person, and afterwards the tenant and the date; never a token or a name.
"""

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from shared.clients.partner_center_sign_in import sign_in
from shared.connections import Connections
from shared.errors import HunterError
from shared.setting_list import Settings
from shared.settings import read_each


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words after `sign-in`."""
    parser.add_argument("--browser", action="store_true", help="sign in with the browser instead of a device code")
    parser.add_argument("--no-check", action="store_true", help="do not ask Partner Center for a page afterwards")


def run(args: argparse.Namespace) -> int:
    """Settings are in `args.environment`. 0: signed in and stored, 1: refused or not stored, 2: a setting lacks."""
    settings = _settings(args.environment)
    if settings is None:
        return 2
    to = Connections(settings)
    try:
        tenant_id = sign_in(
            tenant_id=settings.partner_center_tenant_id,
            client_id=settings.partner_center_client_id,
            username=settings.partner_center_username,
            authority=settings.authority_host,
            browser=args.browser,
            secret=to.token_cache,
            show=lambda text: print(text, flush=True),
        )
    except HunterError as error:
        print(f"Not signed in. {error.cause}", file=sys.stderr)
        return 1
    print(f"Signed in to tenant {tenant_id} on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, and stored.")
    return 0 if args.no_check else _checked(to)


def _settings(environment: Mapping[str, str]) -> Settings | None:
    """Only what the sign-in needs: a person may run it where neither queue nor storage can be reached."""
    settings, problems = read_each(environment)
    if problems:
        print(f"Wrong settings: {', '.join(sorted(one.name for one in problems))}", file=sys.stderr)
        return None
    needed = {
        "PARTNER_CENTER_TENANT_ID": settings.partner_center_tenant_id,
        "PARTNER_CENTER_CLIENT_ID": settings.partner_center_client_id,
        "KEY_VAULT_URL (or TOKEN_CACHE_PATH on a laptop)": settings.key_vault_url or settings.token_cache_path,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        print("Missing settings:", *missing, sep="\n  ", file=sys.stderr)
        return None
    return settings


def _checked(to: Connections) -> int:
    """Asks for one page, so that a missing role shows now and not at night."""
    try:
        page = to.partner_center.page("full")
    except HunterError as error:
        print(f"Partner Center does not let this user read referrals. {error.cause}", file=sys.stderr)
        return 1
    print(f"Partner Center answered with {len(page.records)} referrals on the first page.")
    if to.partner_center.mfa_compliant is False:
        print("The sign-in carries no multi-factor authentication: Partner Center will refuse it.", file=sys.stderr)
        return 1
    return 0
