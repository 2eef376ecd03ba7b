"""Finds addresses of this site in text, however they are written: any case of the host, with www or without, no scheme, broken over lines, wrapped in another address."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphen, zero-width spaces and joiners: hints for line breaks
ENDS = r"\s<>\"`{}|\\^\x00-\x1f“”„«»"
REST = rf"(?:[^{ENDS}'‘’]|(?<=\w)['’](?=\w))*"
PLAIN = ".,;:!?…*_~'’" + INVISIBLE  # ends a sentence or an emphasis rather than an address
QUERY = re.compile(r"[?&;][\w.-]+=\Z")  # the address is a value in the query of another
LONGEST_KEY = 40  # characters of its name
LINES = 6  # an address is broken over at most so many lines
READINGS = 24  # different ways to read one broken address


@dataclass(frozen=True)
class Match:
    """One way to read an address: what it says, the stretches of text that say it, and the layer in which it is wrapped."""

    address: str
    ranges: tuple[tuple[int, int], ...]
    inner: tuple = ()


class Finder:
    """Knows the addresses under which the site lives and lived."""

    def __init__(self, starts: list[str]):
        """`starts`: the site's address, then former ones; a missing scheme is https."""
        parts = [urlsplit(start if "//" in start else f"https://{start}") for start in starts]
        self.homes = [(bare(part.netloc), part.path.rstrip("/") + "/") for part in parts]
        hosts = "|".join(sorted({re.escape(host) for host, _ in self.homes}, key=len, reverse=True))
        self.pattern = re.compile(rf"(?<![\w.@-])((?:https?:)?//)?(?:www\.)?(?:{hosts})(?::\d+)?(?![\w-])(?!\.\w){REST}", re.I)
        self.wrapped = re.compile(rf"https?%3A(?:%2F|/){{2}}(?:www\.)?(?:{hosts})(?:%3A\d+)?(?=%2F|/)[^{ENDS}'&#+]*", re.I)
        self.hint = re.compile(hosts, re.I)

    def home(self, address: str) -> int | None:
        """Which of the homes an address lies under: 0 is today's. None: it is another site's."""
        try:
            parts = urlsplit(address if "//" in address else f"//{address}")
            host, path = bare(parts.netloc), unquote(parts.path)
        except ValueError:
            return None
        path = re.sub("/{2,}", "/", path) or "/"
        fits = [n for n, (name, base) in enumerate(self.homes) if name == host and (path + "/").lower().startswith(base.lower())]
        return max(fits, key=lambda n: len(self.homes[n][1]), default=None)

    def whole(self, text: str) -> Match | None:
        """The text itself as an address, which may then hold signs that would end one in running text."""
        stripped = text.strip(" \t\r\n" + INVISIBLE)
        if re.match(r"(?:https?:)?//", stripped, re.I) and not re.search(r"[\s<>\"]", stripped) and self.home(stripped) is not None:
            start = text.index(stripped)
            return Match(stripped, ((start, start + len(stripped)),))
        return None

    def within(self, text: str, broken: bool = False) -> list[list[Match]]:
        """All addresses in running text, each with the ways to read it, the likeliest first. `broken`: lines may break inside an address."""
        if not self.hint.search(text):
            return []
        found = []
        for match in self.pattern.finditer(text):
            if QUERY.search(text, max(0, match.start() - LONGEST_KEY), match.start()):  # …/url?q=https://…, of which a part is encoded
                end = match.start() + len(re.split("&", match[0])[0])
                address = unquote(text[match.start() : end])
                if self.home(address) is not None:
                    found.append([Match(address, ((match.start(), end),), ("percent",))])
                continue
            ways = joined(text, match) if broken else [((match.start(), match.end()),)]
            ways = [trimmed(text, way) for way in ways]
            read = {clean(text, way): way for way in ways}
            if matches := [escaped(Match(address, way)) for address, way in read.items() if self.home(address) is not None]:
                found.append(matches)
        for match in self.wrapped.finditer(text):
            way = trimmed(text, (match.span(),))
            address = unquote(clean(text, way))
            if self.home(address) is not None:
                found.append([Match(address, way, ("percent",))])
        return found


def bare(netloc: str) -> str:
    """A host without www, user and the ordinary ports."""
    return re.sub(r"^www\.|\.?(:(80|443))?$", "", netloc.rpartition("@")[2].lower())


def clean(text: str, ranges) -> str:
    return "".join(text[start:end] for start, end in ranges).translate(dict.fromkeys(map(ord, INVISIBLE)))


def escaped(match: Match) -> Match:
    """HTML inside XML or JSON: & is still written &amp;."""
    return Match(match.address.replace("&amp;", "&"), match.ranges, ("xml",)) if "&amp;" in match.address else match


def trimmed(text: str, ranges: tuple) -> tuple:
    """Without what belongs to the sentence: full stops, and brackets that were opened before the address."""
    start, end = ranges[-1]
    whole = "".join(text[a:b] for a, b in ranges)
    extra = {closer: whole.count(closer) - whole.count(opener) for opener, closer in ("()", "[]")}
    for last in reversed(whole[len(whole) - (end - start) :]):
        if extra.get(last, 0) > 0:
            extra[last] -= 1
        elif last not in PLAIN:
            break
        end -= 1
    return (*ranges[:-1], (start, end)) if end > start or len(ranges) == 1 else ranges[:-1]


def joined(text: str, match: re.Match) -> list[tuple]:
    """The ways to go on over the ends of lines: a hyphen at the end may be the address's own or the typesetter's."""
    start, end = match.span()
    ways, open_ways = [((start, end),)], [((start, end),)]
    for _ in range(LINES):
        following = re.compile(r"[ \t]*\r?\n[ \t]*([\w/#?&=%.~+-]+)(?!\S*//)").match(text, open_ways[0][-1][1]) if open_ways else None
        if not following or not following[1]:
            break
        grown = []
        for way in open_ways:
            grown.append((*way, following.span(1)))
            if text[way[-1][1] - 1] == "-":
                grown.append((*way[:-1], (way[-1][0], way[-1][1] - 1), following.span(1)))
        certain = re.match("[#?/-]\\w", following[1])  # no sentence begins so
        ways, open_ways = (grown if certain else ways + grown), grown
        if len(ways) > READINGS:
            break
    likely = [way for way in ways if all(text[e - 1] in "-/#_=?&" or text[s] in "/#?&" for (_, e), (s, _) in zip(way, way[1:]))]
    complete = [way for way in likely if text[way[-1][1] - 1] not in "-#_=?&"]
    best = (complete[:1] or likely[-1:] or ways[:1])[0]
    return [best] + [way for way in ways if way != best]
