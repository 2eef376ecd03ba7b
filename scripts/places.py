"""From a place in the built site back to the place that an author would open: the Markdown file and its line."""

import os
import re
from functools import cached_property, lru_cache
from pathlib import Path
from urllib.parse import unquote

from scripts.collect import Site, Use


class Places:
    """Knows a built folder and, if there is one, the docs folder that it was built from."""

    def __init__(self, site: Site, docs: Path | None):
        self.site, self.docs = site, docs if docs and docs.is_dir() else None
        here, root = Path.cwd(), Path(os.path.abspath(site.root))
        self.root = (root.relative_to(here) if root.is_relative_to(here) else root).as_posix()

    def built(self, name: str) -> str:
        """A file of the built folder, as one would open it from here."""
        return f"{self.root}/{name}"

    def source(self, name: str) -> Path | None:
        """The Markdown file of a built page, or the file in docs that was copied to this place; None when this was not built from docs."""
        if self.docs is None:
            return None
        markdown, copied = self.docs / f"{name.removesuffix('index.html').rstrip('/') or 'index'}.md", self.docs / name
        if (page := self.site.pages.get(name)) and markdown.is_file():
            ids = set(re.findall(r"\{\s*#([\w-]+)", "\n".join(_lines(markdown))))
            if 2 * len(ids & set(page.ids)) >= len(ids) > 0:  # not some other page of the same name
                return markdown
        built = self.site.root / name
        return copied if copied.is_file() and built.is_file() and copied.read_bytes() == built.read_bytes() else None

    def name(self, name: str) -> str:
        """A built page as an author knows it: docs/gans.md for gans/index.html."""
        source = self.source(name)
        return f"{self.docs.name}/{source.relative_to(self.docs).as_posix()}" if source else self.built(name)

    def of(self, use: Use) -> tuple[str, int, str]:
        """File, line and a remark for an address: the author's words if they are found, else the last id before it, else the built file."""
        source, project = self.source(use.file), self.docs.parent if self.docs else Path()
        if use.kind == "page" or (source and source.suffix != ".md"):
            return self.name(use.file), use.line or (1 if source else 0), ""
        names = [use.target[1:], use.near] if use.kind == "id" else [use.near]  # an id of the theme has neither
        sections = [self.section(source, name) for name in names if source and name]
        file, start = next((section for section in sections if section[1]), (source, 0))
        theme = [project / "mkdocs.yml", project / "overrides" / ("404.html" if use.file == "404.html" else "main.html")]
        for path in dict.fromkeys([file, source] if use.near or use.target.startswith("#") else theme) if self.ours else ():
            if path and path.is_file() and (number := find(_lines(path), use.target, start if path == file else 0)):
                return path.relative_to(project).as_posix(), number, ""
        if start:
            return file.relative_to(project).as_posix(), start, f" (Built: {self.built(use.file)}:{use.line})"
        return self.built(use.file), use.line, f" (The page is {self.name(use.file)}.)" if source else ""

    @cached_property
    def ours(self) -> bool:
        """Was this folder built from docs?"""
        return any(map(self.source, self.site.pages))

    def section(self, source: Path, near: str) -> tuple[Path, int]:
        """Where the id `near` was written: in the page, or in the data that its boxes and lists are made from."""
        kind, _, key = near.partition("-")
        made = {"claim": ("claims.yml", rf"^{re.escape(key.upper())}:"), "ref": ("references.bib", rf"^@\w+\{{{re.escape(key)},")}
        if kind in made and (path := self.docs / made[kind][0]).is_file():
            if number := _first(_lines(path), made[kind][1]):
                return path, number
        wordings = rf"\{{[^}}]*#{re.escape(near)}(?![\w-])|\bid[:=]\s*[\"']?{re.escape(near)}(?![\w-])"
        return source, _first(_lines(source), wordings)


@lru_cache(maxsize=256)
def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _first(lines: list[str], pattern: str, numbers: range | None = None) -> int:
    """The first line that matches, of these numbers or of all, counting from 1; 0 when there is none."""
    return next((number for number in numbers or range(1, len(lines) + 1) if re.search(pattern, lines[number - 1])), 0)


def find(lines: list[str], target: str, start: int = 0) -> int:
    """The line on which an author wrote this address, exact words before looser forms; 0 when nowhere. `start`: only until the next id."""
    numbers = range(1, len(lines) + 1)
    if start:
        ids = r"\{[^}]*#[\w-]|\bid[:=]|^@\w+\{|^C\d+:"
        numbers = range(start, next((number for number in numbers[start:] if re.search(ids, lines[number - 1])), len(lines) + 1))
    path, _, place = target.partition("#")
    path, place = unquote(path.partition("?")[0]), unquote(place)
    last = path.removesuffix("index.html").rstrip("/").rpartition("/")[2].strip(".") or ("index" if path else "")
    stem, fragment = re.escape(last), re.escape(place)
    patterns = [rf"(?<![\w/.-]){re.escape(target)}(?![\w/#.-])"] if len(target) > 1 else [rf"(?:href|src)=[\"']{target}[\"']", r"\]\(\s*\)"]
    if place.startswith("ref-"):  # authors write [@key]
        patterns += [rf"@{re.escape(place[4:])}(?![\w-])"]
    if place:
        patterns += [rf"(?<![\w-]){stem}(\.md)?/?#{fragment}(?![\w-])"] if stem else []
        patterns += [rf"#{fragment}(?![\w-])", rf"\b(?:id|data-demo)[:=]\s*[\"']?{fragment}(?![\w-])"]
    elif stem:
        patterns += [rf"(?<![\w-]){stem}\.md(?![\w#-])", rf"(?:\]\(|[\"'/]){stem}/?(?=[\"')}}\s#?,\]])"]
    return next((number for pattern in patterns if (number := _first(lines, pattern, numbers))), 0)
