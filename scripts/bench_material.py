"""What does the deck checker find and correct? One row for each kind of file and place; then how long large files take.

Beside it stand what two libraries find through their ordinary interfaces: python-pptx (slide.shapes, runs and clicks) and python-docx (hyperlinks of the paragraphs).
"""

import argparse
import io
import json
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import docx
import pptx
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape

from scripts.material.__main__ import check
from scripts.material.judge import FINE, MOVED, Judge
from scripts.material.register import Register
from tests.material import cases, world


def row(case: cases.Case, judge: Judge, folder: Path) -> tuple[bool, bool | None, bool | None]:
    """Whether the address is found at its place with the right verdict; whether the copy is right (None: it cannot be corrected); whether a library finds it."""
    path = folder / case.name
    data = case.make(world.OLD)
    path.write_bytes(data)
    outcome = check(path, judge, fix=True, replace=True)
    found = [(f.place, f.verdict.kind, f.verdict.new) for f in outcome.found if f.place != "document, Base"] == [(case.place, MOVED, world.NEW)]
    if not case.fixed:
        return found, None, by_library(case.name, data)
    again = check(Path(outcome.copy), judge, False, False).found if outcome.copy else []
    return found, bool(again) and all(f.verdict.kind == FINE for f in again), by_library(case.name, data)


def by_library(name: str, data: bytes) -> bool | None:
    """Whether the whole address comes out of the ordinary interface of python-pptx or python-docx. None: there is no such library here."""
    with warnings.catch_warnings(action="ignore"):
        if name.endswith(("pptx", "pptm")):
            seen = [address for slide in pptx.Presentation(io.BytesIO(data)).slides for shape in slide.shapes for address in addresses(shape)]
        elif name.endswith(("docx", "docm")):
            seen = [link.url for paragraph in docx.Document(io.BytesIO(data)).paragraphs for link in paragraph.hyperlinks]
        else:
            return None
    return world.OLD in seen


def addresses(shape) -> list[str]:
    """What a shape and its runs link to."""
    runs = [run.hyperlink.address for paragraph in shape.text_frame.paragraphs for run in paragraph.runs] if shape.has_text_frame else []
    return runs if isinstance(shape, GroupShape | GraphicFrame) else [*runs, shape.click_action.hyperlink.address]  # those two have no click


def speed(judge: Judge, folder: Path) -> list[tuple[str, float, int]]:
    """Large files: name, seconds of the processor, links found."""
    deck = world.put_in(world.plain_deck(), "ppt/slides/slide2.xml", "</p:spTree>", world.shape("".join(world.run(f"word {n} {world.OLD if n % 100 == 0 else ''} ") for n in range(20_000))))
    document = world.in_document(world.paragraph("".join(world.words(f"word {n} {world.OLD if n % 100 == 0 else ''} ") for n in range(20_000))))
    text = "".join(f"line {n} {world.OLD if n % 100 == 0 else ''}\n" for n in range(200_000)).encode()
    rows = []
    for name, data in (("slide of 20,000 runs.pptx", deck), ("document of 20,000 runs.docx", document), ("200,000 lines.md", text)):
        (folder / name).write_bytes(data)
        started = time.process_time()
        outcome = check(folder / name, judge, False, False)
        rows.append((name, time.process_time() - started, len(outcome.found)))
    return rows


def main() -> int:
    argparse.ArgumentParser(prog="build.py bench material", description=__doc__).parse_args()
    judge, totals = Judge(Register(json.dumps(world.register()), "register")), Counter()
    say = {True: "yes", False: "NO", None: "–"}
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'kind':6} {'place':56} {'found':6} {'fixed':6} library")
        for case in cases.CASES:
            kind, (found, fixed, library) = case.name.rpartition(".")[2], row(case, judge, Path(folder))
            print(f"{kind:6} {case.what:56} {say[found]:6} {say[fixed]:6} {say[library].lower()}", flush=True)
            totals.update(places=1, found=found, fixable=fixed is not None, fixed=bool(fixed), asked=library is not None, library=bool(library))
        print("\n{places} places: {found} found and named; {fixed} of {fixable} corrected; the libraries find {library} of the {asked} that are theirs.".format(**totals))
        for name, seconds, links in speed(judge, Path(folder)):
            print(f"{name}: {seconds:.1f} s of the processor, {links} links")
    return 0 if totals["found"] == totals["places"] and totals["fixed"] == totals["fixable"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
