"""What kinds of file there are. What a file holds decides, not its name; the name only says what may be left out."""

ARCHIVES = set("pptx potx ppsx pptm potm ppsm docx dotx docm dotm xlsx xltx xlsm odp otp odt ott ods odg imscc h5p zip epub".split())
TEXTS = set("md markdown html htm xhtml ipynb txt csv tsv json xml svg fodp fodt fods".split())
PICTURES = set("png jpg jpeg gif webp bmp tif tiff".split())
READ = ARCHIVES | TEXTS | PICTURES | {"pdf"}  # what is looked for in a folder
SKIPPED = set("mp4 m4v mov avi wmv webm mp3 wav m4a ogg ttf otf woff woff2 fntdata odttf bin emf wmf wdp class js css".split())  # in an archive
UNREAD = {
    "EncryptedPackage".encode("utf-16-le"): "is protected by a password; not read",  # inside of the container below, so looked for first
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "is in the old binary Office format; save it as .pptx, .docx or .xlsx and check that",
    b"7z\xbc\xaf": "is a 7z archive, which is not read; unpack it and check the files",
    b"Rar!": "is a RAR archive, which is not read; unpack it and check the files",
    b"\x1f\x8b": "is a gzip archive, which is not read; unpack it and check the files",
    b"{\\rt": "is a rich text file, which is not read; save it as .docx and check that",
}
MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
MAX_PART = 48 << 20  # bytes of one member with text
MAX_PICTURE = 64 << 20  # bytes of one member of another kind


def extension(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2].lower()


def limit(name: str) -> int:
    """Bytes of a member that are read at most."""
    return MAX_PART if extension(name) in TEXTS | {"rels", "vml"} else MAX_PICTURE


def kind_of(data: bytes) -> str:
    """archive, PDF, picture, text, or nothing that is read."""
    if data.startswith(b"PK"):
        return "archive"
    if b"%PDF-" in data[:1024]:
        return "PDF"
    if data.startswith(MAGIC) and b"\0" in data[:4096] or data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "picture"
    return "text" if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in data[:8192] else ""


def unread(data: bytes) -> str:
    """Why a file of a known kind is not read, or ""."""
    container = data.startswith(b"\xd0\xcf\x11\xe0")
    return next((reason for magic, reason in UNREAD.items() if data.startswith(magic) or container and len(magic) > 16 and magic in data), "")
