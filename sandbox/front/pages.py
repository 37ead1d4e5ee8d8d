"""A path → a file of the page, with an entity tag and without being kept by the browser unasked."""

import hashlib
import mimetypes
from pathlib import Path

from aiohttp import web

from sandbox.front.configuration import FILE, Configuration

CHARSET = ("text/", "application/javascript", "application/json", "image/svg+xml")
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/json",
}


def find_file(folder: Path, path: str) -> Path | None:
    """The file for a decoded path, `index.html` for a folder; None outside of the folder and for the configuration."""
    if "\0" in path or "\\" in path:
        return None
    wanted = (folder / path.lstrip("/")).resolve()
    if wanted.is_dir():
        wanted = wanted / "index.html"
    if not wanted.is_file() or not wanted.is_relative_to(folder.resolve()) or wanted.name == FILE:
        return None
    return wanted


def _content_type(file: Path, configuration: Configuration) -> str:
    kind = (
        configuration.mime_types.get(file.suffix)
        or TYPES.get(file.suffix)
        or mimetypes.guess_type(file.name)[0]
        or "application/octet-stream"
    )
    return f"{kind}; charset=utf-8" if kind.startswith(CHARSET) and "charset" not in kind else kind


def send_file(request: web.Request, file: Path, configuration: Configuration, *, status: int = 200) -> web.Response:
    """The file, or 304 when the browser has it already."""
    content = file.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"} | configuration.global_headers
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if status == 200 and tag in known:
        return web.Response(status=304, headers=headers)
    return web.Response(
        status=status, body=content, headers=headers | {"Content-Type": _content_type(file, configuration)}
    )
