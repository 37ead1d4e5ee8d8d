"""A stand-in for the Dataverse Web API v9.2 with the Dynamics 365 Sales tables: `serve()` starts one."""

from sandbox.dataverse.serving import serve

__all__ = ["serve"]
