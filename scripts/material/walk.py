"""Walks one XML part of an office document, knows where it is, and hands every text, attribute, field and relation to the search."""

from dataclasses import dataclass, field, replace
import re

from scripts.material.labels import ATTRIBUTES, ROLES, SHAPES, label
from scripts.material.markup import Attribute, Token, local, tokens
from scripts.material.search import SNIPPET, Link, Reading, Search, Slot
from scripts.material.words import Piece, Span, Words, decoded

PARAGRAPHS = {"p", "h", "si", "is"}
FLOWS = {"t", "delText", "p", "h", "span", "a"}  # elements whose text belongs to the paragraph around them
CODES = {"instrText", "delInstrText"}
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "line-break": "\n", "s": " ", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
EDGES = {"hyperlink", "a", "fldSimple", "fldChar", "note", "annotation"}  # an address does not go on over the edge of one of these
FRAGMENTS = {"anchor", "docLocation", "location"}
CODE = re.compile(r'\\(?P<switch>\w)|"(?P<quoted>[^"]*)"|(?P<bare>[^\s"\\]+)')


@dataclass
class Relation:
    """An entry of a .rels part: what it leads to, whether outside of the file, and where in the .rels part, which is at `path`, its address stands."""

    target: str
    external: bool = False
    kind: str = ""
    path: tuple = ()
    written: Piece | None = None
    used: bool = False

    @property
    def span(self) -> Span:
        return Span(self.path, self.written.start, self.written.start + len(self.written.raw), self.written.layers)


@dataclass(slots=True)
class Frame:
    """An open element."""

    name: str
    label: str = ""
    pieces: list[Piece] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    shared: bool = False  # a cell of Excel that holds the number of a text


