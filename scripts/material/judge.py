"""What becomes of one address: fine, moved, dead, not a permanent form, or a text fragment whose text changed."""

import posixpath
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scripts.material.addresses import Finder
from scripts.material.markup import tokens
from scripts.material.register import Entry, Register
from scripts.material.search import Link, Reading, Search
from scripts.material.words import decoded

FINE, MOVED, DEAD, FORM, TEXT = "fine", "moved", "dead", "not a permanent form", "text changed"
CANDIDATES, SIMILAR, SAME_PAGE = 3, 0.6, 0.08  # so many are offered, so similar they must be, so much more counts one on the same page
LONGEST = 100  # characters of a name that are compared
DIRECTIVE = ":~:"
HIDDEN = {"script", "style", "template", "noscript", "svg"}


@dataclass
class Verdict:
    """What is said of an address. `new` leads to the same thing and is permanent; `candidates` are guesses."""

    kind: str
    note: str = ""
    new: str = ""
    candidates: list[Entry] = field(default_factory=list)


class Judge:
    """Knows the register and, if given one, the folder of the built site."""

    def __init__(self, register: Register, also: list[str] = (), site: Path | None = None):
        self.register, self.site = register, site
        self.finder = Finder([register.site, *also])
        self.scheme, self.host = urlsplit(register.site).scheme, urlsplit(register.site).netloc.lower()

    def best(self, link: Link) -> tuple[Reading, Verdict]:
        """The reading of a link that makes most sense: the shortest that leads somewhere, or else the likeliest."""
        judged = [(reading, self.verdict(reading.address)) for reading in link.readings]
        alive = [pair for pair in judged if pair[1].kind not in (DEAD, FORM)] or [pair for pair in judged if pair[1].kind == FORM]
        reading = (min(alive, key=lambda pair: len(pair[0].address)) if alive else judged[0])[0]
        return reading, self.judge(reading.address)

    def judge(self, address: str) -> Verdict:
        """An address of the site, as the finder found it; with candidates if it is dead."""
        verdict = self.verdict(address)
        if verdict.kind == DEAD:
            verdict.candidates = self.candidates(*self.place(address)[:2])
        return verdict

    def place(self, address: str) -> tuple[str, str, str]:
        """The path in the site, the id in the page, and what is irregular in the way that the address is written."""
        parts = urlsplit(address if "//" in address else f"//{address}")
        path, irregular = self.within(parts, self.finder.home(address))
        return path, unquote(parts.fragment.partition(DIRECTIVE)[0]), irregular

    def verdict(self, address: str) -> Verdict:
        """The same without candidates, which take their time to find."""
        parts = urlsplit(address if "//" in address else f"//{address}")
        if "%23" in parts.path:
            meant = self.verdict(address.replace("%23", "#", 1))
            if meant.kind != DEAD:
                return Verdict(MOVED, "its # is written %23, and so it leads nowhere", meant.new or address.replace("%23", "#", 1))
        home = self.finder.home(address)
        path, fragment, irregular = self.place(address)
        _, mark, directive = parts.fragment.partition(DIRECTIVE)
        loose = self.loose(parts, home, irregular)
        entry, exact = self.entry(path, fragment)
        query = f"?{parts.query}" if parts.query else ""
        if entry is None:
            verdict = self.unknown(path, fragment)
        elif not exact:
            verdict = Verdict(MOVED, "", self.permanent(entry, path, query, mark + directive))
        elif home:
            verdict = Verdict(MOVED, "the site has another domain now", self.permanent(entry, path, query, mark + directive))
        elif loose:
            verdict = Verdict(FORM, loose, self.with_query(entry.short, query, mark + directive))
        else:
            verdict = Verdict(FINE)
        if mark and verdict.kind in (FINE, FORM) and entry is not None:
            verdict = self.text(verdict, entry, directive, address)
        if verdict.new and not re.match(r"(?:https?:)?//", address, re.I):
            verdict.new = verdict.new.partition("//")[2]  # typed without a scheme, and so it stays
        elif address.startswith("//"):
            verdict.new = verdict.new.removeprefix(f"{self.scheme}:")
        return verdict

    def within(self, parts, home: int) -> tuple[str, str]:
        """The path within the site in the register's spelling, and what was irregular in the address's."""
        path, said = unquote(parts.path), ""
        if "//" in path:
            path, said = re.sub("/{2,}", "/", path), "it has a doubled slash"
        inner = (path + "/")[len(self.finder.homes[home][1]) :] if not path.endswith("/") else path[len(self.finder.homes[home][1]) :]
        whole = inner
        if whole.endswith("index.html/"):
            whole, said = whole.removesuffix("index.html/"), "it ends with the name of a file"
        elif not path.endswith("/"):
            file = inner.removesuffix("/")
            if "." in posixpath.basename(file):
                return file, said
            said = said or ("it lacks the slash at its end" if whole else "")
        return whole, said

    def loose(self, parts, home: int, irregular: str) -> str:
        """Why an address that leads to the right place today is not one that was promised, or ""."""
        if parts.netloc.lower().startswith("www.") != self.host.startswith("www.") and not home:
            return "nobody promised the host with “www.”" if parts.netloc.lower().startswith("www.") else "nobody promised the host without “www.”"
        if parts.scheme == "http" and self.scheme == "https" and not home:
            return "it says http, not https"
        return irregular

    def entry(self, path: str, fragment: str) -> tuple[Entry | None, bool]:
        """What an address leads to, and whether it is one of its permanent addresses (a short one or its place)."""
        register = self.register
        if path in register.shorts and not fragment:
            return register.shorts[path], True
        if (path, fragment) in register.addresses:
            return register.addresses[path, fragment], True
        if (path, fragment) in register.former:
            return register.entries[register.former[path, fragment]], False
        if fragment in register.entries:
            entry = register.entries[fragment]
            return entry, register.key(entry.address)[0] == path
        if fragment == "top" and (path, "") in register.addresses:
            return register.addresses[path, ""], True
        if fragment in register.heirs:
            return register.heir(fragment), False
        if path.startswith(register.go) and register.go and (heir := register.heir(path.removeprefix(register.go).strip("/"))):
            return heir, False
        same = {known.lower(): known for known in register.pages | set(register.shorts)}.get(path.lower())
        if same is not None and same != path:
            return self.entry(same, fragment)[0], False
        return None, False

    def permanent(self, entry: Entry, path: str, query: str, directive: str) -> str:
        """The entry's address in the form that the old one had: short stays short."""
        return self.with_query(entry.short if self.register.go and path.startswith(self.register.go) else entry.address, query, directive)

    @staticmethod
    def with_query(address: str, query: str, directive: str) -> str:
        base, mark, fragment = address.partition("#")
        return base + query + (f"#{fragment}{directive}" if mark or directive else "")

    # ---- what is not in the register -------------------------------------------------------

    def unknown(self, path: str, fragment: str) -> Verdict:
        """Dead, or alive without a promise."""
        page = self.page(path)
        if page is not None and (not fragment or fragment in page.ids):
            owner = self.register.addresses.get((path, ""))
            return Verdict(FORM, "it leads there today, but nobody promised that it will", candidates=[owner] if owner else [])
        if self.site and not fragment and path and self.inside(path).is_file():
            return Verdict(FORM, "it is a file of the site; only registered addresses are promised")
        if fragment and (path in self.register.pages or page is not None):
            note = "the page is there, but nothing in it has this name"
        else:
            note = "there is no such page" if not path.startswith(self.register.go) or not self.register.go else "there is no such short address"
        if (fragment or path.removeprefix(self.register.go).strip("/")) in self.register.heirs:
            note = "it was withdrawn, and nothing took its place"
        return Verdict(DEAD, note)

    def inside(self, path: str) -> Path:
        """A file of the built site; never one outside of it."""
        found = (self.site / path).resolve()
        return found if found.is_relative_to(self.site.resolve()) else self.site / "no such file"

    def candidates(self, path: str, fragment: str) -> list[Entry]:
        """The entries whose id or title is most like what the address names."""
        wanted = (fragment or posixpath.basename(path.strip("/")) or path).lower()
        plain = re.sub(r"[-_\W]+", " ", wanted)
        scored = []
        for entry in self.register.entries.values():
            known = [(wanted, entry.id), *((plain, title.lower()) for title in (entry.title, *entry.keywords))]
            near = SAME_PAGE if self.register.key(entry.address)[0] == path else 0
            scored.append((max(similarity(*pair) for pair in known) + near, entry))
        good = [pair for pair in sorted(scored, key=lambda pair: -pair[0]) if pair[0] >= SIMILAR]
        return [entry for _, entry in good[:CANDIDATES]]

    # ---- the words of the pages ------------------------------------------------------------

    def page(self, path: str) -> "Page | None":
        if not self.site:
            return None
        file = self.inside(path)
        return page_of(file / "index.html" if path.endswith("/") or not path else file)

    def text(self, verdict: Verdict, entry: Entry, directive: str, address: str) -> Verdict:
        """A text fragment is fine as long as the page still says the text."""
        asked = [part.removeprefix("text=") for part in directive.split("&") if part.startswith("text=")]
        if not asked:
            return verdict
        page = self.page(self.register.key(entry.address)[0])
        if page is None:
            verdict.note = "; ".join(filter(None, (verdict.note, "whether its text still stands in the page cannot be told without the built site (--site)")))
            return verdict
        lost = [part for part in asked if not page.says(part)]
        if not lost:
            verdict.note = "; ".join(filter(None, (verdict.note, "its text still stands in the page, but a text may change any day")))
            return verdict
        return Verdict(TEXT, f"the page no longer says “{unquote(lost[0])[:80]}”", re.sub("#?$", "", re.sub(":~:.*", "", verdict.new or address)))


