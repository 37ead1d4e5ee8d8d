"""A function and its bindings → whether the Python worker would load it; the worker's sentence when it would not."""

import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import azure.functions as func
from azure.functions import meta


class SignatureError(Exception):
    """The worker's FunctionLoadError: parameters or annotations do not fit the bindings."""


def check_signature(name: str, call: Callable[..., Any], bindings: Sequence[Mapping[str, Any]]) -> bool:
    """Refuse what the worker refuses; true when the function wants a `context`."""
    parameters = set(inspect.signature(call).parameters)
    annotations = typing.get_type_hints(call)
    bound = {binding["name"]: binding for binding in bindings if binding["name"] != "$return"}
    wants_context = "context" in parameters and "context" not in bound
    if wants_context:
        parameters.discard("context")
        _check_context(name, annotations.get("context"))
    if extra := parameters - bound.keys():
        raise SignatureError(
            f"cannot load the {name} function: the following parameters are declared in Python but not in the "
            f"function definition (function.json or function decorators): {sorted(extra)}"
        )
    if missing := bound.keys() - parameters:
        raise SignatureError(
            f"cannot load the {name} function: the following parameters are declared in the function definition "
            f"(function.json or function decorators) but not in Python: {sorted(missing)}"
        )
    for parameter, binding in bound.items():
        if parameter in annotations:
            _check_input(name, parameter, annotations[parameter], str(binding["type"]))
    returned = next((str(binding["type"]) for binding in bindings if binding["name"] == "$return"), None)
    if returned and annotations.get("return", type(None)) is not type(None):
        _check_return(name, annotations["return"], returned)
    return wants_context


def _check_context(name: str, annotation: Any) -> None:
    if annotation is not None and not (isinstance(annotation, type) and issubclass(annotation, func.Context)):
        raise SignatureError(
            f'cannot load the {name} function: the "context" parameter is expected to be of type '
            f'"azure.functions.Context", got {annotation!r}'
        )


def _check_input(name: str, parameter: str, annotation: Any, kind: str) -> None:
    # The worker takes typing.List[...] but not list[...]: it only knows the older generic aliases.
    if not isinstance(annotation, type) and not isinstance(annotation, type(typing.List[int])):  # noqa: UP006
        raise SignatureError(
            f"cannot load the {name} function: binding {parameter} has invalid non-type annotation {annotation!r}"
        )
    if isinstance(annotation, type) and typing.get_origin(annotation) is not None:
        raise SignatureError(
            f"cannot load the {name} function: binding {parameter} has invalid non-type annotation {annotation!r}"
        )
    if not _converter(kind).check_input_type_annotation(annotation):
        raise SignatureError(
            f'cannot load the {name} function: type of {parameter} binding "{kind}" does not match its Python '
            f'annotation "{getattr(annotation, "__name__", annotation)}"'
        )


def _check_return(name: str, annotation: Any, kind: str) -> None:
    if not (isinstance(annotation, type) and _converter(kind).check_output_type_annotation(annotation)):
        raise SignatureError(
            f"cannot load the {name} function: Python return annotation {annotation!r} does not match "
            f'binding type "{kind}"'
        )


def _converter(kind: str) -> Any:
    registry: Any = meta.get_binding_registry
    return registry().get(kind)
