"""A stand-in for RDAP: registrations of domains go in; IANA's bootstrap document and domain objects come out."""

from sandbox.rdap.registrations import SAMPLES, Registration, read_registrations
from sandbox.rdap.server import serve

__all__ = ["SAMPLES", "Registration", "read_registrations", "serve"]
