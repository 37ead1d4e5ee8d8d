"""A stand-in for Partner Center's Referrals API, as `reference/partner-center-referrals-api.md` describes it."""

from sandbox.partner_center.oddities import Oddities
from sandbox.partner_center.server import AUDIENCE, serve

__all__ = ["AUDIENCE", "Oddities", "serve"]
