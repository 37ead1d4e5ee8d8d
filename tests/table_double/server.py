"""HTTP requests of a Table Storage client in; what the service would answer out. Signatures are not checked."""

import json
import re
import sys
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import unquote, urlsplit

from aiohttp import web

from tests.table_double.filters import read_filter
from tests.table_double.tables import Json, Refused, Table

_ENTITY = re.compile(r"^(?P<table>\w+)\(PartitionKey='(?P<pk>(?:[^']|'')*)',\s?RowKey='(?P<rk>(?:[^']|'')*)'\)$")
_MOST_OPERATIONS = 100
_PAGE = 1000
_HIDDEN = ("odata.etag", "Timestamp", "Timestamp@odata.type")


class Double:
    """Accounts with tables. `counts` says how many requests of each kind there were, for benches."""

    def __init__(self) -> None:
        self._accounts: dict[str, dict[str, Table]] = defaultdict(dict)
        self.counts: Counter[str] = Counter()

    def app(self) -> web.Application:
        """All doors, two of them for benches: `/_double/counts` and `/_double/{account}/{table}`."""
        app = web.Application(client_max_size=2**30)
        app.router.add_get("/_double/counts", self._show_counts)
        app.router.add_post("/_double/{account}/{table}", self._fill)
        app.router.add_route("*", "/{account}/{rest:.*}", self._serve)
        return app

    async def _show_counts(self, _request: web.Request) -> web.Response:
        return web.json_response(self.counts)

    async def _fill(self, request: web.Request) -> web.Response:
        table = self._accounts[request.match_info["account"]].setdefault(request.match_info["table"], Table())
        table.fill(await request.json())
        return web.json_response(len(table.rows))

    async def _serve(self, request: web.Request) -> web.Response:
        tables = self._accounts[request.match_info["account"]]
        rest, body = request.match_info["rest"], await request.read()
        try:
            if rest == "$batch":
                self.counts["transaction"] += 1
                return _transaction(tables, body, request.headers["Content-Type"])
            status, headers, content = self._one(
                tables, request.method, rest, dict(request.query), request.headers, body
            )
        except Refused as no:
            return _error(no)
        except ValueError as wrong:
            return _error(Refused(400, "InvalidInput"), str(wrong))
        return web.Response(status=status, headers=headers, text=content, content_type="application/json")

    def _one(
        self, tables: dict[str, Table], method: str, rest: str, query: dict[str, str], headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], str | None]:
        if rest == "Tables" and method == "POST":
            self.counts["create table"] += 1
            return _create_table(tables, json.loads(body)["TableName"])
        if method == "GET" and not _ENTITY.match(rest):
            self.counts["query"] += 1
            bare = "nometadata" in headers.get("Accept", "")
            return _query(_table(tables, rest.removesuffix("()")), query, bare=bare)
        self.counts["entity"] += 1
        return operate(tables, method, rest, headers, body)


def operate(
    tables: dict[str, Table], method: str, rest: str, headers: Any, body: bytes
) -> tuple[int, dict[str, str], str | None]:
    """One operation on one entity: status, headers, body."""
    named = _ENTITY.match(rest)
    entity: Json = json.loads(body) if body else {}
    entity = {name: value for name, value in entity.items() if name not in _HIDDEN and value is not None}
    if named is None:
        if method != "POST":
            raise Refused(405, "UnsupportedHttpVerb")
        return 204, {"ETag": _table(tables, rest).insert(entity)}, None
    table = _table(tables, named["table"])
    key = named["pk"].replace("''", "'"), named["rk"].replace("''", "'")
    etag = headers.get("If-Match")
    if method == "GET":
        row = table.get(key)
        return 200, {"ETag": row["odata.etag"]}, json.dumps(row)
    if method == "DELETE":
        table.delete(key, etag=etag)
        return 204, {}, None
    whole = {**entity, "PartitionKey": key[0], "RowKey": key[1]}
    change = table.replace if method == "PUT" else table.merge
    return 204, {"ETag": change(whole, etag=etag)}, None


