"""How the host of a website that a seller entered is read."""

from typing import Any

import pytest

from shared.rules.dynamics.match import host_of


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.Contoso.com/a", "contoso.com"),
        ("contoso.com:80", "contoso.com"),
        ("http://münchen.example", "xn--mnchen-3ya.example"),
        ("http://user@contoso.com", "contoso.com"),
        ("contoso.com@evil.example", "evil.example"),
        ("http://[", None),
        ("", None),
        (None, None),
        ("call me", None),
    ],
)
def test_the_host_of_a_website_is_read_as_a_browser_would(website: Any, host: str | None) -> None:
    assert host_of(website) == host
