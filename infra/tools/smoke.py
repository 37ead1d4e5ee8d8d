"""`python -m infra.tools.smoke --direct URL --site URL --commit SHA`: two addresses in, a verdict out.

Run after every deployment. Hunter believes the principal header only because nobody but the Static Web App can reach
the functions, so the lock itself is tried: the direct address must refuse even the open health door. Only when all is
green may `trustClientPrincipal` be true.
"""

import argparse
import base64
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests

_REFUSED = (401, 403)
_FORGED = base64.b64encode(
    json.dumps(
        {
            "identityProvider": "aad",
            "userId": "smoke",
            "userDetails": "smoke",
            "userRoles": ["anonymous", "authenticated", "admin"],
        }
    ).encode()
).decode()
FORGED = {"x-ms-client-principal": _FORGED, "x-ms-client-principal-id": "smoke", "x-ms-client-principal-idp": "aad"}
_PAUSE = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check: what was tried, whether it went as it must, and what was seen."""

    name: str
    passed: bool
    seen: str


def smoke(*, direct: str, site: str, commit: str) -> Iterator[Verdict]:
    """Every check; one that fails does not hide the next."""
    yield _refused("direct, anonymous", f"{direct}/api/health", {})
    yield _refused("direct, forged principal", f"{direct}/api/leads", FORGED)
    yield _refused("direct, forged principal on an open door", f"{direct}/api/health", FORGED)
    yield _check("site, health shows the commit", f"{site}/api/health", {}, lambda answer: _commit(answer, commit))
    yield _check("site, anonymous", f"{site}/api/leads", {}, _turned_away)
    yield _check("site, forged principal", f"{site}/api/leads", FORGED, _turned_away)
    yield _check("site, the page with its policy", f"{site}/", {}, _page)
    yield _check("site, the page's release", f"{site}/release.json", {}, lambda answer: _commit(answer, commit))


def _refused(name: str, url: str, headers: dict[str, str]) -> Verdict:
    return _check(name, url, headers, lambda answer: answer.status_code in _REFUSED)


def _commit(answer: requests.Response, commit: str) -> bool:
    if answer.status_code != 200:
        return False
    shown = str(answer.json().get("commit", ""))
    return bool(shown) and (shown == commit or commit.startswith(shown) or shown.startswith(commit))


def _turned_away(answer: requests.Response) -> bool:
    """Refused, or sent to sign in."""
    to_sign_in = answer.status_code == 302 and "/.auth/login/" in answer.headers.get("Location", "")
    return answer.status_code in _REFUSED or to_sign_in


def _page(answer: requests.Response) -> bool:
    return answer.status_code == 200 and "default-src 'none'" in answer.headers.get("Content-Security-Policy", "")


def _check(name: str, url: str, headers: dict[str, str], right: Callable[[requests.Response], bool]) -> Verdict:
    try:
        answer = requests.get(url, headers=headers, timeout=60, allow_redirects=False)
        return Verdict(name, right(answer), f"{answer.status_code} from {url}")
    except (requests.RequestException, ValueError) as error:
        return Verdict(name, False, f"{type(error).__name__} from {url}")


def main() -> int:
    """Tries until all is green or the time is over: a new deployment needs minutes. 0: green, 1: not."""
    parser = argparse.ArgumentParser(prog="python -m infra.tools.smoke", description=__doc__)
    parser.add_argument("--direct", required=True, metavar="URL", help="the function app's own address")
    parser.add_argument("--site", required=True, metavar="URL", help="the page's address")
    parser.add_argument("--commit", required=True, help="what was deployed")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="how long to go on trying (0)")
    given = parser.parse_args()
    end = time.monotonic() + given.wait
    while True:
        verdicts = list(
            smoke(direct=given.direct.rstrip("/"), site=given.site.rstrip("/"), commit=given.commit.lower())
        )
        failed = [one for one in verdicts if not one.passed]
        if not failed or time.monotonic() >= end:
            break
        time.sleep(_PAUSE)
    for one in verdicts:
        print(f"{'ok    ' if one.passed else 'FAILED'} {one.name}: {one.seen}")
    if failed:
        print("Keep trustClientPrincipal=false. docs/operations.md, step 7.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
