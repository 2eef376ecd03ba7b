"""Writes new addresses into a copy of a file, and nothing else."""

import re
import struct
from collections import defaultdict

from scripts.material.archive import Archive, archive_with
from scripts.material.kinds import MAX_PICTURE, kind_of
from scripts.material.pdf import corrected_pdf
from scripts.material.search import Refused, Search, Slot
from scripts.material.words import Span, text_of


def edits_of(wanted: list[tuple[Slot, str, str]]) -> list[tuple[Span, str]]:
    """From (slot, what it says, what it is to say) to what to write where.

    Several links may share one relation. When they are to part, those that change get relations of their own.
    """
    kept = {}  # for each relation the address that it keeps or gets itself: that of a link that stays, or else of the first
    for slot, old, new in sorted(wanted, key=lambda want: want[1] != want[2]):
        if slot.relation:
            kept.setdefault(slot.spans[0], slot.edits(new)[0][1])
    done, added = {}, {}
    for slot, old, new in wanted:
        for span, text in slot.edits(new) if old != new else ():
            if kept.get(span, text) != text:
                done |= dict(parted(slot, text, added))
            else:
                done[span] = text
    return list(done.items())


def parted(slot: Slot, base: str, added: dict) -> list[tuple[Span, str]]:
    """A relation of its own for one of the links that shared one."""
    path, identity, where = slot.relation
    new = added.setdefault((path, identity, base), f"{identity}x{len(added) + 1}")
    return [(where, new), (Span(path, slot.spans[0].start, slot.spans[0].start, ("copy", identity, new)), base)]


def corrected(data: bytes, edits: list[tuple[Span, str]], search: Search, depth: int = 0) -> bytes:
    """The bytes of a file with the edits made. Raises Refused when a copy cannot be made."""
    own = [edit for edit in edits if len(edit[0].path) == depth]
    deeper = defaultdict(list)
    for edit in edits:
        if len(edit[0].path) > depth:
            deeper[edit[0].path[depth]].append(edit)
    if deeper:
        archive = Archive(data, search)
        new = {n: corrected(archive.read(n, MAX_PICTURE), inner, search, depth + 1) for n, inner in deeper.items()}
        try:
            return archive_with(data, new)
        except struct.error:
            raise Refused("has a damaged directory; a corrected copy cannot be made") from None
    return corrected_pdf(data, own) if kind_of(data) == "PDF" else corrected_text(data, own)


def corrected_text(data: bytes, edits: list[tuple[Span, str]]) -> bytes:
    """Text with some stretches replaced, from the last to the first; the bytes of all others stay."""
    text, encoding = text_of(data)
    for span, new in sorted(edits, key=lambda edit: (edit[0].start, edit[0].end), reverse=True):
        if span.layers[:1] == ("copy",):
            text = with_relation(text, *span.layers[1:], new)
        else:
            text = text[: span.start] + span.written(new) + text[span.end :]
    return text.encode(encoding)


def with_relation(text: str, identity: str, new: str, target: str) -> str:
    """Relations with a copy of one of them behind it, under a new id and with another target."""
    whole = next(m for m in re.finditer(r"<(?:\w+:)?Relationship\s[^>]*?/>", text) if re.search(rf"""\sId=["']{re.escape(identity)}["']""", m[0]))
    copy = re.sub(r"""(\sId=)(["']).*?\2""", rf"\g<1>\g<2>{new}\g<2>", whole[0])
    written = Span((), 0, 0, ("xml",)).written(target).replace("\\", "\\\\")
    copy = re.sub(r"""(\sTarget=)(["']).*?\2""", rf"\g<1>\g<2>{written}\g<2>", copy)
    return text[: whole.end()] + copy + text[whole.end() :]
