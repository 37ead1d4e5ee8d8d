"""Whoever deploys may give exactly the roles that the templates give, and people get exactly the roles of the doors."""

import json
import re
from pathlib import Path

from infra.tools.check_roles import ROLES
from shared.doors.principal import ROLES as DOOR_ROLES

INFRA = Path(__file__).parents[2] / "infra"


def test_the_deployer_may_give_only_the_roles_of_the_templates() -> None:
    text = (INFRA / "deployer-condition.txt").read_text(encoding="utf-8")
    lists = re.findall(r"GuidEquals \{([^}]+)\}", text)
    assert [set(one.split(", ")) for one in lists] == [set(ROLES.values())] * 2


def test_the_app_roles_are_those_that_the_doors_know() -> None:
    roles = json.loads((INFRA / "app-roles.json").read_text(encoding="utf-8"))
    assert tuple(role["value"] for role in roles) == DOOR_ROLES
    assert len({role["id"] for role in roles}) == len(roles)
