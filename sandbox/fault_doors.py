"""`/_sandbox/faults` of a stand-in: faults asked for go in; their ids, their counts or what is wrong comes out."""

import json
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from sandbox.armed import Armed

PATH = "/_sandbox/faults"
_HINT = "see GET /_sandbox/faults and contract section 8"


def add_fault_doors(app: web.Application, faults: Armed[Any], *, example: str) -> None:
    """GET, POST and DELETE (all, or one by its id). `example`: a fault in JSON, for a body that is none."""
    doors = _Doors(faults, example)
    app.router.add_get(PATH, doors.list)
    app.router.add_post(PATH, doors.add)
    app.router.add_delete(PATH, doors.remove)
    app.router.add_delete(PATH + "/{id}", doors.remove)


def refused_page(request: web.Request) -> web.Response | None:
    """The refusal of a call that a web page makes: no page may break what a person works with."""
    if "Origin" not in request.headers:
        return None
    return web.json_response({"problem": "control doors refuse web pages (Origin header)"}, status=403)


class _Doors:
    def __init__(self, faults: Armed[Any], example: str) -> None:
        self._faults = faults
        self._example = example
        self._several: TypeAdapter[list[Any]] = TypeAdapter(list[faults.kind])  # type: ignore[name-defined]

    async def list(self, _request: web.Request) -> web.Response:
        return web.json_response({"seed": self._faults.seed, "faults": self._faults.report()})

    async def add(self, request: web.Request) -> web.Response:
        try:
            given = json.loads(await request.text())
            faults = self._several.validate_python(given if isinstance(given, list) else [given])
        except ValidationError as error:
            return web.json_response({"errors": [self._explained(one) for one in error.errors()]}, status=400)
        except ValueError:
            wrong = {"field": "body", "problem": "not JSON", "fix": f"send {self._example}"}
            return web.json_response({"errors": [wrong]}, status=400)
        return web.json_response({"ids": self._faults.add(*faults)}, status=201)

    async def remove(self, request: web.Request) -> web.Response:
        id = request.match_info.get("id")
        if id is None:
            self._faults.clear()
            return web.Response(status=204)
        removed = id.isdecimal() and self._faults.remove(int(id))
        return web.Response(status=204 if removed else 404)

    def _explained(self, error: Any) -> dict[str, str]:
        names = [str(part) for part in error["loc"] if not isinstance(part, int)]
        fields = self._faults.kind.model_fields
        if names[:1] == ["match"] and len(names) > 1:
            fields = getattr(fields["match"].annotation, "model_fields", {})
        described = fields.get(names[-1]) if names else None
        fix = f"give {described.description}" if described is not None and described.description else _HINT
        return {"field": ".".join(names) or "fault", "problem": error["msg"], "fix": fix}
