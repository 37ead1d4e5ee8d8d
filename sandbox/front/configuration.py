"""`staticwebapp.config.json` → for a path and method: the first rule that fits, the fallback, the overrides."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

FILE = "staticwebapp.config.json"


class Rule(BaseModel):
    """One entry of `routes`. No `methods` means all, no `allowedRoles` means everybody."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    route: str
    methods: frozenset[str] | None = None
    allowed_roles: frozenset[str] | None = Field(None, alias="allowedRoles")
    redirect: str | None = None
    rewrite: str | None = None
    status_code: int | None = Field(None, alias="statusCode")
    headers: dict[str, str] = {}

    def fits(self, path: str, method: str) -> bool:
        """True when this rule is the one for the request, if no earlier one is."""
        if self.methods is not None and method not in {name.upper() for name in self.methods}:
            return False
        return path_fits(self.route, path)


class Override(BaseModel):
    """One entry of `responseOverrides`."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    redirect: str | None = None
    rewrite: str | None = None
    status_code: int | None = Field(None, alias="statusCode")


class Fallback(BaseModel):
    """`navigationFallback`: what is served for paths that are no files."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    rewrite: str
    exclude: tuple[str, ...] = ()

    def takes(self, path: str) -> bool:
        """False for excluded paths."""
        return not any(path_fits(pattern, path) for pattern in self.exclude)


class Authentication(BaseModel):
    """`auth`: only where roles come from."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    roles_source: str | None = Field(None, alias="rolesSource")


class Configuration(BaseModel):
    """What counts of the file."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    routes: tuple[Rule, ...] = ()
    navigation_fallback: Fallback | None = Field(None, alias="navigationFallback")
    response_overrides: dict[str, Override] = Field({}, alias="responseOverrides")
    global_headers: dict[str, str] = Field({}, alias="globalHeaders")
    mime_types: dict[str, str] = Field({}, alias="mimeTypes")
    auth: Authentication = Authentication(rolesSource=None)

    def rule(self, path: str, method: str) -> Rule | None:
        """The first rule that fits; later ones do not count."""
        return next((rule for rule in self.routes if rule.fits(path, method)), None)

    def override(self, status: int) -> Override | None:
        """What the file wants instead of a bare answer with this status."""
        return self.response_overrides.get(str(status))


DEFAULT: Mapping[str, Any] = {
    "navigationFallback": {"rewrite": "/index.html", "exclude": ["/api/*", "/*.{js,css,png,svg,ico,json,txt}"]}
}


def read_configuration(folder: Path) -> Configuration:
    """The page's configuration, or a plain one where the file is missing. ValueError when it is wrong."""
    file = folder / FILE
    return Configuration.model_validate(json.loads(file.read_text(encoding="utf-8")) if file.exists() else DEFAULT)


@cache
def _pattern(route: str) -> re.Pattern[str]:
    text = ""
    for part in re.split(r"(\*|\{[^}]*\})", route):
        if part == "*":
            text += ".*"
        elif part.startswith("{"):
            text += "(?:" + "|".join(re.escape(one.strip()) for one in part[1:-1].split(",")) + ")"
        else:
            text += re.escape(part)
    return re.compile(text)


def path_fits(route: str, path: str) -> bool:
    """`*` stands for anything, `{png,svg}` for one of these."""
    return _pattern(route).fullmatch(path) is not None
