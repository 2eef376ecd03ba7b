"""Is every address of a built site right? One idea: collect what is defined and what is used, and report what is used but not defined.

`check(site, base, docs)` is pure: a folder in, findings out. scripts/lychee.py is the independent second opinion; `--full` runs both.
"""

import argparse
import os
import posixpath
import re
import sys
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from scripts import collect, lychee
from scripts.collect import Use, ids, inner  # noqa: F401  (publish compares the ids of two builds)
from scripts.findings import Finding, nearest, report
from scripts.places import Places

ROOT = Path(__file__).resolve().parent.parent
CARRIED = {"data", "mailto", "tel", "blob", "about"}  # these carry their data or open another program; they lead nowhere in the site
WHOLE = {"canonical", "sitemap", *collect.PREVIEWS}  # read by machines elsewhere, so with scheme and host
FROM_ROOT = {"search index", "data-demo"}  # written relative to the start of the site, not to their file
EXPECTED = {"404.html", "sitemap.xml", "search/search_index.json"}  # in every build of ours
SHORT = "go/"  # the short addresses: pages that forward on purpose, listed in the catalogue
UNKNOWN = "host.invalid"  # stands for the site's host when nothing names it


def site_address(config: Path) -> str:
    """The address at which the site is published: SITE_URL, or the default in mkdocs.yml."""
    told = os.environ.get("SITE_URL") or re.search(r'^site_url:.*?(https?://[^"\s\]]+)', config.read_text("utf-8"), re.M)[1]
    return told.rstrip("/") + "/"


def base_path(config: Path) -> str:
    """The path of that address, with a slash at both ends."""
    return urlsplit(site_address(config)).path


