"""Stage: take out what no reader needs. Source maps, and the word lists of languages that the site is not written in."""

import re
import shutil
from pathlib import Path

UNUSED = ("assets/javascripts/lunr", "assets/images/favicon.png")


def run(site: Path) -> str:
    """In: the built site. Out: the same without source maps, their mentions, and unused language packs."""
    gone = 0
    for path in [*site.rglob("*.map"), *(site / name for name in UNUSED)]:
        if path.is_dir():
            gone += sum(1 for file in path.rglob("*") if file.is_file())
            shutil.rmtree(path)
        elif path.exists():
            gone += 1
            path.unlink()
    for path in [*site.rglob("*.js"), *site.rglob("*.css")]:
        text = path.read_text("utf-8")
        bare = re.sub(r"\n?(//|/\*)# sourceMappingURL=\S+?\.map(\s*\*/)?\s*$", "\n", text)
        if bare != text:
            path.write_text(bare, "utf-8")
    return f"{gone} files taken out"