@dataclass(frozen=True)
class Page:
    """A built page: the ids in it and its words."""

    ids: frozenset
    words: str

    def says(self, fragment: str) -> bool:
        """Whether a text directive ([before-,]start[,end][,-after]) finds its text. Browsers ignore case, and look for whole words."""
        parts = fragment.split(",")
        before = unquote(parts.pop(0).removesuffix("-")) if parts[0].endswith("-") and len(parts) > 1 else ""
        after = unquote(parts.pop().removeprefix("-")) if len(parts) > 1 and parts[-1].startswith("-") else ""
        start, end = unquote(parts[0]), unquote(parts[1]) if len(parts) > 1 else ""
        wanted = r"\W*".join(rf"\b{escape(text)}\b" for text in (before, start) if text)
        wanted += rf".*?\b{escape(end)}\b" if end else ""
        wanted += rf"\W*\b{escape(after)}\b" if after else ""
        return bool(re.search(wanted.replace(r"\b\W", r"\W").replace(r"\W\b", r"\W"), self.words, re.I | re.S)) if start else False


def similarity(one: str, other: str) -> float:
    """From 0 to 1; 0 when it is too small to matter, which is cheaper to find out."""
    matcher = SequenceMatcher(None, one[:LONGEST], other[:LONGEST])
    return matcher.ratio() if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= SIMILAR - SAME_PAGE else 0.0


def escape(text: str) -> str:
    """Words as a pattern. A sign at either end is no end of a word."""
    return r"\s+".join(re.escape(word) for word in text.split())


@lru_cache(maxsize=64)
def page_of(file: Path) -> Page | None:
    """Read a built page."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeError):
        return None
    ids, words, hidden = set(), [], []
    for token in tokens(text, Search(Finder(["https://host.invalid"]), None), html=True):
        ids |= {decoded(a.value, ("xml",))[0] for a in token.attributes if a.name.lower() == "id"}
        if token.kind == "open" and token.name in HIDDEN:
            hidden.append(token.name)
        elif token.kind == "close" and hidden and token.name == hidden[-1]:
            hidden.pop()
        elif token.kind == "text" and not hidden:
            words.append(decoded(token.raw, token.layers)[0])
        elif token.kind in ("open", "close") and token.name in BLOCKS:
            words.append(" ")
    return Page(frozenset(ids), " ".join("".join(words).split()))


BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "div", "td", "th", "tr", "br", "figcaption", "summary", "details", "dt", "dd"}
