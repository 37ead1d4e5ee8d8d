"""Promises about MaxMind files, read from one that another program wrote (`tests/recordings/asn.mmdb`, made up)."""

from pathlib import Path

import pytest

from sandbox import dns as name_server
from shared.clients.dns import Dns
from shared.clients.maxmind import MaxMindFile, MaxMindWrongError, open_maxmind
from tests.background import background

FILE = Path(__file__).parent.parent / "recordings" / "asn.mmdb"


@pytest.mark.parametrize(
    ("address", "number", "name"),
    [
        ("192.0.2.1", 64500, "Örnek Barındırma A.Ş."),
        ("192.0.2.127", 64500, "Örnek Barındırma A.Ş."),
        ("192.0.2.128", 64501, "Örnek Barındırma A.Ş."),
        ("2001:db8:1::5", 4_200_000_000, "x" * 300),
    ],
)
def test_the_network_of_an_address_is_found(address: str, number: int, name: str) -> None:
    found = MaxMindFile(FILE).find(address)
    assert found is not None
    assert (found["autonomous_system_number"], found["autonomous_system_organization"]) == (number, name)


def test_every_kind_of_value_is_read() -> None:
    found = MaxMindFile(FILE).find("198.51.100.9")
    assert found is not None and (found["flag"], found["list"][1:], found["big"]) == (True, ["two", 3.5], 2**60)
    nested = MaxMindFile(FILE).find("192.0.2.200")
    assert nested is not None and nested["country"] == {"iso_code": "TR", "names": {"en": "Turkey"}}


@pytest.mark.parametrize("address", ["8.8.8.8", "192.0.3.0", "::1", "2001:db9::1"])
def test_an_address_that_the_file_does_not_know_is_none(address: str) -> None:
    assert MaxMindFile(FILE).find(address) is None


@pytest.mark.parametrize(
    "content", [b"", b"hello", FILE.read_bytes()[:600], FILE.read_bytes() + b"\xab\xcd\xefMaxMind.com"]
)
def test_another_file_is_refused_and_scans_go_on_without_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wrong.mmdb").write_bytes(content)
    with pytest.raises(MaxMindWrongError):
        MaxMindFile(tmp_path / "wrong.mmdb")
    assert open_maxmind(str(tmp_path / "wrong.mmdb")) is None
    assert open_maxmind(str(tmp_path / "missing.mmdb")) is None and open_maxmind("") is None


def test_a_file_broken_in_the_middle_is_silent_and_never_falls(tmp_path: Path) -> None:
    whole = FILE.read_bytes()
    for at in range(0, whole.rfind(b"MaxMind.com") - 8, 7):
        (tmp_path / "broken.mmdb").write_bytes(whole[:at] + b"\xff\x3f\x01" + whole[at + 3 :])
        MaxMindFile(tmp_path / "broken.mmdb").find("192.0.2.1")


def test_a_scan_takes_the_network_from_the_file_and_asks_the_zone_for_the_rest() -> None:
    zone = {
        "contoso.com": {"MX": ["10 mail.contoso.com."], "A": ["203.0.113.1"]},
        "mail.contoso.com": {"A": ["192.0.2.200"]},
        "1.113.0.203.origin.asn.cymru.com": {"TXT": ["64999 | 203.0.113.0/24 | DE | ripencc | 2010-01-01"]},
    }
    with background() as loop:
        dns = Dns([loop.serve(name_server.serve(zone=zone)).address], maxmind_path=str(FILE), patience=0.3)
        detail = dns.scan("contoso.com", checks=frozenset({"network"})).checks["network"].detail
        dns.close()
    assert detail["summary"] == "mail: Örnek Barındırma A.Ş., TR; web: AS64999, DE"
