"""Pages of the ledger as table rows, and back; and what a change of a page is in a transaction.

The rows lie beside the leads, so that one push saves what it did, and what it remembers of it, at once. Row keys:
`dynamics:{home}:{account|contact:{key}|referral:{key}|review}`; `review:{home}` lists a doubt that waits for a person.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from shared.clients.lead_rows import PARTITION
from shared.clients.ledger_pages import Page, ReferralEntry, Review
from shared.rules.dynamics.memory import Memory


def read_page(table: Any, home: str) -> Page:
    """Everything remembered under this domain or `ref.<key>`, in one request."""
    begin = f"dynamics:{home}:"
    rows = table.query_entities(
        "PartitionKey eq @pk and RowKey ge @begin and RowKey lt @end",
        parameters={"pk": PARTITION, "begin": begin, "end": f"dynamics:{home};"},
    )
    page, etags = Page(home), {}
    for row in rows:
        name = row["RowKey"].removeprefix(begin)
        etags[name] = row.metadata["etag"]
        page = _with_row(page, name, json.loads(row["content"]))
    return replace(page, etags=etags)


def read_reviews(table: Any) -> Iterable[tuple[str, Review]]:
    """Every doubt that nobody has decided, by home."""
    for row in table.query_entities(
        "PartitionKey eq @pk and RowKey ge 'review:' and RowKey lt 'review;' and open eq true",
        parameters={"pk": PARTITION},
    ):
        yield row["RowKey"].removeprefix("review:"), _read(Review, json.loads(row["content"]))


def page_operations(before: Page, after: Page) -> list[Any]:
    """What saves the rows that changed, each only if it is still as it was read."""
    from azure.core import MatchConditions

    old, new = _rows(before), _rows(after)
    operations: list[Any] = []
    for name in old.keys() | new.keys():
        etag, content = before.etags.get(name), new.get(name)
        guard = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        entity = _entity(f"dynamics:{before.home}:{name}", schema=1, content=content)
        if content is None:
            operations += [("delete", entity, guard)] if etag else []
        elif etag is None:
            operations.append(("create", entity))
        elif content != old.get(name):
            operations.append(("update", entity, {"mode": "replace", **guard}))
    if (review := after.review or before.review) and after.review != before.review:
        is_open = after.review is not None and after.review.decision is None
        listed = _entity(f"review:{before.home}", open=is_open, content=_dump(review))
        operations.append(("upsert", listed, {"mode": "replace"}))
    return operations


def _entity(row_key: str, **properties: Any) -> dict[str, Any]:
    return {"PartitionKey": PARTITION, "RowKey": row_key, **properties}


def _rows(page: Page) -> dict[str, str]:
    """The page as rows: name and content."""
    rows: dict[str, Any] = {f"contact:{key}": memory for key, memory in page.contacts.items()}
    rows |= {f"referral:{key}": entry for key, entry in page.referrals.items()}
    rows |= {"account": page.account, "review": page.review}
    return {name: _dump(row) for name, row in rows.items() if row is not None}


def _dump(row: Any) -> str:
    return json.dumps(asdict(row), ensure_ascii=False, sort_keys=True)


def _with_row(page: Page, name: str, content: dict[str, Any]) -> Page:
    kind, _, key = name.partition(":")
    if kind == "account":
        return replace(page, account=_read(Memory, content))
    if kind == "contact":
        return replace(page, contacts={**page.contacts, key: _read(Memory, content)})
    if kind == "review":
        return replace(page, review=_read(Review, content))
    entry = _read(ReferralEntry, content)
    own = {name: _read(Memory, content[name]) if content.get(name) else None for name in ("lead", "opportunity")}
    return replace(page, referrals={**page.referrals, key: replace(entry, **own)})


def _read(shape: Any, content: Mapping[str, Any]) -> Any:
    """A row as its dataclass; lists become tuples, fields of a newer release are passed over."""
    known = {name: value for name, value in content.items() if name in shape.__dataclass_fields__}
    return shape(**{name: tuple(value) if isinstance(value, list) else value for name, value in known.items()})
