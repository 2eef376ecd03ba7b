"""Text as it stands in a file, and text as a person reads it: where each read character stands, and how a new one must be written there.

A file writes an address through layers: XML writes & as &amp;, JSON writes " as \\", a redirecting service writes / as %2F. They nest.
"""

import html
import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import quote


def _percent(code: str) -> str:
    value = int(code[1:], 16)
    return chr(value) if 32 < value < 127 else code


LAYERS = {  # name: what stands for another character, what it stands for, how text is written
    "xml": (re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});"), html.unescape, html.escape),
    "json": (re.compile(r'\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])'), lambda code: json.loads(f'"{code}"'), lambda text: json.dumps(text)[1:-1]),
    "percent": (re.compile("%[0-9a-fA-F]{2}"), _percent, lambda text: quote(text, safe="")),
    "markdown": (re.compile(r"\\[!-/:-@\[-`{-~]"), lambda code: code[1], str),
}


@dataclass(frozen=True)
class Span:
    """A stretch of one text: the members that lead to it from the outermost file, the first character, the one after the last, the layers from outside in.

    In a PDF `member` names a string by the number of its object and the keys that lead to it.
    """

    path: tuple
    start: int
    end: int
    layers: tuple = ()
    member: tuple = ()

    def written(self, text: str) -> str:
        for layer in reversed(self.layers):
            text = LAYERS[layer][2](text)
        return text


@dataclass(frozen=True)
class Piece:
    """A stretch of raw text that a reader sees without a gap after the piece before. `says` replaces what it says (a line break)."""

    raw: str
    start: int
    layers: tuple = ()
    says: str | None = None


def decoded(raw: str, layers: tuple) -> tuple[str, list[int]]:
    """What raw text says, and for each character, and the end, its place in the raw text."""
    text, places = raw, range(len(raw) + 1)
    for layer in layers:
        pattern, meaning, _ = LAYERS[layer]
        parts, moved, last = [], [], 0
        for match in pattern.finditer(text):
            value = meaning(match[0])
            parts += [text[last : match.start()], value]
            moved += [*places[last : match.start()], *[places[match.start()]] * len(value)]
            last = match.end()
        if last:
            text, places = "".join(parts) + text[last:], moved + [*places[last:]]
    return text, places


class Words:
    """Pieces read as one text."""

    def __init__(self, pieces: list[Piece], path: tuple, member: tuple = ()):
        self.pieces, self.path, self.member = pieces, path, member
        self.read = [(piece.says, [0, len(piece.raw)]) if piece.says is not None else decoded(piece.raw, piece.layers) for piece in pieces]
        self.text = "".join(text for text, _ in self.read)
        self.begins = list(accumulate((len(text) for text, _ in self.read), initial=0))  # where in the text each piece begins

    def spans(self, ranges: list[tuple[int, int]], inner: tuple = ()) -> tuple[Span, ...]:
        """Where stretches of the text stand. `inner` names layers below those of the pieces."""
        found = []
        for first, after in ranges:
            for n in range(bisect_right(self.begins, first) - 1, len(self.pieces)):
                piece, (text, places), begin = self.pieces[n], self.read[n], self.begins[n]
                start, end = max(first, begin) - begin, min(after, begin + len(text)) - begin
                if start < end:
                    found.append(Span(self.path, piece.start + places[start], piece.start + places[end], piece.layers + inner, self.member))
                if begin >= after:
                    break
        return tuple(found)


def text_of(data: bytes) -> tuple[str, str]:
    """Bytes as text, and the encoding that gives exactly these bytes back."""
    guesses = ["utf-16-le"] * data.startswith(b"\xff\xfe") + ["utf-16-be"] * data.startswith(b"\xfe\xff") + ["utf-8"]
    told = re.search(rb"""(?:encoding|charset)\s*=\s*["']?([\w-]{2,20})""", data[:1024])
    for encoding in [*guesses, *([told[1].decode()] if told else []), "cp1252"]:
        try:
            text = data.decode(encoding)
            if text.encode(encoding) == data:
                return text, encoding
        except (UnicodeError, LookupError):
            continue
    return data.decode("latin-1"), "latin-1"
