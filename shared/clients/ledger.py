"""What Hunter wrote into Dynamics, in the table `ledger`: per record its id and fingerprints, per referral its history.

One partition per company (its domain) or per referral without one (`ref.<key>`), so that one push reads one page and
saves it in one transaction. Rows: `account`, `contact:<key>`, `referral:<key>`, `review`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from shared.clients.ledger_pages import Page, ReferralEntry, Review
from shared.clients.tables import Tables, storage_failures
from shared.errors import TransientError
from shared.rules.dynamics_memory import Memory

_ATTEMPTS = 6
_REVIEWS = "reviews"
"""The partition that lists open reviews, for the door that shows them."""


class Ledger:
    """Reads and saves pages. `now` is the writer's clock."""

    def __init__(self, tables: Tables, *, now: Callable[[], datetime]) -> None:
        self._tables = tables
        self._now = now

    def page(self, home: str) -> Page:
        """Everything remembered under this domain or `ref.<key>`."""
        with storage_failures():
            rows = list(self._table.query_entities("PartitionKey eq @home", parameters={"home": home}))
        page = Page(home, etags={row["RowKey"]: row.metadata["etag"] for row in rows})
        for row in rows:
            page = _with_row(page, row["RowKey"], json.loads(row["content"]))
        return page

    def save(self, page: Page, change: Callable[[Page], Page]) -> Page:
        """Saves what `change` makes of the page in one transaction; again when somebody was quicker."""
        for _ in range(_ATTEMPTS):
            after = change(page)
            if self._saved(page, after):
                return after
            page = self.page(page.home)
        raise TransientError("storage_unavailable", f"Others kept saving this page; gave way {_ATTEMPTS} times.")

    def open_reviews(self) -> Iterator[tuple[str, Review]]:
        """Every doubt that nobody has decided, by domain."""
        with storage_failures():
            for row in self._table.query_entities("PartitionKey eq @pk", parameters={"pk": _REVIEWS}):
                yield row["RowKey"], _read(Review, json.loads(row["content"]))

    @property
    def _table(self) -> Any:
        return self._tables.table("ledger")

    def _saved(self, before: Page, after: Page) -> bool:
        """One transaction over the rows that changed; false when one of them changed since it was read."""
        from azure.core import MatchConditions
        from azure.core.exceptions import HttpResponseError

        old, new = _rows(before), _rows(after)
        operations: list[Any] = []
        for row_key, content in new.items():
            if old.get(row_key) == content and row_key in before.etags:
                continue
            entity = {"PartitionKey": before.home, "RowKey": row_key, "schema": 1, "content": content}
            if etag := before.etags.get(row_key):
                guard = {"mode": "replace", "etag": etag, "match_condition": MatchConditions.IfNotModified}
                operations.append(("update", entity, guard))
            else:
                operations.append(("create", entity))
        with storage_failures():
            try:
                for start in range(0, len(operations), 100):
                    self._table.submit_transaction(operations[start : start + 100])
            except HttpResponseError as error:
                if error.status_code in (404, 409, 412):
                    return False
                raise
            self._list_review(before, after)
        return True

    def _list_review(self, before: Page, after: Page) -> None:
        """The list of open reviews follows the page; it is only a list, the page decides."""
        is_open = after.review is not None and after.review.decision is None
        was_open = before.review is not None and before.review.decision is None
        if is_open and before.review != after.review:
            content = json.dumps(asdict(after.review), ensure_ascii=False)  # type: ignore[arg-type]
            self._table.upsert_entity({"PartitionKey": _REVIEWS, "RowKey": after.home, "content": content})
        elif was_open and not is_open:
            self._table.delete_entity(_REVIEWS, after.home)


def _rows(page: Page) -> dict[str, str]:
    """The page as rows: row key and content."""
    rows: dict[str, Any] = {f"contact:{key}": memory for key, memory in page.contacts.items()}
    rows |= {f"referral:{key}": entry for key, entry in page.referrals.items()}
    rows |= {"account": page.account, "review": page.review}
    return {
        key: json.dumps(asdict(row), ensure_ascii=False, sort_keys=True) for key, row in rows.items() if row is not None
    }


def _with_row(page: Page, row_key: str, content: dict[str, Any]) -> Page:
    kind, _, key = row_key.partition(":")
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
