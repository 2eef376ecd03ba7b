"""Serve a built site on this machine with the rules of GitHub Pages, so that what works here works there.

* under the project's sub-path; * 404.html with status 404 at the requested address; * 301 for a folder without its slash;
* names are case-sensitive, also on disks that are not; * gzip for text; * max-age=600 for everything.
"""

import argparse
import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scripts import links

ROOT = Path(__file__).resolve().parent.parent
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}
PACKED = ("text/", "application/json", "application/xml", "image/svg+xml", "text/javascript")


def exact(site: Path, relative: str) -> Path | None:
    """The file or folder with just this name, letter for letter; None when there is none or when the path climbs out of the site."""
    here = site
    for part in filter(None, relative.split("/")):
        if part in (".", "..") or not here.is_dir() or part not in {child.name for child in here.iterdir()}:
            return None
        here /= part
    return here


def answer(site: Path, base: str, address: str) -> tuple[int, Path | str | None]:
    """What GitHub Pages answers: (200, file), (301, new address) or (404, the site's 404.html or None)."""
    path = unquote(urlsplit(address).path)
    missing = (404, page if (page := site / "404.html").exists() else None)
    if path == base.rstrip("/") and base != "/":
        return 301, base
    if not path.startswith(base):
        return 404, None
    found = exact(site, path[len(base):])
    if found is None:
        return missing
    if found.is_dir():
        if not path.endswith("/"):
            return 301, urlsplit(address).path + "/"
        return (200, found / "index.html") if (found / "index.html").exists() else missing
    return missing if path.endswith("/") else (200, found)


@lru_cache(maxsize=512)
def packed(path: Path, stamp: int) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


def content_type(path: Path) -> str:
    kind = TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("json", "xml")) else kind


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Path
    base: str
    quiet = False

    def do_GET(self) -> None:
        status, found = answer(self.site, self.base, self.path)
        if status == 301:
            query = urlsplit(self.path).query
            return self.send(301, b"", {"Location": found + (f"?{query}" if query else "")})
        if not isinstance(found, Path):
            return self.send(404, b"404: there is no such page, and the site has no 404.html.\n", {"Content-Type": "text/plain; charset=utf-8"})
        stamp = found.stat()
        headers = {"Content-Type": content_type(found), "Last-Modified": formatdate(stamp.st_mtime, usegmt=True), "Cache-Control": "max-age=600"}
        if status == 200 and self.unchanged(stamp.st_mtime):
            return self.send(304, b"", headers)
        body = found.read_bytes()
        if headers["Content-Type"].startswith(PACKED):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                headers["Content-Encoding"], body = "gzip", packed(found, stamp.st_mtime_ns)
        self.send(status, body, headers)

    do_HEAD = do_GET

    def unchanged(self, modified: float) -> bool:
        try:
            return int(modified) <= parsedate_to_datetime(self.headers["If-Modified-Since"]).timestamp()
        except (TypeError, ValueError):
            return False

    def send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(HTTPStatus(status))
        for name, value in {**headers, "Content-Length": str(len(body)), "Access-Control-Allow-Origin": "*"}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, form, *values) -> None:
        if not self.quiet:
            super().log_message(form, *values)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # link checkers and browsers open many connections at once, and take a refused one for a dead link

    def handle_error(self, request, client_address) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a browser that hangs up is no fault
            super().handle_error(request, client_address)


def server(site: Path, base: str, port: int = 0, quiet: bool = False) -> ThreadingHTTPServer:
    """A server that is ready to run; port 0 takes any free one. Raises OSError when the port is taken."""
    handler = type("SiteHandler", (Handler,), {"site": Path(site).resolve(), "base": base, "quiet": quiet})
    return Server(("127.0.0.1", port), handler)


@contextmanager
def running(site: Path, base: str) -> Iterator[str]:
    """The site, served quietly in the background: its address, "http://127.0.0.1:…/base/"."""
    made = server(site, base, quiet=True)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}{base}"
    finally:
        made.shutdown()
        made.server_close()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--site", type=Path, default=ROOT / "site")
    options = options.parse_args()
    base = links.base_path(ROOT / "mkdocs.yml")
    try:
        made = server(options.site, base, options.port)
    except OSError as fault:
        print(f"Port {options.port} cannot be used ({fault.strerror}). Name another one: serve --port {options.port + 1}", file=sys.stderr)
        return 1
    print(f"\nThe site is at http://127.0.0.1:{options.port}{base}  (stop with Ctrl+C)")
    print("Left to `build.py check`: the second link checker, lychee. Left to `build.py test`: everything in a browser.", flush=True)
    try:
        made.serve_forever()
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
