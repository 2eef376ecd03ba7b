"""Stage: mend small faults of the theme in the built pages, without copying its templates.

Each repair names a tag, what changes in it and why. A tag that is required must be found just once on every page: when the theme changes, the build says so.
"""

import re
from pathlib import Path

REPAIRS = (
    # (a sign that only this tag bears, what stands in it, what we put there, required on every page, why)
    ('data-md-component="search"', 'role="dialog"', 'role="dialog" aria-label="Search"', True, "a dialog needs a name"),
    ('data-md-component="search-share"', 'href="javascript:void(0)"', 'href="?q="', True, "an address, which the theme's script completes"),
    ('class="md-search-result__meta"', "class=", 'role="status" class=', True, "how many were found is said to those who cannot see it"),
    ('class="md-path"', 'aria-label="Navigation"', 'aria-label="You are here"', False, "two landmarks of one name cannot be told apart"),
)


def mend(text: str, where: str) -> str:
    """One page's text with all repairs made. Raises SystemExit with a sentence when a required tag is not there just once."""
    for sign, old, new, required, why in REPAIRS:
        tags = [tag for tag in re.findall(rf"<[^<>]*{re.escape(sign)}[^<>]*>", text) if old in tag]
        if len(tags) > 1 or (required and not tags):
            raise SystemExit(f"repair: {where} has {len(tags)} tags with {sign} and {old}, not one ({why}). Has the theme changed?")
        for tag in tags:
            text = text.replace(tag, tag.replace(old, new))
    return text


def run(site: Path) -> str:
    """In: the built site. Out: the same with the repairs made on every page that wears the theme."""
    pages = [page for page in site.rglob("*.html") if "__config" in page.read_text("utf-8")]
    for page in pages:
        page.write_text(mend(page.read_text("utf-8"), str(page.relative_to(site))), "utf-8")
    return f"{len(REPAIRS)} faults of the theme mended on {len(pages)} pages"
