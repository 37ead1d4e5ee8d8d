"""Control doors under `/_sandbox/`: what sellers do, what the organisation is like, what it holds. Loopback, no Origin.

`Faults.middleware` refuses calls with an `Origin` header before they come here.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.dataverse.errors import INVALID_ARGUMENT, Refusal
from sandbox.dataverse.limits import Allowance, Limits
from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.rows import Link
from sandbox.dataverse.seller import DEEDS, Wanted, act
from sandbox.dataverse.stock import offer_predictive_scores
from sandbox.dataverse.tables import Table


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Privilege(_Strict):
    """Grants or denies Hunter's application user one verb on one table."""

    table: str = Field(description="a logical name such as opportunity")
    verb: Literal["create", "read", "write", "delete", "append", "assign"] = Field(description="one of the verbs")
    allowed: bool = Field(False, description="true or false")


class Switch(_Strict):
    """Publishes the duplicate rules or offers the predictive scores, or takes them back."""

    on: bool = Field(description="true or false")


class Customisation(_Strict):
    """What another customer may have changed on a column: its length, its options."""

    table: str = Field(description="a logical name such as lead")
    column: str = Field(description="a logical name such as leadsourcecode")
    length: int | None = Field(None, ge=1, description="the new MaxLength")
    without: list[int] = Field(default_factory=list, description="option values to remove, such as [4]")


class KeyStatus(_Strict):
    """Puts a key into a state."""

    table: str = Field(description="a logical name such as lead")
    key: str = Field(description="the key's name such as hnt_referralkey")
    status: Literal["Pending", "InProgress", "Active", "Failed"] = Field(description="the state of its index")


class Allowed(_Strict):
    """The service protection limits; what is left out keeps its default."""

    requests: int = Field(6000, ge=0, description="requests in a window")
    seconds: float = Field(1200, ge=0, description="seconds of work in a window")
    concurrent: int = Field(52, ge=0, description="requests at once")
    window: float = Field(300, gt=0, description="length of the window in seconds")
    punishment: float = Field(1, ge=0, description="seconds that each early return adds")


@dataclass(slots=True)
class Doors:
    """The control doors of one stand-in; `counts` are the requests that the Web API has seen since the last reset."""

    org: Organisation
    limits: Limits
    counts: Counter[str] = field(default_factory=Counter)

    def add_to(self, app: web.Application) -> None:
        """Adds every door."""
        posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "limits": self._set_limits,
            "privileges": self._set_privilege,
            "duplicate-rules": self._switch_rules,
            "predictive-scores": self._offer_scores,
            "columns": self._customise,
            "keys": self._set_key,
            "reset": self._reset,
        }
        for name, handle in posts.items():
            app.router.add_post(f"/_sandbox/{name}", _door(handle))
        app.router.add_post("/_sandbox/seller", _door(lambda body: act(self.org, "edit", Wanted.model_validate(body))))
        for deed in DEEDS:
            app.router.add_post(f"/_sandbox/seller/{deed}", _door(self._deed(deed)))
        app.router.add_get("/_sandbox/rows/{table}", self._rows)
        app.router.add_get("/_sandbox/counts", self._counts)

    def _deed(self, deed: str) -> Callable[[dict[str, Any]], Any]:
        return lambda body: act(self.org, deed, Wanted.model_validate(body))

    def _set_limits(self, body: dict[str, Any]) -> dict[str, Any]:
        self.limits.reset(Allowance(**Allowed.model_validate(body).model_dump()))
        return asdict(self.limits.allowance)

    def _set_privilege(self, body: dict[str, Any]) -> list[list[str]]:
        wanted = Privilege.model_validate(body)
        self._table(wanted.table)
        change = self.org.denied.discard if wanted.allowed else self.org.denied.add
        change((wanted.table, wanted.verb))
        return sorted([table, verb] for table, verb in self.org.denied)

    def _switch_rules(self, body: dict[str, Any]) -> dict[str, bool]:
        on = Switch.model_validate(body).on
        for rule in self.org.rows.all("duplicaterule"):
            state = {"statecode": 1, "statuscode": 2} if on else {"statecode": 0, "statuscode": 0}
            self.org.rows.put("duplicaterule", rule["duplicateruleid"], {**rule, **state})
        return {"on": on}

    def _offer_scores(self, body: dict[str, Any]) -> dict[str, bool]:
        on = Switch.model_validate(body).on
        offer_predictive_scores(self.org.schema, on=on)
        return {"on": on}

    def _customise(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = Customisation.model_validate(body)
        column = self._table(wanted.table).columns.get(wanted.column)
        if column is None:
            raise Refusal(
                INVALID_ARGUMENT, f"column: {wanted.table} has no '{wanted.column}'; give one such as subject."
            )
        column.length = wanted.length or column.length
        column.options = {value: label for value, label in column.options.items() if value not in wanted.without}
        return {"length": column.length, "options": list(column.options)}

    def _set_key(self, body: dict[str, Any]) -> dict[str, str]:
        wanted = KeyStatus.model_validate(body)
        key = self._table(wanted.table).keys.get(wanted.key)
        if key is None:
            raise Refusal(
                INVALID_ARGUMENT, f"key: {wanted.table} has no '{wanted.key}'; give a name such as hnt_referralkey."
            )
        key.status, key.begun, key.ready = wanted.status, self.org.now(), float("inf")
        return {"status": key.status}

    def _reset(self, _body: dict[str, Any]) -> dict[str, str]:
        self.org.reset()
        self.limits.reset(Allowance())
        self.counts.clear()
        return {"state": "as on the first day"}

    def _table(self, name: str) -> Table:
        found = self.org.schema.tables.get(name)
        if found is None:
            raise Refusal(INVALID_ARGUMENT, f"table: there is no '{name}'; give a logical name such as lead.")
        return found

    async def _rows(self, request: web.Request) -> web.Response:
        rows = self.org.rows.all(request.match_info["table"])
        return web.json_response([{name: _plain(value) for name, value in row.items()} for row in rows])

    async def _counts(self, _request: web.Request) -> web.Response:
        return web.json_response({**self.counts, "throttled": self.limits.refusals})


def _plain(value: Any) -> Any:
    return {"table": value.table, "id": value.id} if isinstance(value, Link) else value


def _wrong(model: str, one: Any) -> dict[str, str]:
    """One field of a body, what is wrong with it, and what it should be; of an unknown field, which there are."""
    kinds: list[type[BaseModel]] = [Wanted, *_Strict.__subclasses__()]
    fields = next(kind.model_fields for kind in kinds if kind.__name__ == model)
    known = fields.get(str(one["loc"][0])) if one["loc"] else None
    fix = known.description if known else f"known here: {', '.join(fields)}"
    return {"field": ".".join(map(str, one["loc"])), "problem": one["msg"], "fix": f"give {fix}" if known else fix}


def _door(handle: Callable[[dict[str, Any]], Any]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def door(request: web.Request) -> web.Response:
        try:
            body = await request.json() if request.can_read_body else {}
            if not isinstance(body, dict):
                raise ValueError
            return web.json_response(handle(body))
        except Refusal as refusal:
            return web.json_response(refusal.to_json(), status=refusal.kind.status)
        except ValidationError as error:
            return web.json_response({"errors": [_wrong(error.title, one) for one in error.errors()]}, status=400)
        except ValueError:
            return web.json_response({"errors": [{"field": "body", "problem": "not a JSON object"}]}, status=400)

    return door
