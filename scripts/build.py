#!/usr/bin/env python3
"""The one command of this project: builds, checks, serves, tests and publishes the site.

It prepares its own .venv with the standard library alone, prints every command that it runs, the counts and the verdict,
and ends with a non-zero status when anything is wrong. The last good site/ stays in place when a build fails.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

if sys.version_info < (3, 11):  # said before anything newer than this line is imported
    sys.exit("This needs Python 3.11.5 or newer; install one and run the command with it.")

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scripts.environment import ROOT, Trouble, browser, prepare, programs, run, say  # noqa: E402

EXAMPLES = """
examples:
  python3 scripts/build.py serve            build, check and show the site as GitHub Pages would
  python3 scripts/build.py serve --live     the author's preview: reloads when you save
  python3 scripts/build.py check            everything that must hold before publishing
  python3 scripts/build.py check --site D   check any built folder as it lies
  python3 scripts/build.py test             the tests (15 to 20 minutes); test -k links runs a part, test --slow also what takes longer
  python3 scripts/build.py publish --dry-run  what publishing would change
"""


def inside(python: Path, module: str, *arguments) -> int:
    """Run one of our modules in the private environment, on one thread: our models are so small that sharing them out costs more than it saves."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return run([python, "-m", module, *arguments], env=environment).returncode


def build(options) -> int:
    return inside(prepare("site"), "scripts.pipeline")


def serve(options) -> int:
    python = prepare("site")
    if options.live:
        watched = ["--watch", "scripts", "--watch", "overrides"]
        return inside(python, "mkdocs", "serve", "--no-strict", *watched, "--dev-addr", f"127.0.0.1:{options.port}")
    return inside(python, "scripts.pipeline") or inside(python, "scripts.serve", "--port", options.port)


def check(options) -> int:
    python = prepare("site", "check")
    external = ["--external"] if options.external else []
    against = ["--against", options.against if "://" in options.against else Path(options.against).resolve()] if options.against else []
    if options.site:
        return inside(python, "scripts.links", Path(options.site).resolve(), "--full", *external, *against)
    return inside(python, "scripts.pipeline", *against) or inside(python, "scripts.links", "site", "--full", "--record", *external)


def pack(options) -> int:
    python = prepare("site", "check", "pack")
    os.environ["CHROMIUM"] = browser()
    return inside(python, "scripts.pipeline", "--pack") or inside(python, "scripts.links", "site", "--full", "--record")


def test(options) -> int:
    python = prepare("site", "check", "material", "pack", "test")
    programs()
    os.environ["CHROMIUM"] = browser()
    return inside(python, "scripts.pipeline", "--pack") or inside(python, "pytest", *options.arguments)


def publish(options) -> int:
    python = prepare("site", "check")
    flags = ["--dry-run"] if options.dry_run else []
    return inside(python, "scripts.publish", "--remote", options.remote, "--branch", options.branch, *flags)


def bench(options) -> int:
    if options.what == "pages":  # Lighthouse comes from npm
        programs()
    return inside(prepare("site", "check", "material", "test"), f"scripts.bench_{options.what}", *options.arguments)


def material(options) -> int:
    """The deck checker, in the folder of the person who asks; with this site's register and pages unless told otherwise."""
    python, here = prepare("material"), ROOT / "site"
    known = ["--permalinks", here / "permalinks.json"] if (here / "permalinks.json").exists() else []
    known += ["--site", here] if known else []
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([python, "-m", "scripts.material", *known, *options.arguments], env=environment).returncode  # not shown: --json is for programs


def numbers(options) -> int:
    return inside(prepare("site"), "scripts.numbers")


def permalinks(options) -> int:
    return inside(prepare("site"), "scripts.registry", *["--yes"] * options.yes)


def train(options) -> int:
    """Run the trainers that are named, or all. A name that is none stops the work before anything is fetched."""
    from scripts.train.__main__ import trainers

    if unknown := [name for name in options.names if name not in trainers()]:
        raise Trouble(f"There is no trainer named {unknown[0]}. There are: {', '.join(trainers())}.")
    os.environ.update({"TRAIN_FORCE": "1"} if options.force else {})
    os.environ.update({"TRAIN_CLEAN": str(time.time())} if options.clean else {})
    return inside(prepare("train", folder=ROOT / ".venv-train"), "scripts.train", *["--seeds"] * options.seeds, *options.names)


