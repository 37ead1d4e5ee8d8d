"""Which function a path and method belong to, as ASP.NET decides it."""

import pytest

from sandbox.host.routes import RouteError, match, parse_route

ROUTES = [
    parse_route("lead", "leads/{domain}", ["GET"]),
    parse_route("export", "leads/export", ["GET"]),
    parse_route("create", "leads", ["POST"]),
    parse_route("leads", "leads", ["GET"]),
    parse_route("timeline", "leads/{domain}/timeline", ["GET"]),
    parse_route("number", "things/{id:int}", None),
    parse_route("name", "things/{name}", None),
    parse_route("optional", "maybe/{id?}", ["GET"]),
    parse_route("optional_number", "perhaps/{id:int?}", ["GET"]),
    parse_route("files", "files/{*rest}", ["GET"]),
    parse_route("guid", "ids/{id:guid}", ["GET"]),
]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/leads", ("leads", {})),
        ("POST", "/leads", ("create", {})),
        ("POST", "/leads/", ("create", {})),
        ("GET", "/Leads/Export", ("export", {})),
        ("GET", "/leads/contoso.com", ("lead", {"domain": "contoso.com"})),
        ("GET", "/leads/%C3%A7i%C3%A7ek.com/timeline", ("timeline", {"domain": "çiçek.com"})),
        ("GET", "/leads/a%2Fb", ("lead", {"domain": "a/b"})),
        ("GET", "/things/12", ("number", {"id": "12"})),
        ("GET", "/things/-12", ("number", {"id": "-12"})),
        ("GET", "/things/twelve", ("name", {"name": "twelve"})),
        ("PATCH", "/things/12", ("number", {"id": "12"})),
        ("GET", "/maybe", ("optional", {})),
        ("GET", "/maybe/1", ("optional", {"id": "1"})),
        ("GET", "/perhaps", ("optional_number", {})),
        ("GET", "/perhaps/x", None),
        ("GET", "/files", ("files", {})),
        ("GET", "/files/a/b.txt", ("files", {"rest": "a/b.txt"})),
        ("GET", "/ids/6f9619ff-8b86-d011-b42d-00c04fc964ff", ("guid", {"id": "6f9619ff-8b86-d011-b42d-00c04fc964ff"})),
        ("GET", "/ids/1", None),
        ("DELETE", "/leads", None),
        ("POST", "/leads/export", None),
        ("GET", "/leads/contoso.com/other", None),
        ("GET", "/", None),
    ],
)
def test_path_and_method_belong_to(method: str, path: str, expected: tuple[str, dict[str, str]] | None) -> None:
    found = match(ROUTES, path, method)
    assert (found and (found[0].function, found[1])) == expected


@pytest.mark.parametrize("template", ["admin/x", "runtime", "a{b}", "{id:date}", "{*rest}/more", "{id?}/more"])
def test_route_that_the_host_would_not_take_is_refused(template: str) -> None:
    with pytest.raises(RouteError, match="Function broken"):
        parse_route("broken", template, None)
