"""What people write into a website or e-mail field, and the company's domain that follows, or why none does."""

import re
from pathlib import Path

import publicsuffixlist
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.rules.company_domain import DomainChoice, choose_domain, company_domain, display_domain, registrable_domain
from shared.rules.idn import to_ascii
from shared.rules.refusal import REASONS, Refusal


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("contoso.com", "contoso.com"),
        ("  Contoso.COM.  ", "contoso.com"),
        ("contoso.com...", "contoso.com"),
        ("www.contoso.com", "contoso.com"),
        ("www.www.contoso.com", "contoso.com"),
        ("https://www.contoso.com/about?x=1#y", "contoso.com"),
        ("HTTPS://CONTOSO.COM", "contoso.com"),
        ("http://contoso.com:8080", "contoso.com"),
        ("contoso.com:8080", "contoso.com"),
        ("contoso.com/path", "contoso.com"),
        ("contoso.com?x=1", "contoso.com"),
        ("https://user:secret@contoso.com/", "contoso.com"),
        ("https://contoso.com/@someone", "contoso.com"),
        ("ftp://contoso.com", "contoso.com"),
        ("//contoso.com/x", "contoso.com"),
        ("http:contoso.com", "contoso.com"),
        ("http:/contoso.com", "contoso.com"),
        ("http//contoso.com", "contoso.com"),
        ("http:\\\\contoso.com\\x", "contoso.com"),
        ("http://https://contoso.com", "contoso.com"),
        ("https.com", "https.com"),
        ("jane@contoso.co.uk", "contoso.co.uk"),
        ("Jane Doe <jane@mail.contoso.co.uk>", "contoso.co.uk"),
        ('"a@b"@contoso.com', "contoso.com"),
        ("mailto:jane@contoso.com", "contoso.com"),
        ("\u200bcontoso.com\ufeff", "contoso.com"),
        ("contoso.com,", "contoso.com"),
        ("mail.eu.contoso.com.tr", "contoso.com.tr"),
        ("okul.k12.tr", "okul.k12.tr"),
        ("kadikoy.bel.tr", "kadikoy.bel.tr"),
        ("örnek.com", "xn--rnek-4qa.com"),
        ("ÖRNEK.COM", "xn--rnek-4qa.com"),
        ("xn--rnek-4qa.com", "xn--rnek-4qa.com"),
        ("XN--RNEK-4QA.com", "xn--rnek-4qa.com"),
        ("info@çiçek.com.tr", "xn--iek-1lab.com.tr"),
        ("İSTANBUL.COM.TR", "istanbul.com.tr"),
        ("contoso。com", "contoso.com"),
        ("faß.de", "xn--fa-hia.de"),
        ("食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("shop.acme.uk.com", "acme.uk.com"),
        ("anadolu-makina.example", "anadolu-makina.example"),
        ("contoso.brandnewtld", "contoso.brandnewtld"),
    ],
)
def test_an_address_gives_the_registrable_domain_in_punycode(text: str, domain: str) -> None:
    assert company_domain(text) == domain


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "no_address"),
        ("", "no_address"),
        (" \t\u200b", "no_address"),
        *((junk, "no_address") for junk in ("nan", "N/A", "na", "none", "NULL", "web sitesi", "website", "web", "-")),
        ("http", "no_address"),
        ("https", "no_address"),
        ("contoso", "single_label"),
        ("com", "single_label"),
        ("com.tr", "public_suffix"),
        ("www.com", "public_suffix"),
        ("github.io", "public_suffix"),
        ("10.0.0.10", "ip_address"),
        ("http://127.0.0.1:8080/", "ip_address"),
        ("http://[::1]:80/", "ip_address"),
        ("fe80::1%eth0", "ip_address"),
        ("2130706433", "ip_address"),
        ("0x7f.0x1", "ip_address"),
        ("jane@[192.0.2.1]", "ip_address"),
        ("localhost", "internal_name"),
        ("http://localhost:7071", "internal_name"),
        ("printer.local", "internal_name"),
        ("db.internal", "internal_name"),
        ("contoso.test", "internal_name"),
        ("contoso.invalid", "internal_name"),
        ("a.localhost", "internal_name"),
        ("abcdefghijklmnop.onion", "internal_name"),
        ("4.3.2.1.in-addr.arpa", "internal_name"),
        ("1.0.ip6.arpa", "internal_name"),
        ("dc01.corp", "internal_name"),
        ("contoso.onmicrosoft.com", "onmicrosoft"),
        ("jane@contoso.mail.onmicrosoft.com", "onmicrosoft"),
        ("https://www.microsoft.com/tr-tr", "microsoft_domain"),
        ("contoso.sharepoint.com", "microsoft_domain"),
        ("jane@gmail.com", "free_mail"),
        ("https://www.Gmail.com", "free_mail"),
        ("x@hotmail.com.tr", "free_mail"),
        ("x@yandex.com.tr", "free_mail"),
        ("contoso.github.io", "shared_hosting"),
        ("contoso.azurewebsites.net", "shared_hosting"),
        ("https://facebook.com/contoso", "shared_hosting"),
        ("https://sites.google.com/view/contoso", "shared_hosting"),
        ("my contoso.com", "not_a_domain"),
        ("con_toso.com", "not_a_domain"),
        ("contoso,com", "not_a_domain"),
        ("contoso..com", "not_a_domain"),
        (".contoso.com", "not_a_domain"),
        ("-contoso.com", "not_a_domain"),
        ("contoso-.com", "not_a_domain"),
        ("a" * 64 + ".com", "not_a_domain"),
        (".".join(["a" * 60] * 5) + ".com", "not_a_domain"),
        ("xn--.com", "not_a_domain"),
        ("xn--a.com", "not_a_domain"),
        ("💩.la", "not_a_domain"),
        ("https://", "not_a_domain"),
        ("jane@", "not_a_domain"),
        ("contoso.com\x00.evil.com", "not_a_domain"),
        ("x" * 1_000_000, "not_a_domain"),
    ],
)
def test_what_is_no_company_domain_is_refused_with_its_reason(text: str | None, code: str) -> None:
    refusal = company_domain(text)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


