"""The local server answers as GitHub Pages does."""

import gzip
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from scripts import serve
from tests.conftest import write


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    site = write(tmp_path_factory.mktemp("site"), {"index.html": "<p>home", "gans/index.html": "<p>gans", "404.html": "<p>lost", "a.css": "a{}", "empty/x.txt": "x"})

    def fetch(path: str, **headers):
        request = Request(origin + path, headers=headers)
        try:
            answer = build_opener(Stay).open(request)
        except HTTPError as fault:
            answer = fault
        with answer:
            return answer.status, answer.headers, answer.read()

    with serve.running(site, "/repo/") as address:
        origin = address.removesuffix("/repo/")
        yield fetch


@pytest.mark.parametrize(
    "path, status, body",
    [
        ("/repo/", 200, b"<p>home"),
        ("/repo/gans/", 200, b"<p>gans"),
        ("/repo/gans/index.html", 200, b"<p>gans"),
        ("/repo/gans/?q=1", 200, b"<p>gans"),
        ("/repo/Gans/", 404, b"<p>lost"),
        ("/repo/deep/er/", 404, b"<p>lost"),
        ("/repo/empty/", 404, b"<p>lost"),
        ("/repo/a.css/", 404, b"<p>lost"),
        ("/repo/../serve.py", 404, b"<p>lost"),
        ("/repo/%2e%2e/%2e%2e/etc/passwd", 404, b"<p>lost"),
        ("/other/", 404, b"404: there is no such page, and the site has no 404.html.\n"),
    ],
)
def test_answers(get, path, status, body):
    assert get(path)[::2] == (status, body)


@pytest.mark.parametrize("path, leads_to", [("/repo", "/repo/"), ("/repo/gans", "/repo/gans/"), ("/repo/gans?a=b", "/repo/gans/?a=b")])
def test_folder_without_slash_moves_permanently(get, path, leads_to):
    status, headers, _ = get(path)
    assert (status, headers["Location"]) == (301, leads_to)


def test_headers_of_the_host(get):
    _, headers, _ = get("/repo/")
    assert headers["Cache-Control"] == "max-age=600" and headers["Content-Type"] == "text/html; charset=utf-8"


def test_text_is_packed_when_asked(get):
    _, headers, body = get("/repo/a.css", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip" and gzip.decompress(body) == b"a{}"


def test_unchanged_file_is_not_sent_again(get):
    stamp = get("/repo/")[1]["Last-Modified"]
    assert get("/repo/", **{"If-Modified-Since": stamp})[::2] == (304, b"")


def test_taken_port_is_one_sentence(tmp_path, monkeypatch, capsys):
    first = serve.server(tmp_path, "/")
    port = first.server_address[1]
    monkeypatch.setattr("sys.argv", ["serve", "--port", str(port), "--site", str(tmp_path)])
    assert serve.main() == 1
    assert capsys.readouterr().err == f"Port {port} cannot be used (Address already in use). Name another one: serve --port {port + 1}\n"
    first.server_close()
