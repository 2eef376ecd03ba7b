"""Stage: take out what no reader needs: source maps, word lists of other languages, the theme's colours and rules that the site does not use."""

import re
import shutil
from pathlib import Path

UNUSED = ("assets/javascripts/lunr", "assets/images/favicon.png")

NAMED_COLOUR = re.compile(r"\[data-md-color-(?:primary|accent)=(?!custom)[\w-]+\][^{},]*\{[^{}]*\}")  # the site has colours of its own

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
UNUSED_PARTS = re.compile(r"tabbed|\[dir=rtl\]|\.md-(?:banner|consent|feedback|version|post|profile|pagination|annotation|author)\b")  # tabs, blogs and scripts from right to left
UNUSED_ICON = re.compile(r"--md-admonition-icon--[\w-]+:url\([^)]*\);?")  # boxes of this site have words, no icons


def without_unused(css: str) -> str:
    """A style sheet of the theme without the rules all of whose selectors name parts that no page of this site has."""
    css = RULE.sub(lambda rule: "" if all(UNUSED_PARTS.search(one) for one in rule[1].split(",")) else rule[0], css)
    return UNUSED_ICON.sub("", css)


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
    for path in site.glob("assets/stylesheets/palette.*.css"):
        path.write_text(NAMED_COLOUR.sub("", path.read_text("utf-8")), "utf-8")
    for path in site.glob("assets/stylesheets/main.*.css"):
        path.write_text(without_unused(path.read_text("utf-8")), "utf-8")
    return f"{gone} files taken out"
