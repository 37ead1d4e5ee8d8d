"""Packed faces in, one finished csv or xlsx file out. Text from outside never becomes a formula or a link."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.doors.questions import ExportQuery
from shared.export.columns import Cell, cells_of, read_columns, texts_of, titles
from shared.rules.list_card import read_value

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LOOK = "¦"
_SUSPECT = re.compile("¦[=+@-]")
"""A cell that begins a formula, where cells are joined; the other starts are no printable signs."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST_CELL = 32_000
"""Excel takes 32,767 characters per cell."""


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A finished file."""

    name: str
    media_type: str
    content: bytes


def export_file(asked: ExportQuery, faces: Sequence[bytes], *, now: datetime, who: str) -> ExportFile:
    """The file for these rows, in their order. Raises 400 for unknown columns."""
    columns = read_columns(asked.columns)
    head = titles(columns, asked.lang)
    name = f"hunter_{asked.view}_{now:%Y-%m-%d_%H%M}.{asked.format}"
    if asked.format == "csv":
        return ExportFile(name, "text/csv", _csv(head, map(texts_of(columns), faces), asked.separator))
    about = [
        ("Filter", _filter_text(asked)),
        ("Rows", len(faces)),
        ("Made at (UTC)", now.replace(tzinfo=None)),
        ("By", who),
    ]
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return ExportFile(name, media_type, _xlsx(head, map(cells_of(columns), faces), about))


def _csv(head: list[str], rows: Iterable[list[str]], separator: str) -> bytes:
    """UTF-8 with BOM, RFC 4180 quoting and line ends; encoded as it is written, so that memory holds the file once."""
    out = io.BytesIO()
    out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(map(_csv_row, rows))
    text.flush()
    return out.getvalue()


def _csv_row(row: list[str]) -> list[str]:
    """The row as texts that no spreadsheet takes for a formula. Most rows need nothing done, which one look tells."""
    line = _LOOK + _LOOK.join(row)
    if line.isprintable() and not _SUSPECT.search(line):
        return row
    return [f"'{text}" if text.startswith(_STARTS_FORMULA) else text for text in map(_clean, row)]


def _clean(text: str) -> str:
    """Without signs that neither file can hold. A text that the list keeps as JSON, for such signs, is read first."""
    return _CONTROLS.sub("", str(read_value(text) or ""))


def _xlsx(head: list[str], rows: Iterable[list[Cell]], about: Sequence[tuple[str, Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    bold, date = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("Leads")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, date)
    sheet_about = book.add_worksheet("About")
    for number, (label, value) in enumerate(about):
        sheet_about.write_string(number, 0, label, bold)
        _write(sheet_about, number, 1, value, date)
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, date: Any) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, _clean(cell)[:_LONGEST_CELL])
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, date)
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _filter_text(asked: ExportQuery) -> str:
    chosen = asked.model_dump(
        exclude_defaults=True, exclude={"format", "columns", "lang", "separator", "view"}, mode="json"
    )
    return ", ".join(f"{name}={value}" for name, value in chosen.items()) or "none"
