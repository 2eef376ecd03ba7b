"""Archives of every kind: office packages, whose parts are named by their relations; OpenDocument, course cartridges, H5P and plain zips, whose parts are files."""

import posixpath
import re
from bisect import bisect_right

from scripts.material.archive import Archive, named
from scripts.material.kinds import extension, limit, SKIPPED
from scripts.material.labels import PARTS
from scripts.material.markup import local, tokens, well_formed
from scripts.material.search import MAX_DEPTH, Link, Refused, Search
from scripts.material.walk import Relation, Walk
from scripts.material.words import Piece, decoded, text_of

TITLED = {"slideLayout": "layout", "slideMaster": "slide master"}


def read_archive(data: bytes, search: Search, path: tuple, place: str) -> None:
    """Search an archive. Raises Refused when it cannot be read at all."""
    if len(path) >= MAX_DEPTH:
        raise Refused(f"lies {MAX_DEPTH} archives deep; not read")
    archive = Archive(data, search, place)
    names = archive.number
    if any(name.lower().endswith("vbaproject.bin") for name in names) or any(name.startswith("Basic/") for name in names):
        search.remark(place, "holds macros; they are neither run nor read", grave=False)
    if any(name.startswith("_xmlsignatures/") or name == "META-INF/documentsignatures.xml" for name in names):
        search.remark(place, "is signed; a corrected copy is no longer what was signed", grave=False)
    if "EncryptedPackage" in names or "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(names["META-INF/manifest.xml"]):
        raise Refused("is protected by a password; not read")
    if "[Content_Types].xml" in names:
        Package(archive, search, path, place).run()
    else:
        (read_document if "content.xml" in names else read_bundle)(archive, search, path, place)


