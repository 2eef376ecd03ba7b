"""Checks the links in slides, handouts and courses against the permanent addresses of a site.

Finds every link to the site in .pptx, .docx, .xlsx, .odp, .odt, .ods, .pdf, .md, .html, .ipynb, .txt, .csv, .imscc, .h5p, pictures of QR codes,
and in zip archives and folders of these; says for each where it stands and whether it still leads where it did.
Nothing in a file is run, nothing is fetched, and no file that you name is changed.
"""

import argparse
import os
import sys
from pathlib import Path

from scripts.material.fix import corrected, edits_of
from scripts.material.judge import Judge
from scripts.material.kinds import READ, extension
from scripts.material.readers import read_file
from scripts.material.register import Unusable, register_from
from scripts.material.report import Found, Outcome, as_json, closing, lines, status
from scripts.material.search import MAX_FILE, Refused, Search

REGISTERS = ("permalinks.json", "site/permalinks.json")  # where the register is looked for
PUBLISHED = ""  # its address, in the copy of this program that the site publishes
STATUS = """exit status: 0 all links are fine; 1 there is something to do; 2 something could not be read.
A corrected copy of deck.pptx is deck.fixed.pptx beside it. Dead links are never guessed: choose one of the candidates yourself."""


def search_in(name: str, data: bytes, judge: Judge) -> Search:
    """Everything that is found in one file, and what could not be read of it."""
    search = Search(judge.finder, read_file)
    try:
        read_file(name, data, search, (), "")
    except Refused as refusal:
        search.remark("", str(refusal))
    except Exception as fault:  # whatever a hostile file does to this program, the other files are still checked
        search.remark("", f"is built in a way that this program cannot read ({type(fault).__name__}: {' '.join(str(fault).split())[:80]})")
    return search


def outcome_of(name: str, search: Search, judge: Judge) -> tuple[Outcome, list]:
    """The verdicts on what was found; and (slot, what it says, what it is to say) for all places that can be written."""
    outcome, wanted = Outcome(name, remarks=search.remarks, pictures=search.pictures), []
    for link in search.links:
        reading, verdict = judge.best(link)
        outcome.found.append(Found(link.place, reading.address, verdict, link.stuck or ("" if reading.slot else "it cannot be written there")))
        if reading.slot and not link.stuck:
            wanted.append((reading.slot, reading.address, verdict.new or reading.address))
    return outcome, wanted


def check(path: Path, judge: Judge, fix: bool, replace: bool) -> Outcome:
    """One file: search it, judge what was found, and if asked write a corrected copy that is searched again."""
    name = str(path)
    try:
        if not path.is_file():
            raise OSError(0, "there is no such file" if not path.exists() else "it is not an ordinary file")
        if path.stat().st_size > MAX_FILE:
            raise OSError(0, f"it has more than {MAX_FILE >> 30} GB")
        data = path.read_bytes()
    except OSError as fault:
        return Outcome(name, remarks=[("", f"could not be read: {fault.strerror}", True)])
    search = search_in(name, data, judge)
    outcome, wanted = outcome_of(name, search, judge)
    if fix and any(old != new for _, old, new in wanted):
        try:
            copy = corrected(data, edits_of(wanted), Search(judge.finder, read_file))
            proof, _ = outcome_of(name, search_in(name, copy, judge), judge)
            left = [found for found in proof.found if found.fixable]
            if left or len(proof.found) != len(outcome.found):
                raise Refused("was not corrected: the copy did not turn out as it should")
            outcome.copy = str(written(copy, path.with_name(f"{path.stem}.fixed{path.suffix}"), replace))
            outcome.corrected = sum(found.fixable for found in outcome.found)
        except Refused as refusal:
            outcome.remarks.append(("", str(refusal), True))
        except OSError as fault:
            outcome.remarks.append(("", f"was not corrected: {fault.filename or ''} {fault.strerror}", True))
    return outcome


def written(data: bytes, target: Path, replace: bool) -> Path:
    """Write a file that is not there yet, or, when told to, in the place of one."""
    if target.exists() and not replace:
        raise Refused(f"was not corrected: {target.name} is there already (--replace writes it again)")
    part = target.with_name(target.name + ".part")
    try:
        with open(part, "xb") as file:
            file.write(data)
        os.replace(part, target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return target


def files_in(paths: list[str]) -> list[Path]:
    """The files that are named, and all of known kinds in the folders that are. Links to other folders are not followed."""
    found = []
    for path in map(Path, paths):
        if not path.is_dir():
            found.append(path)
        for folder, inner, names in os.walk(path) if path.is_dir() else ():
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            found += [Path(folder, name) for name in sorted(names) if extension(name) in READ and not name.startswith((".", "~$"))]
    return found


def found_register() -> str:
    """The register that lies here. Raises Unusable."""
    if here := next((name for name in REGISTERS if Path(name).is_file()), None):
        return here
    raise Unusable(f"There is no {' or '.join(REGISTERS)} here. Name the register with --permalinks: a file, or its address{f' {PUBLISHED}' * bool(PUBLISHED)}, which is then fetched.")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="material", description=__doc__, epilog=STATUS, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("files", nargs="+", metavar="FILE", help="a file, an archive or a folder")
    top.add_argument("--permalinks", metavar="FILE", help=f"the register of the site: a file, or its https address, which is then fetched ({' or '.join(REGISTERS)})")
    top.add_argument("--site", metavar="FOLDER", help="the built site, to compare the words of text fragments with its pages")
    top.add_argument("--also", metavar="ADDRESS", action="append", default=[], help="a former address of the site; may be given more than once")
    top.add_argument("--fix", action="store_true", help="write a corrected copy beside each file that needs one")
    top.add_argument("--replace", action="store_true", help="with --fix: write anew the copies of an earlier run")
    top.add_argument("--all", action="store_true", help="show the links that are fine, too")
    top.add_argument("--json", action="store_true", help="say everything as JSON")
    return top


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        register = register_from(options.permalinks or found_register())
        if options.site and not (Path(options.site) / "index.html").is_file():
            raise Unusable(f"{options.site} is not the folder of a built site: it has no index.html.")
        judge = Judge(register, options.also, Path(options.site) if options.site else None)
    except Unusable as fault:
        print(fault, file=sys.stderr)
        return 2
    paths, outcomes = files_in(options.files), []
    for number, path in enumerate(paths, 1):
        if len(paths) > 1 and sys.stderr.isatty():
            print(f"\r\033[K[{number}/{len(paths)}] {path.name[:60]}", end="", file=sys.stderr, flush=True)
        outcomes.append(check(path, judge, options.fix, options.replace))
        if not options.json:
            clear = "\r\033[K" if len(paths) > 1 and sys.stderr.isatty() else ""
            print(clear, end="", file=sys.stderr, flush=True)
            print("\n".join(lines(outcomes[-1], options.all)), flush=True)
    print(as_json(outcomes, register.site) if options.json else closing(outcomes) if outcomes else "There is no file to check.")
    return status(outcomes)


if __name__ == "__main__":
    sys.exit(main())
