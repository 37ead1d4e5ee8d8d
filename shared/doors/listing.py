"""List questions in, pages out: filters, several sorts, and cursors that hold their place while rows change."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from shared.doors.http import Call, Reply
from shared.doors.problems import Problem, bad_request
from shared.rules.list_shape import Conditions, Shape
from shared.rules.list_table import ListTable
from shared.rules.moments import iso

if TYPE_CHECKING:
    from shared.clients.list_view import ListView
    from shared.doors.questions import LeadFilter

_MOST_SORTS = 5


def lead_conditions(asked: "LeadFilter") -> Conditions:
    """The list's filters as conditions."""
    from shared.doors.questions import CLOSED_FILTERS  # pydantic's: read with the first question, not indexed

    any_of = {name: frozenset(text.split(",")) for name in CLOSED_FILTERS if (text := getattr(asked, name))}
    between: dict[str, tuple[int | None, int | None]] = {}
    if asked.min_score is not None or asked.max_score is not None:
        between["score"] = (asked.min_score, asked.max_score)
    if asked.first_seen_after:
        between["first_seen_at"] = (ceil(asked.first_seen_after.timestamp()), None)
    if asked.respond_by_before:
        between["respond_by"] = (None, floor(asked.respond_by_before.timestamp()))
    if asked.updated_after:
        between["updated_at"] = (ceil(asked.updated_after.timestamp()), None)
    return Conditions(any_of=any_of, between=between, text=asked.q)


def read_sort(text: str, shape: Shape) -> tuple[str, ...]:
    """`field,-field` as a tuple. Raises 400 naming the fields that can be sorted by."""
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name.removeprefix("-") not in shape.sortable:
            raise bad_request(
                "sort", f"'{name[:40]}' cannot be sorted by.", f"Known: {', '.join(sorted(shape.sortable))}."
            )
    if len(names) > _MOST_SORTS:
        raise bad_request("sort", f"{len(names)} fields.", f"At most {_MOST_SORTS}.")
    return names or shape.default_sort


def page_of(call: Call, view: "ListView", shape: Shape, conditions: Conditions) -> Reply:
    """One page of a list as `{items, total, first, limit, next_cursor, prev_cursor, as_of}`, with an ETag."""
    sorts = read_sort(call.query.sort, shape)
    direction, mark = read_cursor(call.query.cursor, sorts)
    with view.read() as table:
        mask = table.matching(conditions)
        try:
            page, slots = table.page(
                mask,
                sorts,
                call.query.limit,
                after=mark if direction == "next" else None,
                before=mark if direction == "prev" else None,
            )
        except (ValueError, TypeError):
            raise _bad_cursor() from None
        content = {
            "items": page.faces,
            "total": page.total,
            "first": page.first,
            "limit": call.query.limit,
            "next_cursor": _cursor("next", sorts, table, slots[-1:]) if page.has_next else None,
            "prev_cursor": _cursor("prev", sorts, table, slots[:1]) if page.has_previous else None,
        }
    return with_etag(call, content, as_of=call.to.now())


def with_etag(call: Call, content: dict[str, Any], *, as_of: datetime | None = None) -> Reply:
    """The content under its ETag; 304 when the caller has it already. `as_of` is no part of what the tag covers."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if _is_named(etag, call.headers.get("if-none-match", "")):
        return Reply(None, 304, headers)
    return Reply({**content, "as_of": iso(as_of)} if as_of else content, 200, headers)


def _is_named(etag: str, names: str) -> bool:
    """Whether If-None-Match names this tag; weak or strong is the same there (RFC 9110, 13.1.2)."""
    tags = [name.strip().removeprefix("W/") for name in names.split(",")]
    return tags == ["*"] or etag.removeprefix("W/") in tags


def read_cursor(text: str | None, sorts: tuple[str, ...]) -> tuple[str, Sequence[Any] | None]:
    """Direction and mark of a cursor. Raises 400 `bad_cursor` when it is none of this list's."""
    if not text:
        return "next", None
    try:
        content = base64.urlsafe_b64decode(text.encode()).decode("utf-8", "surrogatepass")
        direction, of_sorts, mark = json.loads(content)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise _bad_cursor() from None
    if (
        direction not in ("next", "prev")
        or of_sorts != list(sorts)
        or not isinstance(mark, list)
        or not mark
        or not isinstance(mark[-1], str)
    ):
        raise _bad_cursor()
    return direction, mark


def _cursor(direction: str, sorts: tuple[str, ...], table: ListTable, slots: Sequence[int]) -> str | None:
    if not slots:
        return None
    content = json.dumps([direction, sorts, table.mark(slots[0], sorts)], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode("utf-8", "surrogatepass")).decode()


def _bad_cursor() -> Problem:
    return Problem(
        400,
        "bad_cursor",
        "cursor: it does not belong to this list and order. Start from the first page.",
        field="cursor",
    )
