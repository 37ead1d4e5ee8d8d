"""Work that a door has started in, the 202 that says where to look for it out."""

from shared.doors.http import Reply


def run_started(run_id: str, *, joined: bool = False) -> Reply:
    """A run; `joined`: it was under way and covers what was asked for."""
    return Reply({"run_id": run_id, "status_url": f"/api/runs/{run_id}", "joined": joined}, 202)


def lead_accepted(domain: str, *, known: bool, see: str = "leads") -> Reply:
    """Work on one lead; `known`: Hunter had it before. `see`: the doors under which it shows."""
    return Reply({"domain": domain, "status_url": f"/api/{see}/{domain}", "known": known}, 202)
