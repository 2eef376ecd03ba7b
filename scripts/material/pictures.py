"""QR codes in pictures. Needs two packages that not everybody has; without them the pictures are counted, and the report says so."""

import io
import warnings

from scripts.material.search import MAX_PIXELS, Link, Reading, Search

try:
    import zxingcpp
    from PIL import Image
except ImportError:
    zxingcpp = Image = None


def read_picture(data: bytes, search: Search, place: str) -> None:
    """Search a picture for codes that lead to the site."""
    if zxingcpp is None:
        search.pictures += 1
        return
    search.still()
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                search.remark(place, f"is a picture of more than {MAX_PIXELS // 1_000_000} million pixels; not looked at for QR codes", grave=False)
                return
            decode(picture, search, place)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        search.remark(place, "is a damaged picture; not looked at for QR codes", grave=False)


def decode(picture, search: Search, place: str) -> None:
    """Adds a link for each code in an open picture."""
    flat = Image.new("RGB", picture.size, "white")  # a code may lie on a transparent ground
    flat.paste(picture.convert("RGB"), mask=picture.convert("RGBA").getchannel("A"))
    for code in zxingcpp.read_barcodes(flat):
        found = search.finder.whole(code.text) or next((ways[0] for ways in search.finder.within(code.text)), None)
        if found:
            search.links.append(Link(f"{place}, QR code" if place else "QR code", [Reading(found.address, None)], "a picture: make a new code"))
