"""What a person calls the places in an office document: slide 7, table, row 2, cell 3. By the names of elements, which the formats share in part."""

COUNTED = {  # element: what it is called; the first of some kinds needs no number
    "tbl": "table", "table": "table", "tr": "row", "table-row": "row", "table-header-row": "row", "tc": "cell", "table-cell": "cell",
    "note": "note", "footnote": "footnote", "endnote": "endnote", "cm": "comment", "comment": "comment", "annotation": "comment",
    "txbxContent": "text box", "sldId": "slide", "page": "slide", "p": "paragraph", "h": "paragraph",
}  # fmt: skip
UNNUMBERED_FIRST = {"table", "text box"}
FIXED = {"header": "header", "footer": "footer", "headerReference": "header", "footerReference": "footer", "notes": "notes", "Fallback": "fallback copy", "del": "deleted text"}
NAMED = {"table": "table", "g": "group", "frame": "shape", "custom-shape": "shape", "master-page": "master page", "sheet": "sheet"}
SHAPES = {"sp": "shape", "pic": "picture", "grpSp": "group", "cxnSp": "line", "inline": "object", "anchor": "object", "wsp": "shape"}
ROLES = {"ftr": "footer", "hdr": "header", "title": "title", "ctrTitle": "title", "subTitle": "subtitle", "dt": "date", "sldNum": "slide number"}
ATTRIBUTES = {"descr": "alt text", "title": "title", "href": "link", "invalidUrl": "link", "Target": "link", "src": "source", "tooltip": "tooltip"}
PARTS = {  # what is said of a part by the type of the relation that leads to it; {} is the place of the document that has the relation
    "notesSlide": "notes of {}", "chart": "{}, chart", "chartEx": "{}, chart", "diagramData": "{}, SmartArt", "diagramDrawing": "{}, SmartArt (drawing)",
    "image": "{}", "comments": "{}", "commentsExtended": "{}", "footnotes": "{}", "endnotes": "{}", "slide": "{}", "header": "{}", "footer": "{}", "worksheet": "{}",
    "drawing": "{}", "vmlDrawing": "{}, drawing", "package": "{}, embedded file", "oleObject": "{}, embedded object", "officeDocument": "",
    "threadedComment": "{}", "subDocument": "{}, part document", "aFChunk": "{}, inserted file", "glossaryDocument": "building blocks",
    "slideMaster": "slide master", "notesMaster": "notes master", "handoutMaster": "handout master", "sharedStrings": "",
    "core-properties": "properties", "extended-properties": "properties", "custom-properties": "properties", "customXml": "custom XML",
}  # fmt: skip


def label(name: str, values: dict[str, str], number, alone: bool) -> str:
    """The label of an element, or "". `number(word)` counts; `alone`: nothing with a label stands around it."""
    if name in NAMED and values.get("name"):
        return f"{NAMED[name]} ‘{values['name']}’"
    if word := COUNTED.get(name):
        if word == "paragraph":
            return f"paragraph {number(word)}" if alone else ""
        if word in ("footnote", "endnote") and values.get("type"):
            return ""  # the line above footnotes, not a footnote
        if word == "comment" and "ref" in values:
            return f"comment on {values['ref']}"
        word = values.get("note-class", word)
        n = number(word, int(values.get("number-rows-repeated") or values.get("number-columns-repeated") or 1))
        by = f" by {values['author']}" if word == "comment" and values.get("author") else ""
        return word if word in UNNUMBERED_FIRST and n == 1 else f"{word} {n}{by}"
    if name in ("c", "hyperlink") and (cell := values.get("r") or values.get("ref")):
        return f"cell {cell}"
    return FIXED.get(name, SHAPES.get(name, ""))
