"""Where personal data lies beside the rows of a lead: deletes it for one referral or company, and looks for what is
left.
"""

import json
import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from shared.clients.lead_rows import PARTITION, referral_of, text_key
from shared.clients.old_rows import delete_all
from shared.clients.packing import unpack
from shared.clients.tables import TABLES, Tables, storage_failures
from shared.errors import PermanentError
from shared.rules.forgetting import masked
from shared.rules.kept_referral import KeptReferral
from shared.rules.list_card import texts_of

_KEYS = ["PartitionKey", "RowKey"]


class PersonalData:
    """Every table, for a person's command. Reads whole tables: rare, thorough, not quick."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def referrals(self) -> Iterator[KeptReferral]:
        """Every referral."""
        with storage_failures():
            for row in self._rows(
                "leads", "PartitionKey eq @pk and RowKey ge 'ref:' and RowKey lt 'ref;'", pk=PARTITION
            ):
                yield referral_of(row)

    def delete_payloads(self, key: str) -> int:
        """A referral's JSON in every version."""
        return self._delete_texts("raw", key)

    def delete_evidence(self, domain: str) -> int:
        """A company's scans in every version."""
        return self._delete_texts("evidence", domain)

    def delete_failures(self, key: str) -> int:
        """Faults about this referral with the messages they hold."""
        return self._delete("failures", "key eq @key", key=key)

    def delete_feed(self, kind: str, key: str) -> int:
        """What readers of the list may still fetch of the hour before."""
        begin, end = f"feed:{kind}:", f"feed:{kind};"
        condition = "PartitionKey eq @pk and RowKey ge @begin and RowKey lt @end and key eq @key"
        return self._delete("leads", condition, pk=PARTITION, begin=begin, end=end, key=key)

    def mask_events(self, values: Collection[str]) -> int:
        """What timelines quote of these texts becomes `…`; the events themselves stay. Returns how many held some."""
        wanted = [value.casefold() for value in values]
        count = 0
        with storage_failures():
            table = self._tables.table("leads")
            for row in self._rows(
                "leads", "PartitionKey eq @pk and RowKey ge 'event:' and RowKey lt 'event;'", pk=PARTITION
            ):
                if any(value in text for text in _texts(row) for value in wanted):
                    params = json.dumps(masked(json.loads(row["params"]), values), ensure_ascii=False)
                    table.update_entity({"PartitionKey": PARTITION, "RowKey": row["RowKey"], "params": params})
                    count += 1
        return count

    def places_of(self, values: Iterable[str]) -> list[str]:
        """The rows, as `table/partition/row`, that still hold one of these texts, packed ones opened."""
        wanted = [value.casefold() for value in values]
        if not wanted:
            return []
        with storage_failures():
            return [
                f"{table}/{row['PartitionKey']}/{row['RowKey']}"
                for table in TABLES
                for row in self._tables.table(table).list_entities()
                if any(value in text for text in _texts(row) for value in wanted)
            ]

    def _rows(self, table: str, condition: str, **parameters: Any) -> Any:
        return self._tables.table(table).query_entities(condition, parameters=parameters)

    def _delete_texts(self, table: str, key: str) -> int:
        """Those in their own table, and those beside the rows that point to them."""
        begin = text_key(table, key)
        condition = "PartitionKey eq @pk and RowKey ge @begin and RowKey lt @end"
        beside = self._delete("leads", condition, pk=PARTITION, begin=begin, end=f"{begin[:-1]};")
        return beside + self._delete(table, "PartitionKey eq @key", key=key)

    def _delete(self, table: str, condition: str, **parameters: Any) -> int:
        with storage_failures():
            client = self._tables.table(table)
            return delete_all(client, list(client.query_entities(condition, parameters=parameters, select=_KEYS)))


def _texts(row: Any) -> Iterator[str]:
    """Every text of a row, in small letters; what is packed is opened first."""
    for name, value in row.items():
        if isinstance(value, str):
            yield value.casefold()
        elif name == "card" and value:
            yield from (text.casefold() for text in texts_of(value))
        elif isinstance(value, bytes):
            yield _opened(value).casefold()
    if "p00" in row:
        try:
            yield unpack(row).casefold()
        except (PermanentError, zlib.error):
            return


def _opened(value: bytes) -> str:
    try:
        return zlib.decompressobj().decompress(value, 8_000_000).decode("utf-8", "replace")
    except zlib.error:
        return value.decode("utf-8", "replace")
