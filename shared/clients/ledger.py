"""What Hunter wrote into Dynamics: per record its id and fingerprints, per referral its history.

One page per company (its domain), or per person whom referrals without one name (`ref.<contact key>`), read in one
request and saved in one transaction. A push saves its page together with the lead (`LeadStore.change`); this is for all
others.
"""

from collections.abc import Callable, Iterator
from typing import Any

from shared.clients.ledger_pages import Page, Review
from shared.clients.ledger_rows import page_operations, read_page, read_reviews
from shared.clients.tables import Tables, storage_failures
from shared.errors import TransientError

_ATTEMPTS = 6


class Ledger:
    """Reads and saves pages."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def page(self, home: str) -> Page:
        """Everything remembered under this domain or `ref.<key>`."""
        with storage_failures():
            return read_page(self._table, home)

    def save(self, page: Page, change: Callable[[Page], Page]) -> Page:
        """Saves what `change` makes of the page in one transaction; again when somebody was quicker."""
        for _ in range(_ATTEMPTS):
            after = change(page)
            if self._saved(page, after):
                return after
            page = self.page(page.home)
        raise TransientError("storage_unavailable", why="others_kept_saving", times=_ATTEMPTS)

    def open_reviews(self) -> Iterator[tuple[str, Review]]:
        """Every doubt that nobody has decided, by domain."""
        with storage_failures():
            yield from read_reviews(self._table)

    @property
    def _table(self) -> Any:
        return self._tables.table("leads")

    def _saved(self, before: Page, after: Page) -> bool:
        """False when a row changed since it was read."""
        from azure.core.exceptions import HttpResponseError

        operations = page_operations(before, after)
        with storage_failures():
            try:
                if operations:
                    self._table.submit_transaction(operations)
            except HttpResponseError as error:
                if error.status_code in (404, 409, 412):
                    return False
                raise
        return True
