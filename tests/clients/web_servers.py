"""Small HTTPS servers under names of our choice, for tests of fetches whose targets come from data."""

import datetime
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.serving import serve_app
from tests.background import Background

Handler = Callable[[web.Request], "web.StreamResponse"]


@dataclass(frozen=True, slots=True)
class Trust:
    """A self-signed certificate for some names: what the server shows and what a client trusts."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def trust_for(folder: Path, *names: str) -> Trust:
    """A fresh certificate for these names."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{names[0]}.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return Trust(server, ssl.create_default_context(cafile=str(pem)))


@contextmanager
def https_server(loop: Background, trust: Trust | None, answer: Callable[..., object]) -> Iterator[int]:
    """The port of a server on loopback whose every path `answer` (an aiohttp handler) serves; plain when no trust."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    running = loop.run(serve_app(app, name="web", tls=trust.server if trust else None))
    try:
        yield running.port
    finally:
        loop.run(running.close())