def experiments(options) -> int:
    """Run the experiments that are named, or all. A name that is none stops the work."""
    runnable = [path.stem for path in sorted((ROOT / "scripts/experiments").glob("[a-z]*.py")) if "if __name__" in path.read_text("utf-8")]
    if unknown := [name for name in options.names if name not in runnable]:
        raise Trouble(f"There is no experiment named {unknown[0]}. There are: {', '.join(runnable)}.")
    names = options.names or runnable
    return inside(prepare("train", folder=ROOT / ".venv-train"), "scripts.experiments", *names, *(["--quick"] if options.quick else []))


def lock(options) -> int:
    """Renew the lock files from pyproject.toml. The training group carries no hashes: PyTorch has one build for each platform and index."""
    python = prepare(folder=ROOT / ".venv-lock")
    run([python, "-m", "pip", "install", "--quiet", "uv==0.13.8"])
    common = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11.5", "--no-header", "--no-annotate", "pyproject.toml"]
    for group, file in (("site", "requirements.txt"), ("check", "requirements/check.txt"), ("material", "requirements/material.txt"), ("pack", "requirements/pack.txt"), ("test", "requirements/test.txt"), ("npm", "requirements/npm.txt")):
        same = ["--constraint", "requirements.txt"] if group not in ("site", "npm") else []  # one environment holds them all
        if run([python, "-m", "uv", *common, *same, "--generate-hashes", "--group", group, "--output-file", file]).returncode:
            return 1
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="build.py", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="command")

    def verb(action, text: str, **more) -> argparse.ArgumentParser:
        added = verbs.add_parser(action.__name__, help=text, description=text, **more)
        added.set_defaults(action=action)
        return added

    serving = verb(serve, "build, check and serve the site on 127.0.0.1 with the rules of GitHub Pages")
    serving.add_argument("--port", default="8000", help="port to listen on (8000)")
    serving.add_argument("--live", action="store_true", help="the author's preview: rebuild and reload on save, without the checks")
    verb(build, "build the site into site/, with the checks that need no large tool")
    checking = verb(check, "build, then run every check, links included")
    checking.add_argument("--site", metavar="DIR", help="check this built folder as it lies, without building")
    checking.add_argument("--external", action="store_true", help="also fetch the links to other hosts")
    checking.add_argument("--against", metavar="FILE", help="also compare with a permalinks.json that was published (a file or an address)")
    verb(pack, "build with the teaching pack (slides, handout, course, quizzes, figures), then run every check")
    verb(test, "run the tests; what follows is passed on to pytest", add_help=False, prefix_chars="\0").add_argument("arguments", nargs="*")
    publishing = verb(publish, "push the checked site/ to a branch")
    publishing.add_argument("--remote", default="origin", help="git remote or address (origin)")
    publishing.add_argument("--branch", default="gh-pages", help="branch to publish to (gh-pages)")
    publishing.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    registering = verb(permalinks, "show which addresses are new, and register them for good")
    registering.add_argument("--yes", action="store_true", help="do not ask")
    verb(material, "check the links of slides, handouts and courses; material --help says more", add_help=False, prefix_chars="\0").add_argument("arguments", nargs="*")
    verb(numbers, "put the measured numbers of docs/results into the prose")
    training = verb(train, "train the models of the site and write their weights; what was trained before with the same code is not repeated")
    training.add_argument("names", nargs="*", metavar="NAME", help="names of files in scripts/train (all)")
    training.add_argument("--seeds", action="store_true", help="also train with the other seeds and in other ways, and write docs/results")
    training.add_argument("--clean", action="store_true", help="use nothing that earlier or interrupted runs have left")
    training.add_argument("--force", action="store_true", help="also replace weights by worse ones")
    trying = verb(experiments, "run experiments and write their results; an interrupted run goes on where it stopped")
    trying.add_argument("names", nargs="*", metavar="NAME", help="names of files in scripts/experiments (all)")
    trying.add_argument("--quick", action="store_true", help="a few runs with new seeds, compared with the published intervals; writes nothing")
    benching = verb(bench, "run a benchmark and print its table")
    benching.add_argument("what", choices=["demos", "links", "material", "pages", "search"])
    benching.add_argument("arguments", nargs=argparse.REMAINDER)
    verb(lock, "renew the lock files from pyproject.toml")
    return top


def main() -> int:
    options = parser().parse_args()
    try:
        return options.action(options)
    except Trouble as trouble:
        say(f"\n{trouble}")
    except OSError as fault:
        say("\nThe disk is full: free some space and run the command again." if fault.errno == 28 else f"\nThe system refused: {fault}.")
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
