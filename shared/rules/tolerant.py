"""Field types for a supplier's JSON: any value goes in, a sound one or None comes out, and oddities are noted.

What Partner Center's own samples show is no oddity: `null`, `""`, `{}` or one object where a list belongs.
Notes hold names and types of fields, and unknown words of a list of words; never the content of a free text.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NamedTuple, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, WrapValidator, model_validator
from pydantic.alias_generators import to_camel

from shared.rules.ticks import ticks

_LONGEST_NAME = 80
_LONGEST_TEXT = 1000
"""No name, address or id is longer, and a row of the table is not for novels; the raw referral keeps it all."""
_LONGEST_NUMBER = 40
_MOST_NOTES = 50
"""Enough to see what happened; a record full of strange fields must not cost more."""
_WORD = re.compile(r"[\w ./-]{1,60}")
_YES = frozenset({"true", "yes", "1"})
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n"}


class Drift(NamedTuple):
    """One oddity. `kind`: `unknown_field`, `unknown_value`, `wrong_type` or `too_long`; `seen`: the word or type."""

    kind: str
    field: str
    seen: str


@dataclass(slots=True)
class Reading:
    """Where a reader stands in the document, and what it noted; handed to pydantic as the context."""

    drift: list[Drift] = field(default_factory=list)
    _path: list[str] = field(default_factory=list)

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Marks that nested values are read."""
        self._path.append(name)
        try:
            yield
        finally:
            self._path.pop()

    def note(self, kind: str, name: str | None, seen: str) -> None:
        """Adds an oddity at the present place, once."""
        if len(self.drift) >= _MOST_NOTES:
            return
        where = ".".join([*self._path, name or "?"]).encode("utf-8", "replace").decode()
        if kind == "unknown_value" and not _WORD.fullmatch(seen):
            seen = "another text"
        drift = Drift(kind, where[:_LONGEST_NAME], seen)
        if drift not in self.drift:
            self.drift.append(drift)


def _reading(info: ValidationInfo) -> Reading:
    return cast(Reading, info.context)


def _note(info: ValidationInfo, kind: str, seen: str) -> None:
    _reading(info).note(kind, to_camel(info.field_name or "?"), seen)


def _text(value: object, info: ValidationInfo) -> str | None:
    text = _long_text(value, info)
    if text is not None and len(text) > _LONGEST_TEXT:
        _note(info, "too_long", f"over {_LONGEST_TEXT}")
        return text[:_LONGEST_TEXT].rstrip()
    return text


def _long_text(value: object, info: ValidationInfo) -> str | None:
    if value is None or isinstance(value, str):
        plain = (value or "").translate(_CONTROLS).encode("utf-8", "replace").decode()
        return plain.strip() or None
    _note(info, "wrong_type", type(value).__name__)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _name(value: object, info: ValidationInfo) -> str | None:
    text = _text(value, info)
    return html.unescape(text).strip() or None if text else None


def _flag(value: object, info: ValidationInfo) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    _note(info, "wrong_type", type(value).__name__)
    return {"true": True, "false": False}.get(str(value).strip().lower()) if isinstance(value, str) else None


def _agreement(value: object, info: ValidationInfo) -> bool | None:
    """A person's yes or no. What was said but is no clear yes counts as no: a wrong guess could not be taken back."""
    if value is None or value == "" or value == [] or value == {}:
        return None
    if not isinstance(value, bool):
        _note(info, "wrong_type", type(value).__name__)
    return value is True or str(value).strip().lower() in _YES


def _amount(value: object, info: ValidationInfo) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, float | str) or type(value) is int:
        text = str(value)[: _LONGEST_NUMBER + 1].strip()
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal("NaN")
        if len(text) <= _LONGEST_NUMBER and amount.is_finite() and (amount == 0 or 0.001 <= amount < 10**15):
            return amount
    _note(info, "wrong_type", type(value).__name__)
    return None


def _date(value: object, info: ValidationInfo) -> int | None:
    count = ticks(value)
    if count is None and value not in (None, "") and not str(value).startswith("0001-01-01"):
        _note(info, "wrong_type", type(value).__name__)
    return count


def words(*known: str) -> Callable[[object, ValidationInfo], str | None]:
    """Reads a word of a list, in any letter case, as the list spells it; another word is kept and noted."""
    spelled = {word.lower(): word for word in known}

    def read(value: object, info: ValidationInfo) -> str | None:
        text = _text(value, info)
        if text is None or text.lower() in spelled:
            return spelled[text.lower()] if text else None
        _note(info, "unknown_value", text)
        return text

    return read


def _part(value: object, handler: Callable[[object], Any], info: ValidationInfo) -> Any:
    if value is None or value == "" or value == []:
        return None
    if not isinstance(value, Mapping):
        _note(info, "wrong_type", type(value).__name__)
        return None
    with _reading(info).inside(to_camel(info.field_name or "?")):
        return handler(value)


def _consent(value: object, handler: Callable[[object], Any], info: ValidationInfo) -> Any:
    """An object of agreements, in PascalCase or alone in a list as well; one bare word stands for the first of them."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Mapping):
        with _reading(info).inside(to_camel(info.field_name or "?")):
            return handler({name[:1].lower() + name[1:]: said for name, said in value.items()})
    agreed = _agreement(value, info)
    return None if agreed is None else handler({"consentToContact": agreed})


def _list(value: object, handler: Callable[[object], Any], info: ValidationInfo) -> Any:
    items = value if isinstance(value, list) else [value] if value and isinstance(value, Mapping) else []
    kept = [item for item in items if isinstance(item, Mapping)]
    if len(kept) < len(items) or not (isinstance(value, list | Mapping) or value is None or value == ""):
        _note(info, "wrong_type", "list of other things" if isinstance(value, list) else type(value).__name__)
    with _reading(info).inside(to_camel(info.field_name or "?")):
        return handler(kept)


Text = Annotated[str | None, BeforeValidator(_text)]
LongText = Annotated[str | None, BeforeValidator(_long_text)]
"""A text without an end, such as notes."""
Name = Annotated[str | None, BeforeValidator(_name)]
"""A text in which HTML entities are decoded: Partner Center stores names such as `Lumen &amp; Sons`."""
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Agreement = Annotated[bool | None, BeforeValidator(_agreement)]
"""A yes or no that is taken for no when it cannot be read; None only when nothing was said."""
Amount = Annotated[Decimal | None, BeforeValidator(_amount)]
Ticks = Annotated[int | None, BeforeValidator(_date)]
Part = WrapValidator(_part)
"""Marks a nested object that may be missing or something else altogether."""
Agreements = WrapValidator(_consent)
"""Marks the object that says what a person agreed to: however it is spelled, a no must be heard."""
Parts = WrapValidator(_list)
"""Marks a list of objects that may be missing, empty in any spelling, or one object alone."""


class Tolerant(BaseModel):
    """An object whose names are camelCase outside; names that it does not know are noted and left alone."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="ignore", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _notes_unknown_fields(cls, data: Any, info: ValidationInfo) -> Any:
        known = {field.alias for field in cls.model_fields.values()}
        for name in data:
            if name not in known and not name.startswith("@odata."):
                _reading(info).note("unknown_field", name, type(data[name]).__name__)
        return data