FREE_MAIL = (
    "gmail.com outlook.com hotmail.com yahoo.com yahoo.co.uk ymail.com aol.com icloud.com me.com mac.com live.com "
    "msn.com protonmail.com proton.me zoho.com mail.com yandex.com gmx.com outlook.com.tr hotmail.com.tr "
    "googlemail.com yandex.com.tr windowslive.com mynet.com yaani.com gmail.con hotmail.co"
)


@pytest.mark.parametrize("domain", FREE_MAIL.split())
def test_free_mail_never_counts(domain: str) -> None:
    refusal = company_domain(f"someone@{domain}")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "free_mail"


def test_a_name_that_only_ends_like_free_mail_is_a_company() -> None:
    assert company_domain("jane@notgmail.com") == "notgmail.com"


@pytest.mark.parametrize("own", ["fabrikam.com", "FABRIKAM.com", "https://www.fabrikam.com", "mail.fabrikam.com"])
def test_own_domains_never_count(own: str) -> None:
    refusal = company_domain("jane@eu.fabrikam.com", own_domains=[own])
    assert isinstance(refusal, Refusal)
    assert refusal.code == "own_domain"


def test_a_refusal_names_field_problem_and_fix_but_no_mailbox() -> None:
    refusal = company_domain("jane.doe@gmail.com", field="website")
    assert refusal == Refusal(
        "free_mail",
        {"field": "website", "name": "gmail.com"},
        'website: "gmail.com" belongs to a free or personal mail service. Give the company\'s own domain.',
    )


def test_a_refusal_of_nothing_still_reads_as_a_sentence() -> None:
    refusal = company_domain("")
    assert isinstance(refusal, Refusal)
    assert refusal.text == "domain is empty. Give a website, an e-mail address or a domain."


