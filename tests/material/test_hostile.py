"""Files that are broken, locked, or made to do harm: one clear line each, and everything else is still checked."""

import functools
import io
import os
import random
import struct
import time
import zipfile
import zlib

import pypdf
import pytest

from scripts.material import __main__ as program
from scripts.material import search
from scripts.material.__main__ import check
from tests.material import cases, world
from tests.material.world import NEW, OLD, zipped

ENTITIES = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def said(outcome) -> str:
    return "\n".join(f"{place} {sentence}" for place, sentence, grave in outcome.remarks if grave)


def locked(data: bytes) -> bytes:
    """An archive whose directory says that its members are encrypted."""
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


@pytest.mark.parametrize("name, data, sentence", [
    ("empty.pptx", b"", "is empty"),
    ("cut.pptx", world.plain_deck()[:5000], "is a damaged archive"),
    ("old.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is in the old binary Office format; save it as .pptx"),
    ("locked.pptx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
    ("locked.odt", cases.opendocument("text", "", extra={"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}), "is protected by a password"),
    ("locked.zip", locked(zipped({"a.md": OLD})), "a.md is protected by a password"),
    ("a.7z", b"7z\xbc\xaf\x27\x1c", "is a 7z archive"),
    ("a.rtf", b"{\\rtf1 }", "is a rich text file"),
    ("noise.pdf", b"\0\1\2\3" * 50, "is of a kind that is not read"),
    ("cut.pdf", b"%PDF-1.7\n1 0 obj", "is a damaged PDF"),
    ("a.ipynb", b'{"cells": [', "is damaged (not JSON"),
    ("deep.json", b"[" * 200_000, "is damaged (not JSON"),
    ("a.svg", b"<svg><a></svg>", "is not well-formed XML"),
    ("bomb.xml", ENTITIES.encode(), "declares entities"),
    ("outside.xml", OUTSIDE.encode(), "declares entities"),
    ("bomb.docx", zipped({"[Content_Types].xml": "<a/>", "word/document.xml": ENTITIES}), "word/document.xml declares entities"),
])  # fmt: skip
def test_one_clear_line(tmp_path, judge, name, data, sentence):
    (tmp_path / name).write_bytes(data)
    outcome = check(tmp_path / name, judge, fix=True, replace=False)
    assert sentence in said(outcome) and said(outcome).count("\n") == 0
    assert os.listdir(tmp_path) == [name]


def test_a_damaged_part_does_not_hide_the_others(ask):
    data = world.put_in(world.table_slide(OLD), "ppt/slides/slide1.xml", "</p:cSld>", "<broken>")
    outcome = ask("a.pptx", data)
    assert "ppt/slides/slide1.xml is not well-formed" in said(outcome) and [f.verdict.new for f in outcome.found] == [NEW]


def test_a_member_that_is_damaged(ask):
    data = bytearray(zipped({"a.md": OLD * 50, "b.md": OLD}))
    data[60] ^= 0xFF
    outcome = ask("a.zip", bytes(data))
    assert "a.md is damaged" in said(outcome) and len(outcome.found) == 1


def test_zip_bomb(ask):
    bomb = zipped({"a.xml": "<a>" + " " * (50 << 20) + "</a>", "b.md": OLD})
    assert len(bomb) < 100_000
    outcome = ask("a.zip", bomb)
    assert "a.xml unpacks to more than 48 MB" in said(outcome) and len(outcome.found) == 1


def test_zip_bomb_of_many(ask, monkeypatch):
    monkeypatch.setattr(program, "Search", functools.partial(search.Search, left=3 << 20))
    outcome = ask("a.zip", zipped({f"{n}.md": OLD + " " * (1 << 20) for n in range(9)}))
    assert "unpacks to more than 512 MB; the rest was not read" in said(outcome) and len(outcome.found) == 2


def test_a_size_that_lies(ask):
    """The header says ten bytes, and more come out."""
    data = zipped({"a.md": OLD * 1000})
    size = struct.pack("<L", len(OLD) * 1000)
    outcome = ask("a.zip", data.replace(size, struct.pack("<L", 10)))
    assert len(outcome.found) + said(outcome).count("damaged") >= 1


def test_archives_in_archives(ask):
    data = zipped({"a.md": OLD})
    for _ in range(9):
        data = zipped({"in.zip": data})
    assert "archives deep; not read" in said(ask("a.zip", data))


def test_names_that_lead_out_and_links(tmp_path, judge):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../evil.md", OLD)
        link = zipfile.ZipInfo("link.md")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "a.zip").write_bytes(made.getvalue())
    outcome = check(tmp_path / "a.zip", judge, fix=True, replace=False)
    assert [sentence for _, sentence, _ in outcome.remarks] == ["has a name that leads out of the archive; read here, written nowhere", "is a link to another place; not followed"]
    assert sorted(os.listdir(tmp_path)) == ["a.fixed.zip", "a.zip"] and not (tmp_path.parent.parent / "evil.md").exists()


def test_macros_are_said_and_left(ask):
    outcome = ask("a.pptm", next(case for case in cases.CASES if case.name == "macros.pptm").make(OLD))
    assert ("", "holds macros; they are neither run nor read", False) in outcome.remarks and not outcome.unread


def test_wrong_extension(ask):
    outcome = ask("a.pdf", world.table_slide(OLD))
    assert outcome.remarks == [("", "is an archive in spite of its name; read as such", False)] and len(outcome.found) == 1
    assert len(ask("a.docx", f"See {OLD}".encode()).found) == 1


@pytest.mark.parametrize("data", [
    b"<a " * 60_000, b'<a "' * 60_000 + b">", b"<!--" * 60_000, b"<script>" * 30_000, b"<" * 200_000, b"<a b='" * 60_000, b"example.org/" * 40_000, b"https://" * 60_000,
    b"example.org/course/(" * 8_000, (OLD[:-3].encode() + b"-\n") * 3_000, b"https%3A%2F%2Fexample.org%2Fcourse" * 3_000, b"&" * 200_000, b"(" * 100_000 + OLD.encode() + b")" * 100_000,
], ids=range(13))  # fmt: skip
def test_nothing_takes_for_ever(ask, data):
    """Each of these would take hours if the work grew with the square of the length."""
    before = time.process_time()
    for name in ("a.html", "a.md"):
        ask(name, data)
    assert time.process_time() - before < 40


def test_too_slow_is_said(ask, monkeypatch):
    monkeypatch.setattr(search.Search, "still", lambda self: (_ for _ in ()).throw(search.Refused("takes longer than 120 seconds; the rest was not read")))
    assert "takes longer" in said(ask("a.html", b"<a>" * 6_000))


def test_xml_that_is_deep(ask):
    assert said(ask("a.xml", b"<?xml version='1.0'?>" + b"<a>" * 100_000 + b"</a>" * 100_000)) == ""


def test_a_picture_bomb(ask):
    def chunk(kind, body):
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    header = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">LLBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    outcome = ask("a.png", header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))
    assert "million pixels" in outcome.remarks[0][1] or "damaged picture" in outcome.remarks[0][1]


def pdf(change) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(300, 300)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pdf_with_a_password(ask):
    assert "is protected by a password" in said(ask("a.pdf", pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128"))))


def test_pdf_that_bites_its_tail(ask):
    def circle(writer):
        writer._root_object[pypdf.generic.NameObject("/Outlines")] = outlines = writer._add_object(pypdf.generic.DictionaryObject())
        outlines.get_object()[pypdf.generic.NameObject("/First")] = outlines
        writer.pages[0][pypdf.generic.NameObject("/Parent")].get_object()["/Kids"].append(writer._root_object["/Pages"].indirect_reference)

    before = time.process_time()
    outcome = ask("a.pdf", pdf(circle))
    assert outcome.found == [] and time.process_time() - before < 20


@pytest.mark.slow
def test_random_damage(ask, judge):
    """Some bytes of every kind of file are changed: there may be less to find, but each file ends with findings or a sentence, never with a fault of ours."""
    chance = random.Random(3)
    for case in cases.CASES:
        for _ in range(4):
            data = bytearray(case.make(OLD))
            for _ in range(chance.choice([1, 5, 40])):
                data[chance.randrange(len(data))] = chance.randrange(256)
            found = program.search_in(case.name, bytes(data), judge)
            outcome, wanted = program.outcome_of(case.name, found, judge)
            assert "this program cannot read" not in said(outcome), (str(case), said(outcome))
            try:
                program.corrected(bytes(data), program.edits_of(wanted), found)
            except search.Refused:
                pass


def test_no_such_file_and_others(tmp_path, judge):
    os.mkfifo(tmp_path / "pipe.md")
    assert "there is no such file" in said(check(tmp_path / "none.pptx", judge, False, False))
    assert "not an ordinary file" in said(check(tmp_path / "pipe.md", judge, False, False))


def test_a_fault_of_ours_stops_one_file_only(ask, monkeypatch):
    monkeypatch.setattr(program, "read_file", lambda *_: 1 / 0)
    assert "cannot read (ZeroDivisionError" in said(ask("a.md", b""))


def test_a_copy_is_never_written_over_a_file(tmp_path, judge):
    (tmp_path / "a.md").write_text(OLD)
    (tmp_path / "a.fixed.md").write_text("mine")
    assert "a.fixed.md is there already" in said(check(tmp_path / "a.md", judge, True, False)) and (tmp_path / "a.fixed.md").read_text() == "mine"
    assert not check(tmp_path / "a.md", judge, True, True).unread and (tmp_path / "a.fixed.md").read_text() == NEW
    assert (tmp_path / "a.md").read_text() == OLD and sorted(os.listdir(tmp_path)) == ["a.fixed.md", "a.md"]


def test_the_others_are_still_checked(tmp_path, pages, capsys):
    (tmp_path / "a.pptx").write_bytes(b"PK\x03\x04")
    (tmp_path / "b.md").write_text(OLD)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert program.main(["--permalinks", str(pages / "permalinks.json"), str(tmp_path)]) == 2
    shown = capsys.readouterr().out
    assert "1 moved" in shown and "2 files, 1 link to the site: 1 to look at; 1 not read, or not to the end." in shown