class Walk:
    """One part. `inner` collects the places at which other parts are used: {id of the relation: [place]}. `body`: it is the running text of a document."""

    def __init__(self, search: Search, text: str, path: tuple, place: str = "", relations: dict[str, Relation] | None = None, body: bool = False):
        self.search, self.text, self.path, self.start, self.body = search, text, path, place, body
        self.relations = relations or {}
        self.stack, self.fields, self.inner = [Frame("")], [], {}
        self.paragraphs, self.labelled = [], []  # those of the open elements that are a paragraph, that have a label
        self.cells = {}  # Excel: number of a shared text → the cell that shows it

    def run(self) -> "Walk":
        for token in tokens(self.text, self.search):
            {"open": self.open, "close": self.close, "text": self.said}[token.kind](token)
        while len(self.stack) > 1:
            self.leave()
        return self

    # ---- where we are ----------------------------------------------------------------------

    def place(self, *more: str) -> str:
        labels = [frame.label for frame in self.labelled if frame.label]
        if "notes" in labels and (at := labels.index("notes")):
            labels[at - 1 : at + 1] = [f"notes of {labels[at - 1]}"]
        return ", ".join(part for part in (self.start, *labels, *more) if part)

    def number(self, word: str, step: int = 1) -> int:
        """Counts within the nearest thing that has a label."""
        around = self.labelled[-1] if self.labelled else self.stack[0]
        around.counts[word] = around.counts.get(word, 0) + step
        return around.counts[word] - step + 1

    def found(self, links: list[Link], *more: str) -> None:
        """Name the place of new links, and remember them until the words of their paragraph are known."""
        for link in links:
            link.place = self.place(*more)
        if self.paragraphs:
            self.paragraphs[-1].links += links

    # ---- the three kinds of token ----------------------------------------------------------

    def open(self, token: Token) -> None:
        name = local(token.name)
        values = {local(a.name): decoded(a.value, ("xml",))[0] for a in token.attributes} if token.attributes else {}
        if name in BREAKS or name in EDGES:
            self.interrupt(token, name)
        said = label(name, values, self.number, self.body and not self.labelled) if len(self.stack) > 1 else ""
        self.stack.append(frame := Frame(name, said, shared=name == "c" and values.get("t") == "s"))
        self.labelled += [frame] * bool(said)
        self.paragraphs += [frame] * (name in PARAGRAPHS)
        if name in ("cNvPr", "docPr", "ph") and self.labelled and (shape := self.labelled[-1]).name in SHAPES:
            if name == "ph":
                shape.label = ROLES.get(values.get("type"), shape.label)
            elif values.get("name"):
                shape.label = f"{SHAPES[shape.name]} ‘{values['name']}’"
        elif name == "fldChar":
            self.turn(values.get("fldCharType"))
        for attribute in token.attributes:
            self.attribute(attribute, token)

    def close(self, token: Token) -> None:
        name = local(token.name)
        if name in EDGES:
            self.interrupt(token, name)
        while len(self.stack) > 1 and self.leave() != name:
            pass

    def said(self, token: Token) -> None:
        frame, piece = self.stack[-1], Piece(token.raw, token.start, token.layers)
        if frame.name in CODES and self.fields:
            self.fields[-1].append(piece)
        elif frame.name in FLOWS and self.paragraphs:
            self.paragraphs[-1].pieces.append(piece)
        elif frame.name == "v" and self.stack[-2].shared:
            self.cells.setdefault(token.raw, self.place())
        elif not token.raw.isspace():
            frame.pieces.append(piece)

    def leave(self) -> str:
        """Close the innermost element: its text is complete now."""
        frame = self.stack[-1]
        if frame.pieces:
            running = frame.name in PARAGRAPHS
            links = self.search.scan("", frame.pieces, self.path, whole=not running, broken=running)
            self.found(links, "" if frame.name in PARAGRAPHS else ATTRIBUTES.get(frame.name, ""))
        if frame.links and frame.label.startswith("paragraph"):
            words = " ".join(Words(frame.pieces, ()).text.split())
            for link in frame.links:
                link.place += f" (“{words[:SNIPPET].strip()}{'…' if len(words) > SNIPPET else ''}”)" if words else ""
        for known in (self.labelled, self.paragraphs):
            if known and known[-1] is frame:
                known.pop()
        self.stack.pop()
        return frame.name

    def interrupt(self, token: Token, name: str) -> None:
        """What stands between two texts: a break, or the edge of a link. An element that says a character is removed with it."""
        if self.paragraphs:
            whole = name in ("noBreakHyphen", "softHyphen") and token.raw.endswith("/>")
            self.paragraphs[-1].pieces.append(Piece(token.raw if whole else "", token.start, says=BREAKS[name] if whole or BREAKS.get(name, "").isspace() else "\n"))

    # ---- attributes, relations, fields -----------------------------------------------------

    def attribute(self, attribute: Attribute, token: Token) -> None:
        name, value = local(attribute.name), attribute.value
        if attribute.name.startswith("xmlns"):
            return
        if ":" in attribute.name and (relation := self.relations.get(value)):
            relation.used = True
            if relation.external:
                self.relation(relation, attribute, token)
            else:
                self.inner.setdefault(value, []).append(self.place())
        elif name == "instr":
            self.field([Piece(value, attribute.start, ("xml",))])
        else:
            self.found(self.search.scan("", [Piece(value, attribute.start, ("xml",))], self.path, whole=True), ATTRIBUTES.get(name, name))

    def relation(self, relation: Relation, attribute: Attribute, token: Token) -> None:
        """A link whose address stands in the relations, and whose part after # may stand here."""
        if self.search.finder.home(relation.target) is None:  # but another's address may carry one of ours
            return self.found(self.search.scan("", [relation.written], relation.path), "link")
        part = next((a for name in FRAGMENTS for a in token.attributes if local(a.name) == name), None) if "#" not in relation.target else None
        fragment = decoded(part.value, ("xml",))[0] if part else ""
        slot = Slot((relation.span,), relation=(relation.path, attribute.value, Span(self.path, attribute.start, attribute.start + len(attribute.value), ("xml",))))
        if part:
            slot = replace(slot, fragment=(Span(self.path, part.start, part.start + len(part.value), ("xml",)),), around=(Span(self.path, *part.outer),))
        link = Link("", [Reading(relation.target + (f"#{fragment}" if fragment else ""), slot)])
        self.search.links.append(link)
        self.found([link], "link on hover" if local(token.name) in ("hlinkHover", "hlinkMouseOver") else "link")

    def turn(self, kind: str | None) -> None:
        """A field begins, turns from its code to its result, or ends."""
        if kind == "begin":
            self.fields.append([])
        elif self.fields and kind in ("separate", "end"):
            self.field(self.fields[-1])
            self.fields[-1] = []
            if kind == "end":
                self.fields.pop()

    def field(self, pieces: list[Piece]) -> None:
        """A field code: HYPERLINK "address" \\l "part after #"; others are read as text."""
        words = Words(pieces, self.path)
        switch, address, fragment, around = "", None, None, None
        bare = [match for match in CODE.finditer(words.text)]
        if not bare or (bare[0]["bare"] or "").upper() != "HYPERLINK":
            return self.found(self.search.scan("", pieces, self.path), "field")
        for match in bare[1:]:
            if match["switch"]:
                switch, begin = match["switch"], match.start()
                continue
            group = "quoted" if match["quoted"] is not None else "bare"
            if switch == "l":
                fragment, around = match.span(group), (begin, match.end())
            elif switch not in ("o", "t") and address is None:
                address = match.span(group)
            switch = ""
        base = words.text[slice(*address)].strip() if address else ""
        if self.search.finder.home(base) is None:
            return self.found(self.search.scan("", pieces, self.path), "field")
        slot = Slot(words.spans([address]))
        if fragment:
            base += "#" + words.text[slice(*fragment)]
            slot = replace(slot, fragment=words.spans([fragment]), around=words.spans([around]))
        link = Link("", [Reading(base, slot)])
        self.search.links.append(link)
        self.found([link], "field")
