"""ASP.NET route templates and a request's path → which function answers, with its route parameters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

CONSTRAINTS = {
    "int": r"[+-]?\d{1,10}",
    "long": r"[+-]?\d{1,19}",
    "alpha": r"[A-Za-z]*",
    "bool": r"(?i:true|false)",
    "guid": r"\{?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?",
}
LITERAL, CONSTRAINED, PARAMETER, CATCH_ALL = range(4)


class RouteError(Exception):
    """A route template that the host would not take."""


@dataclass(frozen=True, slots=True)
class _Segment:
    rank: int
    name: str
    pattern: re.Pattern[str] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One function's route. No `methods` means every method."""

    function: str
    segments: tuple[_Segment, ...]
    methods: frozenset[str] | None

    @property
    def precedence(self) -> tuple[int, ...]:
        """Literal before constrained before plain parameter before catch-all, segment by segment."""
        return tuple(segment.rank for segment in self.segments)


def parse_route(function: str, template: str, methods: Iterable[str] | None) -> Route:
    """A template such as `leads/{domain}/timeline`, `things/{id:int?}` or `files/{*rest}`."""
    parts = [part for part in template.strip("/").split("/") if part]
    if parts and parts[0].lower() in ("admin", "runtime"):
        raise RouteError(f"Function {function}: routes that begin with {parts[0]} belong to the host.")
    segments = tuple(_segment(function, part) for part in parts)
    for segment in segments[:-1]:
        if segment.rank == CATCH_ALL or segment.optional:
            raise RouteError(f"Function {function}: {{{segment.name}}} may only stand at the end of {template!r}.")
    return Route(function, segments, frozenset(method.upper() for method in methods) if methods else None)


def _segment(function: str, part: str) -> _Segment:
    if not (part.startswith("{") and part.endswith("}")):
        if "{" in part or "}" in part:
            raise RouteError(f"Function {function}: the stand-in host knows no mixed segment {part!r}.")
        return _Segment(LITERAL, part.lower())
    inner = part[1:-1]
    if inner.startswith("*"):
        return _Segment(CATCH_ALL, inner.lstrip("*"), optional=True)
    optional = inner.endswith("?")
    name, _, constraint = inner.rstrip("?").partition(":")
    if not constraint:
        return _Segment(PARAMETER, name, optional=optional)
    if constraint not in CONSTRAINTS:
        raise RouteError(f"Function {function}: the stand-in host knows no route constraint {constraint!r}.")
    return _Segment(CONSTRAINED, name, re.compile(CONSTRAINTS[constraint]), optional)


def match(routes: Iterable[Route], path: str, method: str) -> tuple[Route, dict[str, str]] | None:
    """The best route for a raw (still quoted) path; None where the host answers 404, so also for another method."""
    found = []
    for route in routes:
        if route.methods is not None and method.upper() not in route.methods:
            continue
        parameters = _parameters(route, path)
        if parameters is not None:
            found.append((route, parameters))
    return min(found, key=lambda one: one[0].precedence, default=None)


def _parameters(route: Route, path: str) -> dict[str, str] | None:
    parts = [part for part in path.strip("/").split("/") if part]
    parameters: dict[str, str] = {}
    for position, segment in enumerate(route.segments):
        if segment.rank == CATCH_ALL:
            rest = "/".join(unquote(part) for part in parts[position:])
            return parameters | ({segment.name: rest} if rest else {})
        if position >= len(parts):
            if segment.optional:
                return parameters
            return None
        value = unquote(parts[position])
        if segment.rank == LITERAL:
            if value.lower() != segment.name:
                return None
            continue
        if segment.pattern is not None and not segment.pattern.fullmatch(value):
            return None
        parameters[segment.name] = value
    return parameters if len(parts) == len(route.segments) else None
