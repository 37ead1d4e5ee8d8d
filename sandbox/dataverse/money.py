"""A money-bearing row goes in; its currency, exchange rate and base amounts come out filled in."""

from sandbox.dataverse.rows import Link, Row, Rows
from sandbox.dataverse.tables import Table


def priced(rows: Rows, table: Table, row: Row, base_currency: str) -> None:
    """Fills in the organisation's currency when there is none, and each `…_base` amount.

    While `isrevenuesystemcalculated` is true the estimated value is the sum of products, of which there are none.
    """
    currency = row.get("transactioncurrencyid") or Link("transactioncurrency", base_currency)
    rate = (rows.get("transactioncurrency", currency.id) or {}).get("exchangerate") or 1.0
    row |= {"transactioncurrencyid": currency, "exchangerate": rate}
    if row.get("isrevenuesystemcalculated") and table.name == "opportunity":
        row["estimatedvalue"] = 0.0
    for name, column in table.columns.items():
        if column.kind == "Money" and not name.endswith("_base"):
            amount = row.get(name)
            row[f"{name}_base"] = None if amount is None else round(amount / rate, 4)
