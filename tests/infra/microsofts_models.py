"""A model class of Microsoft's management packages in, the properties that Azure knows of it out.

The packages are generated from the same descriptions as Bicep's own types. They come in two styles: older classes say
in `_attribute_map` where each attribute lies, newer ones have a `rest_field` for each. Their API version is that of the
package, sometimes newer than the template's; a name that Azure dropped would be missed, a misspelt one is not.
"""

import re
import sys
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


@dataclass(slots=True)
class Property:
    """What may be said of one property: whether it can and must be given, its properties, its values."""

    read_only: bool = False
    required: bool = False
    types: list[type] = field(default_factory=list)
    flattened: dict[str, "Property"] = field(default_factory=dict)

    def properties(self) -> dict[str, "Property"]:
        """Of the object, or of each object in the list, that it holds."""
        found = dict(self.flattened)
        for one in self.types:
            if not issubclass(one, Enum) and (hasattr(one, "_attribute_map") or hasattr(one, "_deserialize")):
                found |= properties_of(one)
        return found

    def values(self) -> frozenset[str] | None:
        """What it may be, where only some texts are allowed."""
        choices = next((one for one in self.types if issubclass(one, Enum)), None)
        return frozenset(str(one.value) for one in choices) if choices else None


def properties_of(model: type) -> dict[str, Property]:
    """Every property by its name on the wire; of a class with kinds, those of any kind, required where all do."""
    kinds = [_own(kind) for kind in _kinds(model)]
    merged: dict[str, Property] = {}
    for own in kinds:
        merged |= own
    for name, one in merged.items():
        one.required = all(name in own and own[name].required for own in kinds)
    return merged


def _kinds(model: type) -> Iterator[type]:
    yield model
    for kind in model.__subclasses__():
        yield from _kinds(kind)


def _own(model: Any) -> dict[str, Property]:
    package = sys.modules[model.__module__.rpartition(".")[0]]
    return _mapped(model, package) if hasattr(model, "_attribute_map") else _declared(model, package)


def _mapped(model: Any, package: Any) -> dict[str, Property]:
    """`"key": "properties.severity", "type": "[MetricAlertAction]"`; a dot in a name is written `\\.`."""
    found: dict[str, Property] = {}
    for attribute, where in model._attribute_map.items():
        *above, name = (part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", where["key"]))
        place = found
        for part in above:
            place = place.setdefault(part, Property()).flattened
        rules = model._validation.get(attribute, {})
        types = [getattr(package, word) for word in re.findall(r"\w+", where["type"]) if hasattr(package, word)]
        place[name] = Property(rules.get("readonly", False), rules.get("required", False), types)
    return found


def _declared(model: Any, package: Any) -> dict[str, Property]:
    found: dict[str, Property] = {}
    for base in reversed(model.__mro__):
        for attribute, hint in base.__dict__.get("__annotations__", {}).items():
            declared = base.__dict__.get(attribute)
            if hasattr(declared, "_rest_name_input"):
                name = declared._rest_name_input or attribute
                found[name] = Property(
                    declared._visibility == ["read"],
                    type(None) not in typing.get_args(hint),
                    list(_named(hint, package)),
                )
    return found


def _named(hint: Any, package: Any) -> Iterator[type]:
    if isinstance(hint, type):
        yield hint
    elif isinstance(hint, str | typing.ForwardRef):
        name = (hint if isinstance(hint, str) else hint.__forward_arg__).rpartition(".")[2]
        if found := getattr(package, name, None):
            yield found
    else:
        for part in typing.get_args(hint):
            yield from _named(part, package)
