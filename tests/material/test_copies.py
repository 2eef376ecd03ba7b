"""Corrected archives: other members are the same raw bytes in the same order, however the archive was written."""

import io
import random
import shutil
import subprocess
import warnings
import zipfile

import pytest

from scripts.material.archive import archive_with
from scripts.material.search import Refused
from tests.material.world import zipped

NAMES = ["first.xml", "Ünïcode/näme.txt", "empty.txt", "last.bin"]
NEW = {"first.xml": b"<a>much longer than it was before, and so everything moves</a>" * 9, "Ünïcode/näme.txt": b"", "empty.txt": b"no more", "last.bin": b"x"}


class Stream(io.RawIOBase):
    """A file that cannot go back: zip writes sizes behind the data."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, more):
        self.data += more
        return len(more)


def made(stream: bool = False, method: int = zipfile.ZIP_DEFLATED, large: bool = False, comment: bytes = b"", before: bytes = b"", twice: bool = False) -> bytes:
    target = Stream() if stream else io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(target, "w", method) as archive:  # one name may stand twice
        for n, name in enumerate(NAMES + ["first.xml"] * twice):
            entry = zipfile.ZipInfo(name, (1999, 12, 31, 23, 59, 58))
            entry.compress_type, entry.comment, entry.external_attr = method, f"member {n}".encode(), 0o100640 << 16
            if n == 1:
                entry.extra = b"\x55\x54\x05\x00\x01\x00\x00\x00\x00"
            with archive.open(entry, "w", force_zip64=large) as out:
                out.write(b"" if name == "empty.txt" else (name * 40).encode() + bytes([n]))
        archive.comment = comment
    return before + bytes(target.data if stream else target.getvalue())


WAYS = {
    "ordinary": {}, "stored": {"method": zipfile.ZIP_STORED}, "sizes behind the data": {"stream": True}, "room for large sizes": {"large": True},
    "both": {"stream": True, "large": True}, "with a comment": {"comment": b"PK\x05 not the end"}, "one name twice": {"twice": True},
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("changed", NAMES)
def test_other_members_are_untouched(tmp_path, way, changed):
    data = made(**WAYS[way])
    number = NAMES.index(changed)
    copy = archive_with(data, {number: NEW[changed]})
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(copy)) as new:
        assert new.testzip() is None and old.comment == new.comment
        before, after = old.infolist(), new.infolist()
        for n, (one, other) in enumerate(zip(before, after, strict=True)):
            same = ("filename", "date_time", "comment", "external_attr", "create_system", "compress_type")
            assert all(getattr(one, name) == getattr(other, name) for name in same)
            assert new.read(other) == (NEW[changed] if n == number else old.read(one))
            if n != number:
                assert raw(data, old, n) == raw(copy, new, n) and one.extra == other.extra
    if shutil.which("unzip"):
        (tmp_path / "a.zip").write_bytes(copy)
        assert subprocess.run(["unzip", "-tq", tmp_path / "a.zip"], capture_output=True).returncode == 0


def raw(data: bytes, archive: zipfile.ZipFile, number: int) -> bytes:
    """A member as it lies, with its header and all behind it."""
    starts = sorted([member.header_offset for member in archive.infolist()] + [archive.start_dir])
    start = archive.infolist()[number].header_offset
    return data[start : starts[starts.index(start) + 1]]


def test_what_stands_before_the_archive_stays():
    data = made(before=b"#!/bin/sh\nexit\n")
    copy = archive_with(data, {0: b"x"})
    assert copy.startswith(b"#!/bin/sh\nexit\n") and zipfile.ZipFile(io.BytesIO(copy)).read("first.xml") == b"x"


def test_nothing_changed_is_the_same_file():
    for way in WAYS.values():
        assert archive_with(made(**way), {}) == made(**way)


def test_methods_that_cannot_be_written_are_refused():
    data = made(method=zipfile.ZIP_BZIP2)
    with pytest.raises(Refused, match="compression method 12"):
        archive_with(data, {0: b"x"})


def test_many_random_archives():
    chance = random.Random(5)
    for _ in range(30):
        members = {f"{n}.xml": chance.randbytes(chance.randrange(300)) for n in range(chance.randrange(1, 8))}
        new = {n: chance.randbytes(chance.randrange(300)) for n in range(len(members)) if chance.random() < 0.5}
        with zipfile.ZipFile(io.BytesIO(archive_with(zipped(members), new))) as archive:
            assert [archive.read(member) for member in archive.infolist()] == [new.get(n, old) for n, old in enumerate(members.values())]