class Checker:
    """One site, its address, and the findings so far."""

    def __init__(self, site: collect.Site, address: str, places: Places):
        self.site, self.places, parts = site, places, urlsplit(address)
        self.host, self.base, self.scheme = parts.netloc.lower() or UNKNOWN, "/" + parts.path.lstrip("/"), parts.scheme or "https"
        self.start = f"{self.scheme}://{self.host}{self.base}"
        self.lower = {name.lower(): name for name in site.files | site.folders}
        self.count = len(site.uses) if site.pages else 0
        self.findings: list[Finding] = []
        self.external: dict[str, Use] = {}
        self.linked: dict[str, set[str]] = defaultdict(set)

    def fault(self, use: Use, message: str, kind: str) -> None:
        file, line, remark = self.places.of(use)
        self.findings.append(Finding(file, line, message + remark, kind))

    def hint(self, use: Use, wrong: str) -> str:
        """The nearest right address, written as it should stand in the place of the wrong one."""
        wrong, kind = re.sub(r"\.md$", "/", wrong), lambda address: posixpath.splitext(address)[1]
        found = nearest(wrong, (known for known in sorted(map(inner, self.site.files)) if kind(known) == kind(wrong)), "{}").strip()
        return f" Did you mean {self.written(use, found)}?" if found else ""

    def written(self, use: Use, address: str) -> str:
        """An address relative to the start of the site, as it should stand at this place."""
        if use.kind in WHOLE | FROM_ROOT:
            return (self.start if use.kind in WHOLE else "") + address
        if use.file == "404.html" or re.match("/(?!/)", use.target) or getattr(self.site.pages.get(use.file), "base", ""):
            return self.base + address
        return posixpath.relpath(address or ".", posixpath.dirname(use.file) or ".") + ("/" if address.endswith("/") or not address else "")

    def follow(self, use: Use) -> None:
        """Follow one address; add a finding when it leads nowhere or leads on in a way that will break."""
        what, page = f"{use.kind} {use.target!r}", self.site.pages.get(use.file)
        if use.target.strip() in ("", "#"):
            top = "; write #top for the start of the page" * ("#" in use.target)
            return self.fault(use, f"an empty {use.kind} leads nowhere{top}", "empty")
        try:
            parts = urlsplit(use.target)
        except ValueError as fault:
            return self.fault(use, f"{what} is not an address: {fault}", "malformed")
        if parts.scheme == "javascript":
            return self.fault(use, f"{what} is a script, not an address", "script-address")
        if parts.scheme not in CARRIED and (wrong := re.search(r"\s|\\", use.target.partition(":~:")[0])):
            return self.fault(use, f"{what} holds a {'backslash' if wrong[0] == chr(92) else 'space'}; write / or %20", "malformed")
        if page and page.base and not use.kind.endswith("(id)"):
            parts = urlsplit(urljoin(urljoin(self.start + use.file, page.base), use.target))
        return None if parts.scheme in CARRIED or self.leaves(use, parts, what) else self.enter(use, parts, what)

    def leaves(self, use: Use, parts, what: str) -> bool:
        """Judge an address by its scheme and host. True when there is nothing more to follow in this site."""
        own = (parts.netloc or self.host).lower().removesuffix(":443") == self.host
        if parts.scheme not in ("", "http", "https") or (parts.scheme and not parts.netloc):
            self.fault(use, f"{what} has no scheme that a browser follows", "scheme")
        elif own and parts.netloc and parts.scheme != self.scheme:
            does, kind = (f"is not {self.scheme}", "not-secure") if parts.scheme else ("leaves the scheme out", "protocol-relative")
            self.fault(use, f"{what} names this site, and {does}.{self.hint(use, parts.path.removeprefix(self.base))}", kind)
        elif not own and use.loads:
            self.fault(use, f"{what} is loaded from another host; the site serves everything itself", "other-host")
        elif not own and parts.hostname in ("localhost", "127.0.0.1", "0.0.0.0", "::1"):
            self.fault(use, f"{what} names the author's own machine", "own-machine")
        elif not own:
            self.external.setdefault(use.target.partition("#")[0], use)
        elif use.kind in WHOLE and not parts.netloc:
            self.fault(use, f"{what} should be a whole address, with https and host", "not-whole")
        elif use.kind == "import" and not parts.netloc and not use.target.startswith(("./", "../", "/")):
            self.fault(use, f"{what}: a browser knows no bare module names; begin with ./", "bare-import")
        else:
            return False
        return True

    def enter(self, use: Use, parts, what: str) -> None:
        """Find the file of the site that an own address leads to."""
        if wrong := re.search(r"%(?![0-9a-f]{2})|%2f|%5c|//", parts.path, re.I):
            return self.fault(use, f"{what} holds {wrong[0]!r}, which not every browser and host reads alike", "malformed")
        path, start = unquote(parts.path), "" if use.kind in FROM_ROOT else posixpath.dirname(use.file)
        slash = "/" if path.endswith(("/", "/.", "/..")) or path in (".", "..") else ""
        if not path and not parts.netloc:
            return self.arrive(use, use.file, parts.fragment, what)
        if parts.netloc or path.startswith("/"):
            whole = (posixpath.normpath(path or "/") + slash).replace("//", "/")
            if whole + "/" == self.base:
                return self.fault(use, f"{what} names a folder without its slash; write {whole}/", "no-slash")
            if not whole.startswith(self.base):
                why = f"is outside the site, which lives under {self.base}"
                return self.fault(use, f"{what} {why}.{self.hint(use, whole[1:])}", "outside-base")
            return self.reach(use, whole[len(self.base):], parts.fragment, what)
        found = posixpath.normpath(posixpath.join(start, path)) + slash
        found = "" if found in ("./", ".") else found
        if use.file == "404.html":
            why = "404.html is served at whatever address was asked for"
            return self.fault(use, f"{what} is relative, and {why}; write {self.base}{found}", "relative-404")
        if found.startswith(".."):
            hint = self.hint(use, found.replace("../", "").removeprefix(self.base[1:]))
            return self.fault(use, f"{what} climbs out of the site.{hint}", "outside-base")
        return self.reach(use, found, parts.fragment, what)

    def reach(self, use: Use, address: str, fragment: str, what: str) -> None:
        """Is there such a file, or such a folder with an index?"""
        folder, page = address.rstrip("/"), address + "index.html"
        if address in self.site.files or (page in self.site.files and (address.endswith("/") or not address)):
            return self.arrive(use, address if address in self.site.files else page, fragment, what)
        if address in self.site.folders:
            return self.fault(use, f"{what} names a folder without its slash; write {self.written(use, address + '/')}", "no-slash")
        if (right := self.lower.get(folder.lower())) and right != folder:
            right = self.written(use, right + "/" * (right in self.site.folders))
            return self.fault(use, f"{what} differs from {right!r} in upper and lower case", "case")
        none = "a folder that has no index.html" if folder in self.site.folders else "no file"
        return self.fault(use, f"{what} leads to {none}.{self.hint(use, address)}", "missing")

    def arrive(self, use: Use, name: str, fragment: str, what: str) -> None:
        """The file exists: is it the page itself, and does it have the place that the fragment names?"""
        if use.kind in ("href", "xlink:href"):
            self.linked[use.file].add(name)
        page = self.site.pages.get(name)
        if page and page.redirect and (name != use.file or use.kind == "redirect") and not name.startswith(SHORT):
            self.fault(use, f"{what} leads to a page that only forwards to {page.redirect!r}; link there", "to-redirect")
        place = unquote(fragment).partition(":~:")[0]
        known = page.ids if page else self.site.drawings.get(name)
        if not place or known is None or place in known or (place.lower() == "top" and use.kind == "href"):
            return
        elsewhere = next((other for other, seen in self.site.pages.items() if place in seen.content_ids), None)
        same = next((f" Did you mean {identity}?" for identity in known if identity.lower() == place.lower()), "")
        hint = f" It stands on {self.places.name(elsewhere)}." if elsewhere else same or nearest(place, known)
        self.fault(use, f"{what}: there is no #{place} on {self.places.name(name)}.{hint}", "fragment")

    def duplicates(self) -> None:
        """Ids stand once on a page, and those of the text once in the whole site (an unlisted page may repeat a part of another)."""
        owners = defaultdict(list)
        for page in self.site.pages.values():
            for identity, (*others, here) in page.ids.items():
                if others:
                    self.fault(here, f"the id {identity!r} stands {len(others) + 1} times on this page", "duplicate-id")
                if not identity or re.search(r"\s", identity):
                    self.fault(here, f"the id {identity!r} is empty or holds a space", "bad-id")
                if identity in page.content_ids and not page.unlisted:
                    owners[identity].append(here)
        for identity, (first, *others) in owners.items():
            for use in others:
                where = self.places.name(first.file)
                self.fault(use, f"the id {identity!r} stands also on {where}; ids stand once in the whole site", "duplicate-id")

    def whole(self) -> None:
        """Orphans, the sitemap against the pages, and each page's own idea of its address."""
        listed = {use.target for use in self.site.uses if use.kind == "sitemap"}
        mapped = "sitemap.xml" in self.site.files and all(use.file != "sitemap.xml" for use in self.site.unreadable)
        claimed = {use.file for use in self.site.uses if use.kind == "canonical"}
        for name in EXPECTED - self.site.files if self.places.ours and self.host != UNKNOWN else ():
            self.fault(Use(name, 0, kind="page"), "this file is missing in the built site", "missing")
        reached, new = {"index.html"}, {"index.html"}
        while new := {name for page in new for name in self.linked[page]} - reached:
            reached |= new
        for name, page in self.site.pages.items():
            if name == "404.html" or page.redirect or page.unlisted:
                continue
            here, own = Use(name, 0, kind="page"), self.start + inner(name)
            if name not in reached and "index.html" in self.site.pages:
                self.fault(here, "no way of links leads from the home page to this one", "orphan")
            if mapped and self.host != UNKNOWN and own not in listed:
                self.fault(Use("sitemap.xml", 0, own, "page"), f"the page {own} is missing here", "sitemap")
            for use in page.own:
                if use.target != own:
                    self.fault(use, f"{use.kind} {use.target!r} is not this page's own address, {own}", "canonical")
            if claimed and name not in claimed:
                self.fault(here, "this page does not say its canonical address", "canonical")


