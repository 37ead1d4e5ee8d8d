"""One HTTP request in, status, headers and bytes out: time limits, size limits, no redirects, no cookies.

Tokens go only to the host that was configured: the session refuses every other one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

from shared.errors import TransientError

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status. `headers` ignores letter case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpSession:
    """A connection pool to one configured host. `failure` is the code that a transport failure carries."""

    def __init__(self, base_url: str, *, failure: str, pool: int = 16) -> None:
        import requests
        from requests.adapters import HTTPAdapter

        self._requests = requests
        self._origin = _origin(base_url)
        self._failure = failure
        self._session = requests.Session()
        _settle_environment(self._session, base_url)
        # An affinity cookie would tie all our requests to one server of Dataverse: every cookie is refused.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=pool, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.headers["User-Agent"] = "Hunter/1.0"

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: bytes | str | None = None,
        timeout: tuple[float, float] = (5, 30),
        max_bytes: int = 20_000_000,
    ) -> Answer:
        """The answer to one request, never redirected.

        Raises `TransientError` on a transport failure; its param `sent` is false when nothing can have reached the
        other side.
        """
        if _origin(url) != self._origin:
            raise ValueError("the address is not on the configured host")
        errors = self._requests.exceptions
        try:
            with self._session.request(
                method, url, headers=headers, json=json, data=data, timeout=timeout, allow_redirects=False, stream=True
            ) as response:
                body = bytearray()
                for chunk in response.iter_content(_CHUNK):
                    body += chunk
                    if len(body) > max_bytes:
                        raise TransientError(self._failure, why="answer_over", most=max_bytes, sent=True)
                return Answer(response.status_code, response.headers, bytes(body))
        except (errors.ConnectTimeout, errors.SSLError) as error:
            raise TransientError(self._failure, why="no_connection", error=type(error).__name__, sent=False) from None
        except errors.ConnectionError as error:
            refused = "NewConnectionError" in repr(error)
            raise TransientError(
                self._failure, why="no_connection", error=type(error).__name__, sent=not refused
            ) from None
        except errors.RequestException as error:
            raise TransientError(self._failure, why="broke_off", error=type(error).__name__, sent=True) from None

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()


def _settle_environment(session: Any, base_url: str) -> None:
    """Takes proxies and certificates from the environment once: requests would read all of it for every call."""
    told = session.merge_environment_settings(base_url, {}, None, None, None)
    session.trust_env, session.proxies, session.verify = False, told["proxies"], told["verify"]


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port