def _create_table(tables: dict[str, Table], name: str) -> tuple[int, dict[str, str], str | None]:
    if name in tables:
        raise Refused(409, "TableAlreadyExists")
    tables[name] = Table()
    return 201, {}, json.dumps({"TableName": name})


def _query(table: Table, query: dict[str, str], *, bare: bool) -> tuple[int, dict[str, str], str]:
    after = (query["NextPartitionKey"], query.get("NextRowKey", "")) if "NextPartitionKey" in query else None
    limit = min(int(query.get("$top", _PAGE)), _PAGE)
    found, more = table.query(read_filter(query.get("$filter", "")), after=after, limit=limit)
    if wanted := query.get("$select"):
        found = [_selected(row, wanted.split(",")) for row in found]
    if bare:
        found = [{name: value for name, value in row.items() if "odata." not in name} for row in found]
    headers = {
        f"x-ms-continuation-Next{part}Key": key for part, key in zip(("Partition", "Row"), more or (), strict=False)
    }
    return 200, headers, json.dumps({"value": found})


def _selected(row: Json, wanted: list[str]) -> Json:
    names = {name for one in wanted for name in (one, f"{one}@odata.type")}
    return {name: value for name, value in row.items() if name in names or name == "odata.etag"}


def _table(tables: dict[str, Table], name: str) -> Table:
    if name not in tables:
        raise Refused(404, "TableNotFound")
    return tables[name]


def _transaction(tables: dict[str, Table], body: bytes, content_type: str) -> web.Response:
    """All operations or none; the answer to a refusal names the one that failed."""
    operations = list(_operations(body.decode(), content_type))
    if len(operations) > _MOST_OPERATIONS:
        raise Refused(400, "InvalidInput")
    names = {re.split(r"\W", rest, maxsplit=1)[0] for _, rest, _, _ in operations}
    before = {name: _table(tables, name).copy() for name in names}
    answers = []
    for place, (method, rest, headers, content) in enumerate(operations):
        try:
            answers.append(_part(*operate(tables, method, rest, headers, content)))
        except Refused as no:
            tables.update(before)
            answers = [_part(no.status, {"Content-Type": "application/json"}, _error_text(no, f"{place}:"))]
            break
    text = "".join(f"--changeset_1\r\n{answer}\r\n" for answer in answers)
    head = "--batch_1\r\nContent-Type: multipart/mixed; boundary=changeset_1\r\n\r\n"
    whole = f"{head}{text}--changeset_1--\r\n--batch_1--\r\n"
    return web.Response(status=202, body=whole.encode(), headers={"Content-Type": "multipart/mixed; boundary=batch_1"})


def _operations(body: str, content_type: str) -> Any:
    boundary = re.search(r"boundary=([^;\s]+)", body)
    assert boundary and "multipart/mixed" in content_type
    for part in body.split(f"--{boundary[1]}")[1:-1]:
        _, _, request = part.partition("\r\n\r\n") if "\r\n\r\n" in part else part.partition("\n\n")
        head, _, content = request.replace("\r\n", "\n").partition("\n\n")
        line, *lines = head.split("\n")
        method, url, _ = line.split(" ")
        headers = {name.strip().title(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
        path = unquote(urlsplit(url).path).strip("/").partition("/")[2]
        yield method, path, headers, content.strip().encode()


def _part(status: int, headers: dict[str, str], content: str | None) -> str:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    return f"{head}HTTP/1.1 {status} Status\r\n{lines}\r\n{content or ''}\r\n"


def _error(no: Refused, text: str = "") -> web.Response:
    headers = {"x-ms-error-code": no.code}
    return web.Response(status=no.status, headers=headers, text=_error_text(no, text), content_type="application/json")


def _error_text(no: Refused, text: str) -> str:
    return json.dumps({"odata.error": {"code": no.code, "message": {"lang": "en-US", "value": f"{text}{no.code}"}}})


def main() -> None:
    """Serves on a free loopback port and prints it; ends with standard input."""
    import asyncio

    async def serve() -> None:
        runner = web.AppRunner(Double().app(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await runner.cleanup()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
