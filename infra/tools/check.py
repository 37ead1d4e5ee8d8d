"""`python -m infra.tools.check`: what can be said of `infra/` without Azure and without the compiler.

0: nothing found. 1: findings, one a line, as compilers print them.
"""

import sys

from infra.tools.check_alerts import check_alerts
from infra.tools.check_modules import check_modules
from infra.tools.check_names import check_names
from infra.tools.check_parameters import check_parameters
from infra.tools.check_queries import check_queries
from infra.tools.check_queues import check_queues
from infra.tools.check_roles import check_roles
from infra.tools.check_safety import check_safety
from infra.tools.check_settings import check_settings
from infra.tools.check_shapes import check_shapes
from infra.tools.check_site import check_site
from infra.tools.check_symbols import check_symbols
from infra.tools.check_wiring import check_wiring
from infra.tools.finding import Finding
from infra.tools.sources import Sources, read_sources


def findings(sources: Sources) -> list[Finding]:
    """Everything that any check says, by file and line."""
    templates = sources.templates()
    return sorted(
        {
            *check_symbols(templates),
            *check_modules(templates),
            *check_wiring(templates),
            *check_parameters(templates),
            *check_names(templates),
            *check_shapes(templates),
            *check_roles(templates),
            *check_settings(templates),
            *check_queues(templates, sources),
            *check_safety(templates, sources),
            *check_site(templates, sources),
            *check_alerts(templates, sources),
            *check_queries(templates, sources),
        }
    )


def main() -> int:
    """Prints the findings."""
    found = findings(read_sources())
    print(*found, sep="\n") if found else print("infra: nothing to say")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
