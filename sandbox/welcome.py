"""What runs → what a person wants to know after `make run`: the page, the data, the faults, the logs, the end."""

from typing import Any


def welcome(ready: dict[str, Any]) -> str:
    """A few lines for the terminal."""
    services = ready["services"]
    lines = [""]
    if "front" in services:
        lines.append(f"  Hunter is at     {services['front']}   (signed in as Demo · operator)")
    if "bus_control" in services:
        lines.append(f"  Queues           {services['bus_control']}/_sandbox/queues")
    breakable = [name for name in ("partner-center", "dataverse", "entra", "rdap", "bus_control") if name in services]
    if breakable:
        lines.append("  Break things     POST a fault to /_sandbox/faults of any service above, for example:")
        fault = '{"answer": 429, "retry_after": 5, "times": 3}'
        lines.append(f"                   curl -X POST {services[breakable[0]]}/_sandbox/faults -d '{fault}'")
    lines.append(f"  Logs             {ready['state']}/logs")
    lines.append("  Stop             Ctrl-C")
    return "\n".join(lines)