def check(root: Path, base: str | None = None, docs: Path | None = None) -> tuple[list[Finding], int]:
    """All findings in a built folder, and the number of addresses looked at. With `docs`, findings name the Markdown file and line."""
    checker = checked(collect.read(root), base, docs)
    return sorted(set(checker.findings)), checker.count


def checked(site: collect.Site, base: str | None, docs: Path | None) -> Checker:
    """A site, with all that there is to say about it."""
    checker = Checker(site, collect.address(site, base or "/"), Places(site, docs))
    for use in site.unreadable:
        checker.findings.append(Finding(checker.places.built(use.file), use.line, use.target, "unreadable"))
    for use in site.uses:
        checker.follow(use)
    checker.duplicates()
    checker.whole()
    return checker


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("site", type=Path, help="the built folder")
    asked.add_argument("--full", action="store_true", help="also ask lychee")
    asked.add_argument("--external", action="store_true", help="also fetch the links to other hosts")
    asked.add_argument("--against", help="compare with a published permalinks.json too (a file or an address)")
    asked.add_argument("--record", action="store_true", help="note that this folder was checked, for publishing")
    asked = asked.parse_args()
    if not asked.site.is_dir():
        sys.exit(f"{asked.site} is not a folder.")
    checker = checked(collect.read(asked.site), site_address(ROOT / "mkdocs.yml"), ROOT / "docs")
    for address, use in sorted(checker.external.items()):
        print(f"  on another host: {address} ({':'.join(map(str, checker.places.of(use)[:2]))})")
    site, known = checker.site, sum(len(page.ids) for page in checker.site.pages.values())
    print(f"{len(site.pages)} pages, {len(site.files)} files, {known} ids, {len(checker.external)} addresses on other hosts.", flush=True)
    status = report(checker.findings, f"Links and ids (references) in {asked.site}", checker.count)
    status |= lychee.run(checker) if asked.full else 0
    status |= lychee.fetch(checker) if asked.external else 0
    if asked.against:
        from scripts import permanence

        found, ids = permanence.verify(asked.site, ROOT, asked.against)
        status |= report(found, "Permanent links (ids)", ids)
    if asked.record and not status:
        from scripts import publish

        publish.record(ROOT, asked.site)
    return status


if __name__ == "__main__":
    sys.exit(main())
