"""A stand-in for a recursive name server: a zone mapping goes in, every kind of answer comes out over UDP and TCP.

The zone's form is that of the contract, section 8; `zone_file` says which additions it understands.
"""

from sandbox.dns.server import RunningDns, serve
from sandbox.dns.zone_file import SAMPLES, ZoneProblem, ZoneWrongError

__all__ = ["SAMPLES", "RunningDns", "ZoneProblem", "ZoneWrongError", "serve"]