@pytest.mark.parametrize(
    ("websites", "customer", "team", "expected"),
    [
        (["https://a.example"], ["x@b.example"], ["y@c.example"], DomainChoice("a.example", "website", None)),
        (["", None], ["x@b.example"], ["y@c.example"], DomainChoice("b.example", "contact_email", None)),
        ([], ["x@gmail.com"], ["y@c.example"], DomainChoice("c.example", "team_email", None)),
        (["a.github.io"], ["x@b.example"], [], DomainChoice("b.example", "contact_email", None)),
        (["n/a"], ["x@gmail.com; y@d.example"], [], DomainChoice("d.example", "contact_email", None)),
        (["gmail.com", "e.example"], [], [], DomainChoice("e.example", "website", None)),
        (["me.own.example"], ["x@f.example"], [], DomainChoice("f.example", "contact_email", None)),
        ([], [], [], DomainChoice(None, None, "no_address")),
        (["-"], ["x@gmail.com"], [], DomainChoice(None, None, "free_mail")),
        (["http://10.0.0.1"], [], ["x@localhost"], DomainChoice(None, None, "internal_name")),
        (["what?"], ["x@gmail.com"], ["y@t.onmicrosoft.com"], DomainChoice(None, None, "onmicrosoft")),
        ([], ["x@own.example"], [], DomainChoice(None, None, "own_domain")),
    ],
)
def test_website_then_contact_then_team_else_the_most_telling_reason(
    websites: list[str | None], customer: list[str], team: list[str], expected: DomainChoice
) -> None:
    chosen = choose_domain(websites=websites, customer_emails=customer, team_emails=team, own_domains={"own.example"})
    assert chosen == expected


@pytest.mark.parametrize(
    ("domain", "shown"),
    [
        ("xn--rnek-4qa.com", "örnek.com"),
        ("contoso.com", "contoso.com"),
        ("xn--a.com", "xn--a.com"),
        ("xn--85x722f.xn--55qx5d.cn", "食狮.公司.cn"),
    ],
)
def test_a_domain_is_shown_decoded(domain: str, shown: str) -> None:
    assert display_domain(domain) == shown


hostile = st.one_of(
    st.text(),
    st.text(alphabet="aöİß.-@:/\\[]%?#<> \u200bxn0\u3002\ud800", max_size=40),
    st.from_regex(r"(https?://)?(www\.)?[a-zçğıöşü0-9-]{1,12}(\.[a-z]{1,4}){1,3}(:\d+)?(/.*)?", fullmatch=True),
    st.binary().map(lambda raw: raw.decode("latin-1")),
)


@given(hostile)
@example("http://" * 400)
@example("x:" * 2000)
def test_normalizing_never_raises_and_is_idempotent(text: str) -> None:
    found = company_domain(text)
    if isinstance(found, Refusal):
        assert found.code in REASONS
        found.text.encode()
    else:
        assert company_domain(found) == found
        assert found.isascii()
        assert to_ascii(display_domain(found)) == found


def _vectors() -> list[tuple[str, str | None]]:
    """The public suffix list's own test data (publicsuffix.org/list), as shipped with its library."""
    text = Path(publicsuffixlist.__file__).with_name("test_psl.txt").read_text(encoding="utf-8")
    rows = re.findall(r"^checkPublicSuffix\((?:'(.*?)'|null), (?:'(.*?)'|null)\);", text, re.MULTILINE)
    return [(name, expected or None) for name, expected in rows if name]


@pytest.mark.parametrize(("name", "expected"), _vectors())
def test_the_public_suffix_lists_own_vectors_pass(name: str, expected: str | None) -> None:
    ascii_name = to_ascii(name)
    found = registrable_domain(ascii_name) if ascii_name else None
    assert found == (to_ascii(expected) if expected else None)


def test_the_public_suffix_lists_vectors_are_there() -> None:
    assert len(_vectors()) > 70
