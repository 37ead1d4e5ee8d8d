"""A folder with `function_app.py` → its functions, checked as the host and the Python worker check them."""

import importlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import azure.functions as func

from sandbox.host.signature import SignatureError, check_signature

FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_\-]{0,127}", re.IGNORECASE)
BINDING_NAME = re.compile(r"(?!.*__)([a-zA-Z_][a-zA-Z0-9_]{0,127}|\$return)")
TRIGGERS = ("httpTrigger", "timerTrigger", "serviceBusTrigger")


class IndexingError(Exception):
    """The app cannot be indexed, so none of its functions exists."""


@dataclass(frozen=True, slots=True)
class Function:
    """One indexed function: how to call it, and what triggers it. `trigger` is the binding as function.json has it."""

    name: str
    call: Callable[..., Any]
    trigger: Mapping[str, Any]
    wants_context: bool
    has_return_binding: bool
    disabled: bool

    @property
    def kind(self) -> str:
        """The trigger's type, such as `httpTrigger`."""
        return str(self.trigger["type"])


def import_app(folder: Path) -> Any:
    """Import `function_app.py` from `folder` and give its one top-level function app."""
    if not (folder / "function_app.py").is_file():
        raise IndexingError(f"function_app.py is missing in {folder}.")
    sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module("function_app")
    except Exception as error:
        raise IndexingError(f"function_app.py cannot be imported: {type(error).__name__}: {error}") from error
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionRegister)]
    if not apps:
        raise IndexingError("Could not find top level function app instances in function_app.py.")
    if len(apps) > 1:
        raise IndexingError(f"More than one ({len(apps)}) top level function app instances in function_app.py.")
    return apps[0]


def index(app: Any, environment: Mapping[str, str]) -> list[Function]:
    """The app's functions. One bad function takes the whole app down, as it does in the worker."""
    try:
        found = [_function(one, environment) for one in app.get_functions()]
    except (SignatureError, ValueError, TypeError) as error:
        raise IndexingError(f"{type(error).__name__}: {error}") from error
    names: dict[str, str] = {}
    for function in found:
        twin = names.setdefault(function.name.lower(), function.name)
        if twin is not function.name:
            raise IndexingError(f"Functions {twin!r} and {function.name!r} have one name: the host ignores case.")
    return found


def _function(one: Any, environment: Mapping[str, str]) -> Function:
    name = one.get_function_name()
    if not FUNCTION_NAME.fullmatch(name) or name.lower() == "host":
        raise IndexingError(f"{name!r} is no valid function name.")
    bindings = [dict(binding.get_dict_repr()) for binding in one.get_bindings()]
    for binding in bindings:
        if not BINDING_NAME.fullmatch(binding["name"]):
            raise IndexingError(f"The binding name {binding['name']} of function {name} is invalid.")
    trigger = dict(one.get_trigger().get_dict_repr())
    if trigger["type"] not in TRIGGERS:
        raise IndexingError(f"Function {name}: the stand-in host knows no {trigger['type']}.")
    call = one.get_user_function()
    wants_context = check_signature(name, call, bindings)
    for key in ("schedule", "queueName"):
        if key in trigger:
            trigger[key] = _resolved(str(trigger[key]), environment, of=name)
    return Function(
        name=name,
        call=call,
        trigger=trigger,
        wants_context=wants_context,
        has_return_binding=any(binding["name"] == "$return" for binding in bindings),
        disabled=environment.get(f"AzureWebJobs.{name}.Disabled", "").lower() in ("true", "1"),
    )


def _resolved(text: str, environment: Mapping[str, str], *, of: str) -> str:
    def value(match: re.Match[str]) -> str:
        try:
            return environment[match[1]]
        except KeyError:
            raise IndexingError(f"Function {of}: '%{match[1]}%' does not resolve to a value.") from None

    return re.sub(r"%([^%]+)%", value, text)


def is_async(function: Function) -> bool:
    """True for `async def`, which runs on the event loop; `def` runs in a thread."""
    return inspect.iscoroutinefunction(function.call)