class Package:
    """An Office Open XML file: follows the relations from its root, so that each part is known by the place where it is used."""

    def __init__(self, archive: Archive, search: Search, path: tuple, place: str):
        self.archive, self.search, self.path, self.place = archive, search, path, place
        self.done, self.cells = set(), {}

    def run(self) -> None:
        waiting = [("", self.place, "")]
        while waiting:
            part, place, kind = waiting.pop()
            if part not in self.done:
                self.done.add(part)
                found = self.part(part, place, kind)
                waiting = [item for item in found if item[2] == "sharedStrings"] + waiting + [item for item in reversed(found) if item[2] != "sharedStrings"]
        for name in self.archive.number:
            if name not in self.done and not name.endswith(("/", ".rels")) and name != "[Content_Types].xml":
                self.member(name, named(self.place, name), {})

    def part(self, part: str, place: str, kind: str) -> list[tuple[str, str, str]]:
        """Search one part. Out: the parts that it leads to, each with its place."""
        relations = self.relations(part)
        uses = self.member(part, place, relations, kind) if part else {}
        follow = []
        for identity, relation in relations.items():
            if relation.external:
                if not relation.used:
                    self.search.scan(", ".join(filter(None, (place, "a relation that nothing uses"))), [relation.written], relation.path, whole=True)
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(part), relation.target)).lstrip("/")
            if target in self.archive.number:
                for at in uses.get(identity, [place]):
                    follow.append((target, self.called(target, at, relation.kind), relation.kind))
        return follow

    def called(self, target: str, at: str, kind: str) -> str:
        """What a part is called that is used at a place."""
        if kind in TITLED:
            title = re.search(rb'<(?:\w+:)?cSld[^>]*? name="([^"]*)"', self.archive.read(self.archive.number[target]))
            at, said = self.place, TITLED[kind] + (f" ‘{decoded(text_of(title[1])[0], ('xml',))[0]}’" if title else "")
        elif kind in PARTS and "{}" in PARTS[kind]:
            return PARTS[kind].format(at).removeprefix(", ")
        else:
            at, said = self.place, PARTS.get(kind, posixpath.basename(target))
        return ", ".join(part for part in (at, said) if part)

    def rels(self, part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def relations(self, part: str) -> dict[str, Relation]:
        name, found = self.rels(part), {}
        if name not in self.archive.number:
            return found
        number = self.archive.number[name]
        try:
            data = self.archive.read(number)
            well_formed(data)
        except Refused as refusal:
            self.search.remark(named(self.place, name), str(refusal))
            return found
        for token in tokens(text_of(data)[0], self.search):
            if token.kind == "open" and local(token.name) == "Relationship":
                by = {a.name: a for a in token.attributes}
                if "Id" in by and "Target" in by:
                    target = Piece(by["Target"].value, by["Target"].start, ("xml",))
                    external = "TargetMode" in by and by["TargetMode"].value == "External"
                    kind = posixpath.basename(by["Type"].value) if "Type" in by else ""
                    found[by["Id"].value] = Relation(decoded(target.raw, ("xml",))[0], external, kind, (*self.path, number), target)
        return found

    def member(self, name: str, place: str, relations: dict, kind: str = "") -> dict[str, list[str]]:
        """Search one member. Out: where its relations are used."""
        number = self.archive.number[name]
        if extension(name) in SKIPPED:
            return {}
        try:
            data = self.archive.read(number, limit(name))
            if not data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
                self.search.read(name, data, self.search, (*self.path, number), place, part=True)
                return {}
            if name.endswith(".vml"):  # the one kind of part that Office itself writes carelessly
                self.search.read("drawing.html", data, self.search, (*self.path, number), place, part=True)
                return {}
            well_formed(data)
            known = len(self.search.links)
            walk = Walk(self.search, text_of(data)[0], (*self.path, number), place, relations, body=kind == "officeDocument").run()
            self.cells |= walk.cells
            if kind == "sharedStrings":
                self.place_strings(text_of(data)[0], self.search.links[known:])
            return walk.inner
        except Refused as refusal:
            self.search.remark(named(self.place, name), str(refusal))
            return {}


    def place_strings(self, text: str, links: list[Link]) -> None:
        """Excel keeps the texts of all cells in one part: name the first cell that shows each."""
        begins = [token.start for token in tokens(text, self.search) if token.kind == "open" and local(token.name) == "si"]
        for link in links:
            link.place = self.cells.get(str(bisect_right(begins, link.readings[0].slot.spans[0].start) - 1), "a text that no cell shows")


def read_bundle(archive: Archive, search: Search, path: tuple, place: str) -> None:
    """Search an archive of files. In a course cartridge a file has the title that the manifest gives it."""
    titles = titles_of(archive, search)
    for number, member in enumerate(archive.members):
        if not member.is_dir():
            name = member.filename
            read_member(archive, number, search, path, named(place, name) + (f" (“{titles[name]}”)" if name in titles else ""))


def read_document(archive: Archive, search: Search, path: tuple, place: str) -> None:
    """Search an OpenDocument file: its texts first, which tell where its pictures and inner objects are used."""
    parts = {name: Relation(name) for name in archive.number}
    parts |= {f"./{name.removesuffix('/content.xml')}": relation for name, relation in parts.items()}
    uses = {}
    texts = [name for name in ("content.xml", "styles.xml") if name in archive.number]
    for name in texts:
        try:
            data = archive.read(archive.number[name])
            well_formed(data)
            uses |= Walk(search, text_of(data)[0], (*path, archive.number[name]), place, parts, body=True).run().inner
        except Refused as refusal:
            search.remark(named(place, name), str(refusal))
    for number, member in enumerate(archive.members):
        name = member.filename
        if not member.is_dir() and name not in texts and name != "META-INF/manifest.xml":
            at = uses.get(name) or uses.get(f"./{name.removesuffix('/content.xml')}") or [named(place, name)]
            read_member(archive, number, search, path, at[0], part=True)


def read_member(archive: Archive, number: int, search: Search, path: tuple, place: str, part: bool = False) -> None:
    """Search one file of an archive."""
    name = archive.members[number].filename
    if extension(name) in SKIPPED:
        return
    try:
        search.read(name, archive.read(number, limit(name)), search, (*path, number), place, part)
    except Refused as refusal:
        search.remark(place if part else named("", place), str(refusal))


def titles_of(archive: Archive, search: Search) -> dict[str, str]:
    """Course cartridge: the title under which a person meets each file."""
    if "imsmanifest.xml" not in archive.number:
        return {}
    try:
        data = archive.read(archive.number["imsmanifest.xml"])
        well_formed(data)
    except Refused:
        return {}
    title_of, files, item, resource, title = {}, {}, [], "", False
    for token in tokens(text_of(data)[0], search):
        name, values = local(token.name), {local(a.name): a.value for a in token.attributes}
        if token.kind == "open" and name == "item":
            item.append(values.get("identifierref", ""))
        elif token.kind == "close" and name == "item" and item:
            item.pop()
        elif name == "title":
            title = token.kind == "open" and bool(item)
        elif token.kind == "text" and title and item[-1]:
            title_of.setdefault(item[-1], decoded(token.raw, token.layers)[0].strip())
        elif token.kind == "open" and name == "resource":
            resource = values.get("identifier", "")
        elif token.kind == "open" and name == "file" and "href" in values:
            files[values["href"]] = resource
    return {name: title_of[resource] for name, resource in files.items() if resource in title_of}
