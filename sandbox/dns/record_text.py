"""One record as a zone file writes it goes in; dnspython's rdata comes out, or `ValueError(problem, fix)`."""

import re

import dns.exception
import dns.name
import dns.rdata
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdatatype import TXT, RdataType
from dns.rdtypes.ANY.TXT import TXT as TextRecord

LONGEST_PIECE = 255
"""Bytes of one character string (RFC 1035 section 3.3)."""

_EXAMPLES = {
    "A": "192.0.2.1",
    "AAAA": "2001:db8::1",
    "MX": "10 mail.contoso.com.",
    "CNAME": "target.contoso.com.",
    "NS": "ns1.contoso.com.",
    "SOA": "ns1.contoso.com. hostmaster.contoso.com. 1 3600 600 86400 60",
    "CAA": '0 issue "letsencrypt.org"',
    "DS": "20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    "DNSKEY": "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",
    "PTR": "mail.contoso.com.",
    "TLSA": "3 1 1 0d6fce3a6a4b7f4d5d0e8f1c2b3a49586776859403122130415263748596a7b8",
    "SRV": "100 1 443 sipdir.online.lync.com.",
}
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(\d{3}|.)", re.DOTALL)


def read_record(rdtype: RdataType, text: str) -> Rdata:
    """A record of presentation format (RFC 1035 section 5.1); a name without a final dot is absolute all the same."""
    if rdtype == TXT:
        return _text_record([part for piece in _strings(text) for part in _cut(piece)])
    try:
        return dns.rdata.from_text(IN, rdtype, text, origin=dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError, OverflowError) as error:
        example = _EXAMPLES[rdtype.name]
        raise ValueError(
            f"'{text}' is no {rdtype.name} record ({error or type(error).__name__})", f'write it like "{example}"'
        ) from None


def read_pieces(pieces: list[str]) -> Rdata:
    """A TXT record of exactly these character strings."""
    strings = [_unescaped(piece) for piece in pieces]
    for string in strings:
        if len(string) > LONGEST_PIECE:
            raise ValueError(
                f"a piece has {len(string)} bytes, and DNS carries {LONGEST_PIECE}",
                "shorten the piece, or write one text instead of a list: it is split for you",
            )
    return _text_record(strings)


def _text_record(strings: list[bytes]) -> Rdata:
    return TextRecord(IN, TXT, strings or [b""])


def _strings(text: str) -> list[bytes]:
    """A text in quotation marks is one or more character strings, any other text is one."""
    if not text.lstrip().startswith('"'):
        return [_unescaped(text)]
    end, strings = 0, []
    while found := _QUOTED.match(text, end):
        strings.append(_unescaped(found[1]))
        end = found.end()
    if text[end:].strip():
        raise ValueError(f"the quotation marks of '{text}' do not match", r"close every \" or leave them all out")
    return strings


def _cut(string: bytes) -> list[bytes]:
    return [string[at : at + LONGEST_PIECE] for at in range(0, len(string), LONGEST_PIECE)] or [b""]


def _unescaped(text: str) -> bytes:
    r"""`\059` and `\;` are the byte they stand for; all else is UTF-8."""
    parts, end = [], 0
    for found in _ESCAPED.finditer(text):
        parts.append(text[end : found.start()].encode())
        code = found[1]
        parts.append(bytes([int(code)]) if len(code) == 3 and int(code) < 256 else code.encode())
        end = found.end()
    parts.append(text[end:].encode())
    return b"".join(parts)
