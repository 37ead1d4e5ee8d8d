"""A question about referrals goes in, Partner Center's answer or one of our errors comes out.

Source: `reference/partner-center-referrals-api.md` sections 3, 4 and 8. The token goes to the configured address only.
"""

import logging
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from shared.clients.http_session import Answer, HttpSession
from shared.clients.partner_center_answers import bad_answer, json_of, refuse, request_id, server_date, trace
from shared.clients.partner_center_token import sign_in_needed
from shared.errors import PermanentError, TransientError
from shared.rules.referral_paging import START, Trail, first_query, next_query

logger = logging.getLogger(__name__)

_LIST = "/v1.0/engagements/referrals"
_QUICK_RETRIES = 2
_MOST_BYTES = 64_000_000
"""A page has up to 100 referrals, and notes have no documented end."""


class Token(Protocol):
    """Gives a bearer token; `force_refresh` when the last one was refused."""

    def __call__(self, force_refresh: bool = False) -> str:
        """The token's text."""


class FilterRefused(PermanentError):
    """Partner Center does not take the filter by date; `scan` finds the same without it."""


class StaleLink(TransientError):
    """The place in the list is not known any more; start again from the mark."""


@dataclass(frozen=True, slots=True)
class Page:
    """Records as they came. `next_skiptoken` is opaque, and None after the last page; `server_date` is their clock."""

    records: list[Any]
    next_skiptoken: str | None
    server_date: datetime | None


class PartnerCenter:
    """The Referrals API for one signed-in user."""

    def __init__(
        self,
        url: str,
        *,
        session: HttpSession,
        token: Token,
        now: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/")
        self._session = session
        self._token = token
        self._now = now
        self._pause = pause
        self._quoted = False
        self.mfa_compliant: bool | None = None
        """What the last answer said of the token, if it said anything: MFA is compulsory since April 2026."""

    def page(self, mode: str, *, since_ticks: int | None = None, skiptoken: str | None = None) -> Page:
        """One page: the first, or the one that `skiptoken` (of the page before) leads to.

        Raises `FilterRefused`, `StaleLink`, and the codes `pc_throttled`, `pc_bad_answer` (transient), `pc_forbidden`,
        `signin_needed`, `pc_link_refused` (permanent).
        """
        if skiptoken is not None:
            trail = Trail.from_text(skiptoken)
            return self._read_page(trail, StaleLink)
        query = first_query(mode, since_ticks, quoted=self._quoted)
        if "$filter" not in query:
            return self._read_page(START.onwards(query), PermanentError)
        try:
            return self._read_page(START.onwards(query), FilterRefused)
        except FilterRefused:
            other = first_query(mode, since_ticks, quoted=not self._quoted)
            page = self._read_page(START.onwards(other), FilterRefused)
            self._quoted = not self._quoted
            return page

    def pages(self, mode: str, since_ticks: int | None = None, skiptoken: str | None = None) -> Iterator[Page]:
        """Every page from there on."""
        while True:
            page = self.page(mode, since_ticks=since_ticks, skiptoken=skiptoken)
            yield page
            skiptoken = page.next_skiptoken
            if skiptoken is None:
                return

    def get(self, referral_id: str) -> dict[str, Any] | None:
        """One referral, or None when it is gone or not visible to the signed-in user."""
        answer, body = self._read(self._one(referral_id))
        if answer.status == 404:
            return None
        if answer.status != 200:
            refuse(answer, now=self._now())
        if not isinstance(body, dict):
            raise bad_answer(answer, "answer_no_object")
        return body

    def write_external_reference(self, referral_id: str, etag: str | None, value: str) -> bool:
        """Puts our id into the referral and tells whether it holds it now.

        False: it is gone, closed for writing, or holds somebody else's id (that of Microsoft's own connector, say).
        Without an eTag, and after a 412, it is read first; twice at most.
        """
        for _ in range(2):
            if etag is None:
                found = self.get(referral_id)
                held = found.get("externalReferenceId") if found else None
                if found is None or (held and held != value):
                    return False
                if held == value:
                    return True
                etag = found["eTag"] if isinstance(found.get("eTag"), str) else None
            patch = [{"op": "replace", "path": "/externalReferenceId", "value": value}]
            answer = self._ask("PATCH", self._one(referral_id), patch=patch, etag=etag)
            if answer.status in (200, 204):
                return True
            if answer.status in (404, 409, 423):
                return False
            if answer.status != 412:
                refuse(answer, now=self._now())
            etag = None
        raise TransientError("pc_bad_answer", why="pc_kept_changing")

    def _one(self, referral_id: str) -> str:
        return f"{self._url}{_LIST}/{quote(referral_id, safe='')}"

    def _read_page(self, trail: Trail, refused: type[FilterRefused | StaleLink | PermanentError]) -> Page:
        """`refused` is what a 400 means here; with a skip token 404 and 410 mean the same."""
        answer, body = self._read(f"{self._url}{_LIST}?{trail.query}")
        if answer.status == 400 or (refused is StaleLink and answer.status in (404, 410)):
            raise refused("pc_bad_answer", why="pc_query_refused", **trace(answer))
        if answer.status == 404:
            raise PermanentError("settings_invalid", why="pc_no_list", **trace(answer))
        if answer.status != 200:
            refuse(answer, now=self._now())
        if not isinstance(body, dict) or not isinstance(body.get("value"), list):
            raise bad_answer(answer, "answer_no_list")
        following = next_query(body.get("@odata.nextLink"), base_url=self._url, asked=trail.query)
        return Page(
            records=body["value"],
            next_skiptoken=trail.onwards(following).to_text() if following is not None else None,
            server_date=server_date(answer),
        )

    def _read(self, url: str) -> tuple[Answer, Any]:
        """An answer and its JSON, asked for again when the service stumbles or the answer is torn; 4xx as they come."""
        for attempt in range(_QUICK_RETRIES + 1):
            last = attempt == _QUICK_RETRIES
            try:
                answer = self._ask("GET", url)
                if 400 <= answer.status < 500:
                    return answer, None
                if answer.status == 200:
                    return answer, json_of(answer)
                refuse(answer, now=self._now())
            except TransientError as error:
                if last or error.code != "pc_bad_answer":
                    raise
                logger.warning("partner_center.again attempt=%d cause=%s", attempt + 1, error.cause)
                self._pause((0.3 + random.random() * 0.4) * 3**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, method: str, url: str, *, patch: Any = None, etag: str | None = None) -> Answer:
        """One call, repeated once with a new token after a 401."""
        answer = self._send(method, url, self._token(), patch, etag)
        if answer.status == 401:
            logger.warning("partner_center.unauthorized request_id=%s", request_id(answer))
            answer = self._send(method, url, self._token(force_refresh=True), patch, etag)
            if answer.status == 401:
                raise sign_in_needed("signin_token_refused", reason="token_refused", **trace(answer))
        compliant = answer.headers.get("isMfaCompliant")
        if compliant is not None:
            self.mfa_compliant = compliant.lower() == "true"
        return answer

    def _send(self, method: str, url: str, token: str, patch: Any, etag: str | None) -> Answer:
        call = str(uuid.uuid4())
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "client-request-id": call,
            "MS-CorrelationId": call,
            "ValidateMfa": "true",
        }
        if etag is not None:
            headers["If-Match"] = etag
        return self._session.request(method, url, headers=headers, json=patch, max_bytes=_MOST_BYTES)
