"""A stand-in for registries: registrations go in; RDAP with IANA's bootstrap document, and `.tr`'s WHOIS, come out."""

from sandbox.rdap.registrations import SAMPLES, Registration, read_registrations
from sandbox.rdap.server import serve

__all__ = ["SAMPLES", "Registration", "read_registrations", "serve"]
