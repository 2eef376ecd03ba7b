"""XML and HTML as a stream of tags and texts with their places in the source. Nothing is expanded, fetched or resolved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from scripts.material.search import Refused, Search

TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z) | <!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z) | <\?.*?(?:\?>|\Z) | <![^>]*+(?:>|\Z) | </(?P<close>[^\s>/]+)[^>]*+>
    | <(?P<open>[A-Za-z_][^\s>/]*+)(?P<attributes>(?:[^>"']++|"[^"]*+"|'[^']*+')*+)> | (?P<text>[^<]++) | <""",
    re.S | re.X,
)
ATTRIBUTE = re.compile(r"""(?P<name>[^\s=>"'/]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+))""")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}  # HTML elements without an end
RAW = {"script", "style", "textarea", "title"}  # HTML elements whose text is not markup
PATIENCE = 5_000  # tokens between two looks at the clock


@dataclass(slots=True)
class Attribute:
    """An attribute: its value as written, where it stands, and where the attribute with the space before it stands."""

    name: str
    value: str
    start: int
    outer: tuple[int, int]


@dataclass(slots=True)
class Token:
    kind: str  # open, close or text
    name: str  # of the element, as written
    raw: str
    start: int
    attributes: tuple[Attribute, ...] = ()
    layers: tuple = ()


def local(name: str) -> str:
    return name.rpartition(":")[2]


def tokens(text: str, search: Search, html: bool = False) -> Iterator[Token]:
    """All tags and texts. An empty element is opened and closed."""
    last, position, count = text.rfind(">"), 0, 0
    while position < len(text):
        count += 1
        if count % PATIENCE == 0:
            search.still()
        match = TOKEN.match(text, position) if position <= last or text[position] != "<" else None
        if match is None:  # nothing behind here can be a tag
            yield Token("text", "", text[position:], position, (), ("xml",))
            return
        position = match.end()
        if name := match["open"]:
            inside = match["attributes"]
            yield Token("open", name, match[0], match.start(), attributes(inside, match.start("attributes")) if "=" in inside else ())
            if inside.endswith("/") or html and name.lower() in VOID:
                yield Token("close", name, "", position)
            elif html and name.lower() in RAW:
                end = re.compile(f"</{name}", re.I).search(text, position)
                yield Token("text", "", text[position : end.start() if end else len(text)], position, (), ("xml",) if name.lower() in ("textarea", "title") else ())
                position = end.start() if end else len(text)
        elif match["close"]:
            yield Token("close", match["close"], match[0], match.start())
        elif match["text"]:
            yield Token("text", "", match[0], match.start(), (), ("xml",))
        elif match["cdata"]:
            yield Token("text", "", match["cdata"], match.start("cdata"))


def attributes(inside: str, start: int) -> tuple[Attribute, ...]:
    found = []
    for match in ATTRIBUTE.finditer(inside):
        group = next(group for group in ("double", "single", "bare") if match[group] is not None)
        before = len(inside[: match.start()].rstrip())
        found.append(Attribute(match["name"], match[group], start + match.start(group), (start + before, start + match.end())))
    return tuple(found)


def well_formed(data: bytes) -> None:
    """Raises Refused unless this is XML that declares no entities. (Expat resolves nothing that lies outside.)"""

    def refuse(*_):
        raise Refused("declares entities, which no office program writes; not read")

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as fault:
        raise Refused(f"is not well-formed XML ({fault}); not read") from None
    except (ValueError, LookupError) as fault:  # an encoding that expat does not know
        raise Refused(f"is XML that cannot be read ({fault})") from None
