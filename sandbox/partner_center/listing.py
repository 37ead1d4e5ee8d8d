"""The query of a list call goes in; the envelope of one page, with its next link, comes out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sandbox.partner_center.continuation import Continuation, Query, read_token, write_token
from sandbox.partner_center.odata import QueryError, has_unquoted_dates, mentions_dates, read_filter, read_order
from sandbox.partner_center.oddities import Oddities
from sandbox.partner_center.store import Store

_OPTIONS = ("$filter", "$orderby", "$select", "$top", "$skip", "$count", "$skiptoken")


class Listing:
    """Pages over a store. `key` signs the skip tokens."""

    def __init__(self, store: Store, *, key: bytes, now: Callable[[], datetime]) -> None:
        self._store = store
        self._key = key
        self._now = now

    def page(
        self, options: Mapping[str, str], visible: Callable[[Any], bool], *, oddities: Oddities, address: str
    ) -> dict[str, Any]:
        """The answer to a list call. Raises `QueryError` for what the service refuses with 400."""
        unknown = [name for name in options if name.startswith("$") and name not in _OPTIONS]
        if unknown:
            raise QueryError(unknown[0], "The query option is not supported.")
        at = self._continued(options, oddities) if "$skiptoken" in options else self._begun(options)
        query = at.query
        keep = self._predicate(query.filter, oddities)
        field, descending = read_order(query.orderby) if query.orderby else (None, False)
        size = oddities.page_size if query.top is None else min(oddities.page_size, query.top - at.given)
        records, more = self._store.page(
            lambda one: visible(one) and keep(one), field=field, descending=descending, after=at.after, size=size
        )
        if oddities.empty_page == at.page:
            records, more = [], True
        after = records[-1][0] if records else at.after
        given = at.given + len(records)
        more = more and (query.top is None or given < query.top)
        values = [self._selected(document, query.select, oddities) for _, document in records]
        if oddities.repeat_last and at.after is not None:
            values.insert(0, self._store.at(at.after, field))
        body: dict[str, Any] = {
            "@odata.context": f"{address.replace('https:', 'http:')}/v1.0/$metadata#Referrals",
            "@odata.count": len(values),
            "value": values,
        }
        if more or (oddities.link == "loop" and records):
            following = Continuation(query, after, given, at.page + 1, self._now().timestamp())
            loop = Continuation(query, None, 0, 1, 0) if oddities.link == "loop" else following
            body["@odata.nextLink"] = _link(write_token(loop, key=self._key), oddities.link, address)
        return body

    def _begun(self, options: Mapping[str, str]) -> Continuation:
        top = options.get("$top")
        if top is not None and not (top.isdecimal() and int(top) > 0):
            raise QueryError("$top", "A positive whole number is needed.")
        query = Query(
            options.get("$filter", ""),
            options.get("$orderby", ""),
            options.get("$select", ""),
            int(top) if top is not None else None,
        )
        return Continuation(query, None, 0, 1, self._now().timestamp())

    def _continued(self, options: Mapping[str, str], oddities: Oddities) -> Continuation:
        at = read_token(options["$skiptoken"], key=self._key)
        age = self._now().timestamp() - at.issued_at
        if oddities.skiptoken_life is not None and age > oddities.skiptoken_life:
            raise QueryError("$skiptoken", "The continuation token has expired.")
        for name, known in (("$filter", at.query.filter), ("$orderby", at.query.orderby)):
            if options.get(name, known) != known:
                raise QueryError(name, "The continuation token belongs to another query.")
        return at

    def _predicate(self, text: str, oddities: Oddities) -> Callable[[Any], bool]:
        bad_dates = (oddities.refuse_date_filters and mentions_dates(text)) or (
            oddities.quoted_dates_only and has_unquoted_dates(text)
        )
        if bad_dates:
            raise QueryError("$filter", "The query is not valid: a date cannot be compared like that.")
        return read_filter(text) if text else lambda _document: True

    def _selected(self, document: Any, select: str, oddities: Oddities) -> Any:
        if not isinstance(document, dict):
            return document
        names = [name.strip() for name in select.split(",") if name.strip()]
        dropped = {"eTag"} if oddities.list_without_etag else set()
        return {k: v for k, v in document.items() if (not names or k in names) and k not in dropped}


def _link(token: str, kind: str, address: str) -> str:
    scheme, _, host = address.partition("://")
    query = f"$skiptoken={quote(token, safe='')}"
    return {
        "plain": f"{address}/v1.0/engagements/referrals?{query}",
        "foreign": f"https://api.partner.microsoft.com.evil.example/v1.0/engagements/referrals?{query}",
        "userinfo": f"{scheme}://{host}@evil.example/v1.0/engagements/referrals?{query}",
    }.get(kind, f"http://{host}/v1.0/referrals?{query}")
