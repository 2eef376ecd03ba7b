"""One file's search: what it found, what it could not read, and the limits that keep a hostile file from stopping the others."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.material.addresses import Finder, Match
from scripts.material.words import Piece, Span, Words

MAX_FILE = 1 << 30  # bytes of one file
MAX_UNPACKED = 1 << 29  # bytes that one file may unpack to, all its members and theirs together
MAX_MEMBERS = 20_000  # files in one archive
MAX_DEPTH = 5  # archives in archives
MAX_PIXELS = 40_000_000  # of one picture
MAX_SECONDS = 120  # for one file
SNIPPET = 40  # characters of a paragraph that help a person to find it


class Refused(Exception):
    """A part of a file that is not read, and why, in words that follow its name."""


@dataclass(frozen=True)
class Slot:
    """Where an address stands. The first span takes the new one, the others become empty.

    Word and Excel keep the part after # elsewhere (`fragment`, all of it with its name in `around`) and the rest in a relation that several links may share.
    """

    spans: tuple[Span, ...]
    fragment: tuple[Span, ...] = ()
    around: tuple[Span, ...] = ()
    relation: tuple = ()  # (path of the document's relations, id of this one, span of the id in the document)

    def edits(self, address: str) -> list[tuple[Span, str]]:
        """What to write where, so that this place says `address`."""
        base, mark, fragment = address.partition("#") if self.fragment else (address, "", "")
        done = [(self.spans[0], base)] + [(span, "") for span in self.spans[1:]]
        if mark:
            done += [(self.fragment[0], fragment)] + [(span, "") for span in self.fragment[1:]]
        elif self.around:
            done += [(span, "") for span in self.around]
        return done


@dataclass(frozen=True)
class Reading:
    """One way to read an address, and its slot; None when nothing can be written there."""

    address: str
    slot: Slot | None


@dataclass
class Link:
    """An address of this site in a file. `place` names it as a person would. `stuck` says why it cannot be corrected."""

    place: str
    readings: list[Reading]
    stuck: str = ""


@dataclass
class Search:
    """Collects links and remarks. A remark is (place, sentence, grave); a grave one means that something was not read."""

    finder: Finder
    read: Callable  # reads a file inside of a file: read(name, data, search, path, place, part)
    links: list[Link] = field(default_factory=list)
    remarks: list[tuple[str, str, bool]] = field(default_factory=list)
    left: int = MAX_UNPACKED
    until: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)
    pictures: int = 0  # pictures that no decoder looked at

    def remark(self, place: str, sentence: str, grave: bool = True) -> None:
        if (place, sentence, grave) not in self.remarks:
            self.remarks.append((place, sentence, grave))

    def still(self) -> None:
        """Raises Refused when the file took too long."""
        if time.monotonic() > self.until:
            raise Refused(f"takes longer than {MAX_SECONDS} seconds; the rest was not read")

    def unpacked(self, size: int) -> None:
        """Counts bytes that came out of an archive. Raises Refused when there are too many."""
        self.left -= size
        if self.left < 0:
            raise Refused(f"unpacks to more than {MAX_UNPACKED >> 20} MB; the rest was not read")

    def scan(self, place: str, pieces: list[Piece], path: tuple | None, whole: bool = False, broken: bool = False, member: tuple = (), stuck: str = "") -> list[Link]:
        """Find the addresses in some pieces of text. `whole`: the text may be one address. `path` None: nothing can be written here."""
        if not any("&" in piece.raw or "\\" in piece.raw for piece in pieces) and not self.finder.hint.search("".join(p.raw if p.says is None else p.says for p in pieces)):
            return []
        words = Words(pieces, path or (), member)
        one = self.finder.whole(words.text) if whole else None
        new = [Link(place, [self.reading(words, match, path) for match in ways], stuck) for ways in ([[one]] if one else self.finder.within(words.text, broken))]
        self.links += new
        return new

    def reading(self, words: Words, match: Match, path: tuple | None) -> Reading:
        return Reading(match.address, None if path is None else Slot(words.spans(match.ranges, match.inner)))
