"""An organisation goes in; small HTML pages for people come out: all tables, one table, one row."""

from html import escape
from typing import Any

from sandbox.dataverse.organisation import Organisation
from sandbox.dataverse.rows import Link, Row
from sandbox.dataverse.tables import Table

_SHOWN_FIRST = ("lead", "account", "contact", "opportunity")
_MOST_ROWS = 200
_STYLE = (
    "body{font:15px/1.5 system-ui;margin:2rem;max-width:70rem}table{border-collapse:collapse}"
    "td,th{border:1px solid #ccc;padding:.25rem .6rem;text-align:left;vertical-align:top;white-space:pre-wrap}"
)


def front_page(org: Organisation) -> str:
    """Every table with its number of rows."""
    counts = {name: len(list(rows)) for name, rows in org.rows.tables()}
    names = [*_SHOWN_FIRST, *sorted(set(counts) - set(_SHOWN_FIRST))]
    rows = [f"<tr><td>{_table_link(name, name)}</td><td>{counts.get(name, 0)}</td></tr>" for name in names]
    return _page("Dataverse sandbox", f"<table><tr><th>Table</th><th>Rows</th></tr>{''.join(rows)}</table>")


def table_page(org: Organisation, table: Table) -> str:
    """The newest rows of a table, each a link."""
    rows = list(org.rows.all(table.name))[-_MOST_ROWS:]
    lines = [
        f"<tr><td>{_row_link(table, row)}</td><td>{_shown(row.get('statuscode'))}</td>"
        f"<td>{_shown(row.get('modifiedon'))}</td></tr>"
        for row in reversed(rows)
    ]
    head = "<tr><th>Row</th><th>Status</th><th>Modified</th></tr>"
    return _page(f"{table.schema_name}: newest rows", f"<table>{head}{''.join(lines)}</table>")


def row_page(org: Organisation, table: Table, row: Row) -> str:
    """Every filled column of a row; lookups are links, choices have their labels."""
    lines = []
    for name, column in table.columns.items():
        value = row.get(name)
        if value is None:
            continue
        shown = _shown(value)
        if isinstance(value, Link):
            shown = _linked(org, value)
        elif column.options:
            shown = f"{shown} {escape(column.options.get(value, ''))}"
        lines.append(f"<tr><th>{escape(column.label)}<br><small>{escape(name)}</small></th><td>{shown}</td></tr>")
    title = str(row.get(table.name_column) or row[table.id_column])
    return _page(f"{table.schema_name}: {title}", f"<table>{''.join(lines)}</table>")


def missing_page(what: str) -> str:
    """Says that there is no such table or row."""
    return _page("Not found", f"<p>There is no {escape(what)}. It may have been deleted.</p>")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f'<p><a href="/">Dataverse sandbox</a></p><h1>{escape(title)}</h1>{body}</html>'
    )


def _table_link(name: str, text: str) -> str:
    return f'<a href="/main.aspx?etn={escape(name)}&amp;pagetype=entitylist">{escape(text)}</a>'


def _row_link(table: Table, row: Row) -> str:
    row_id, text = row[table.id_column], str(row.get(table.name_column) or row[table.id_column])
    return f'<a href="/main.aspx?etn={table.name}&amp;id={row_id}&amp;pagetype=entityrecord">{escape(text)}</a>'


def _linked(org: Organisation, link: Link) -> str:
    row = org.rows.get(link.table, link.id)
    return escape(link.id) if row is None else _row_link(org.schema.tables[link.table], row)


def _shown(value: Any) -> str:
    return "" if value is None else escape(str(value))
