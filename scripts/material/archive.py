"""Zip archives: read member by member within limits, and written anew with all untouched members copied as they lie, byte for byte."""

import io
import stat
import struct
import zipfile
import zlib

from scripts.material.kinds import MAX_PART
from scripts.material.search import MAX_MEMBERS, Refused, Search

END, CENTRAL, LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
CHUNK = 1 << 16
DEFLATED, ZIP64 = 8, 0x0001  # numbers of the format


class Archive:
    """The members of a zip archive, by their number in its directory."""

    def __init__(self, data: bytes, search: Search, place: str = ""):
        """Raises Refused when this is no zip archive that can be read."""
        self.search, self.data = search, data
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError, EOFError, UnicodeError) as fault:
            raise Refused(f"is a damaged archive ({fault}); not read") from None
        self.members = [member for member in self.zip.infolist()]
        if len(self.members) > MAX_MEMBERS:
            raise Refused(f"holds {len(self.members)} files, more than {MAX_MEMBERS}; not read")
        self.number = {member.filename: n for n, member in enumerate(self.members)}
        for member in self.members:
            if stat.S_ISLNK(member.external_attr >> 16):
                search.remark(named(place, member.filename), "is a link to another place; not followed", grave=False)
            elif ".." in member.filename.split("/") or member.filename.startswith(("/", "\\")) or ":" in member.filename[:2]:
                search.remark(named(place, member.filename), "has a name that leads out of the archive; read here, written nowhere", grave=False)

    def read(self, n: int, limit: int = MAX_PART) -> bytes:
        """One member. Raises Refused when it cannot be read or is too large; what its header says of its size is not believed."""
        member, parts, size = self.members[n], [], 0
        if member.flag_bits & 1:
            raise Refused("is protected by a password; not read")
        try:
            with self.zip.open(member) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    self.search.unpacked(len(chunk))
                    if size > limit:
                        raise Refused(f"unpacks to more than {limit >> 20} MB; not read")
                    parts.append(chunk)
        except Refused:
            raise
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError, RuntimeError, ImportError) as fault:
            raise Refused(f"is damaged ({fault}); not read") from None
        return b"".join(parts)


def named(place: str, name: str) -> str:
    """A member's name, fit to be shown on one line."""
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)
    return f"{place} › {shown}" if place else shown


def archive_with(data: bytes, new: dict[int, bytes]) -> bytes:
    """The same archive with the contents of some members replaced, named by their number.

    Everything else is the same bytes in the same order: names, times, extra fields, comments, compressed data, and what stands between the members.
    Raises Refused for archives that it cannot copy so.
    """
    end = data.rfind(END)
    _, disk, _, here, count, size, start, _ = struct.unpack("<4s4H2LH", data[end : end + 22])
    base = end - size - start  # what stands before the archive, in one that unpacks itself
    if count == 0xFFFF or start == 0xFFFFFFFF or disk or here != count or base < 0:
        raise Refused("is an archive over 4 GB or in several parts; a corrected copy cannot be made")
    records, position = [], base + start
    for n in range(count):
        name, extra, comment = struct.unpack("<3H", data[position + 28 : position + 34])
        length = 46 + name + extra + comment
        if data[position : position + 4] != CENTRAL:
            raise Refused("has a directory with gaps; a corrected copy cannot be made")
        records.append(bytearray(data[position : position + length]))
        position += length
    places = [base + struct.unpack("<L", record[42:46])[0] for record in records]
    order = sorted(range(count), key=places.__getitem__)
    done = bytearray(data[: places[order[0]] if order else base + start])
    for n, following in zip(order, [*order[1:], None]):
        after = base + start if following is None else places[following]
        struct.pack_into("<L", records[n], 42, len(done) - base)
        done += member_with(data, places[n], after, records[n], new[n]) if n in new else data[places[n] : after]
    directory = len(done) - base
    rest = b"".join(bytes(record) for record in records)
    return bytes(done) + rest + data[position:end] + struct.pack("<4s4H2LH", END, disk, 0, here, count, len(rest), directory, len(data) - end - 22) + data[end + 22 :]


def member_with(data: bytes, start: int, after: int, record: bytearray, content: bytes) -> bytes:
    """One member with new content, and what stood behind it. Changes its record in the directory."""
    name, extra = struct.unpack("<2H", data[start + 26 : start + 30])
    if data[start : start + 4] != LOCAL:
        raise Refused("has a directory that does not fit its members; a corrected copy cannot be made")
    header = bytearray(data[start : start + 30 + name])
    method, (old,) = struct.unpack("<H", record[10:12])[0], struct.unpack("<L", record[20:24])
    if method == DEFLATED:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
    elif method == 0:
        packed = content
    else:
        raise Refused(f"uses compression method {method}; a corrected copy cannot be made")
    flags = struct.unpack("<H", record[8:10])[0]
    behind = start + 30 + name + extra + old
    if flags & 8:  # the sizes stood behind the data; now they stand before it
        behind += 16 if data[behind : behind + 4] == b"PK\x07\x08" else 12
    sizes = struct.pack("<3L", zlib.crc32(content), len(packed), len(content))
    for target, at in ((header, 6), (record, 8)):
        struct.pack_into("<H", target, at, flags & ~8)
        target[at + 8 : at + 20] = sizes
    kept = without_zip64(data[start + 30 + name : start + 30 + name + extra])
    struct.pack_into("<H", header, 28, len(kept))
    return bytes(header) + kept + packed + data[min(behind, after) : after]


def without_zip64(extra: bytes) -> bytes:
    """Extra fields without the one that holds large sizes: the new sizes are small."""
    kept, position = b"", 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack("<2H", extra[position : position + 4])
        kept += b"" if kind == ZIP64 else extra[position : position + 4 + size]
        position += 4 + size
    return kept + extra[position:]
