"""Faults to prove the checks with: each breaks one place of a copy of the real site, or of its sources, and knows what a finding must say.

Places are chosen by rule ("the second page's third link"), so that the list goes on working when pages change.
tests/test_faults.py asks our checks for each of them; scripts/bench_links.py asks other tools too.
"""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scripts import links

START = links.site_address(Path(__file__).resolve().parent.parent / "mkdocs.yml")  # where the site that is broken here believes to be
HOST, BASE = urlsplit(START).netloc, urlsplit(START).path
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
MARK = "../assets/mark.svg"
GONE = "no-such"  # stands in every dead address
CSS, INDEX, META = "assets/site.css", "search/full_index.json", "import.meta.url"


def copy(source: Path, target: Path) -> Path:
    """A copy that costs next to nothing: hard links. World replaces files and never writes into them."""
    return Path(shutil.copytree(source, target, copy_function=os.link, ignore=shutil.ignore_patterns("__pycache__")))


class World:
    """A copied site or project, and the ways to break one place of it. Each returns the place: (file, line); line 0 is the whole file."""

    def __init__(self, root: Path):
        self.root = root
        files = [path.relative_to(root).as_posix() for pattern in ("*/index.html", "docs/*.md") for path in sorted(root.glob(pattern))]
        self.pages = [name for name in files if re.search(r"<article.*<h2 id=|^minutes:", self.text(name), re.M | re.S)]  # those with sections

    def text(self, name: str) -> str:
        return (self.root / name).read_text("utf-8")

    def add(self, name: str, content: str | bytes) -> tuple[str, int]:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # a hard link: writing into it would change the original
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name, 0

    def edit(self, name: str | int, pattern: str, by: str, nth: int = 1, after: str = "") -> tuple[str, int]:
        """Replace the nth match after some text, in a file or in the nth page."""
        name = self.pages[name - 1] if isinstance(name, int) else name
        text = self.text(name)
        found = list(re.compile(pattern, re.M).finditer(text, text.index(after)))[nth - 1]
        self.add(name, text[: found.start()] + found.expand(by) + text[found.end():])
        return name, text.count("\n", 0, found.start()) + 1

    def link(self, page: int, by: str) -> tuple[str, int]:
        r"""Change the page's third link to a section of another page; \1 is its path, \2 its anchor."""
        return self.edit(page, r'(?<=<a href=")(\.\./[\w-]+/)(#[\w-]+)(?=")', by, 3, after="<article")

    def insert(self, page: int | str, content: str) -> tuple[str, int]:
        """Add something after the heading of a page."""
        name, line = self.edit(page, r"(<h1 id=.*|^# .*)\n", r"\1\n\n" + content.replace("\\", r"\\") + "\n")
        return name, line + 2

    def append(self, name: str, content: str) -> tuple[str, int]:
        text = self.text(name).rstrip("\n") + "\n\n"
        return self.add(name, text + content + "\n")[0], text.count("\n") + 1

    def first(self, pattern: str, files: str = "") -> str:
        """The first page, or the first of these files, that holds such a text."""
        names = sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(files)) if files else self.pages
        return next(name for name in names if re.search(pattern, self.text(name), re.M))

    def anchor(self, page: int, level: int = 2) -> str:
        """The id of a page's first heading of a level."""
        return re.search(rf'<h{level} id="([\w-]+)"|^{"#" * level} .*\{{ #([\w-]+)', self.text(self.pages[page - 1]), re.M).expand(r"\1\2")

    def without(self, name: str, user: str, pattern: str) -> tuple[str, int]:
        """Take a file away. The place is where another one uses it."""
        (self.root / name).unlink()
        text = self.text(user)
        return user, text.count("\n", 0, re.search(pattern, text).start()) + 1

    def renamed(self, old: str, new: str, user: str) -> tuple[str, int]:
        content = (self.root / old).read_bytes()
        place = self.without(old, user, re.escape(old))  # first, for disks on which both names are one
        return self.add(new, content) and place

    def page(self, address: str, body: str) -> tuple[str, int]:
        """A new page in the sitemap, to which nothing links."""
        self.edit("sitemap.xml", "</urlset>", f"<url><loc>{START}{address}</loc></url></urlset>")
        return self.add(f"{address}index.html", f'<!doctype html><link rel="canonical" href="{START}{address}">{body}')

    def stub(self, address: str, to: str) -> tuple[str, int]:
        """A page that forwards."""
        return self.add(f"{address}index.html", f'<!doctype html><meta http-equiv="refresh" content="0; url={to}">')[0], 1


@dataclass(frozen=True)
class Fault:
    """`says` must stand in every finding; `change` returns the place that one of them must name."""

    name: str
    kind: str
    says: str
    change: Callable[[World], tuple[str, int]]


def faults(**rows) -> list[Fault]:
    return [Fault(name, *row) for name, row in rows.items()]


def put(page: int | str, content: str):
    return lambda world: world.insert(page, content)


def to(page: int | str, address: str):
    return put(page, f'<a href="{address}">x</a>')


def edit(where, pattern: str, by: str, nth: int = 1):
    """`where` is a file, the number of a page, or (text,) for the first page that holds it, or (text, files) for the first of these."""
    return lambda world: world.edit(world.first(*where) if isinstance(where, tuple) else where, pattern, by, nth)


def append(name: str, content: str):
    return lambda world: world.append(name, content)


def at(line: int, *changes, file: str = ""):
    """Some changes, after which a finding names this line; of the file changed last, or of another."""

    def change(world):
        changed = [each(world)[0] for each in changes]
        return file or changed[-1], line

    return change


IN_PAGES = faults(
    page_mistyped=("dead page", GONE, lambda w: w.link(2, r"../no-such/\2")),
    page_left_as_markdown=("dead page", "../supervised.md", to(3, "../supervised.md")),
    next_link=("dead navigation", GONE, edit(4, r'(<link rel="next" href=")[^"]+', r"\1../no-such/")),
    navigation=("dead navigation", GONE, edit(4, r'(<a href=")[^"]+(" class="md-nav__link)', r"\1../no-such/\2", 4)),
    folder_without_index=("folder without index", "has no index.html", to(5, "../assets/")),
    anchor_mistyped=("dead anchor", "#no-such", lambda w: w.link(6, r"\1#no-such")),
    anchor_of_old_style=("dead anchor", "#no-such", put(6, '<a href="#no-such">x</a><a name="such"></a>')),
    anchor_before_text_fragment=("dead anchor", "#no-such", lambda w: w.link(7, r"\1#no-such:~:text=x")),
    heading_without_its_id=("dead anchor", "there is no #", lambda w: w.edit(3, f' id="{w.anchor(3)}"', "")),
    anchor_percent_encoded=("percent-encoded anchor", "#gr%C3%B6sse", put(7, '<a href="#gr%C3%B6sse">x</a><b id="größe"></b>')),
    anchor_of_another_page=("anchor of another page", "It stands on", lambda w: w.insert(2, f'<a href="#{w.anchor(3)}">x</a>')),
    anchor_in_capitals=("anchor in wrong case", "Did you mean", lambda w: w.insert(3, f'<a href="#{w.anchor(3).upper()}">x</a>')),
    anchor_in_template=("anchor in a template", "#unborn", put(3, '<a href="#unborn">x</a><template><b id="unborn"></b></template>')),
    anchor_in_comment=("anchor in a comment", "#unborn", put(3, '<a href="#unborn">x</a><!-- <b id="unborn"></b> -->')),
    anchor_in_noscript=("anchor in noscript", "#unborn", put(3, '<a href="#unborn">x</a><noscript><b id="unborn"></b></noscript>')),
    page_in_capitals=("wrong case", "upper and lower case", to(8, "../Glossary/#glossary")),
    image_in_capitals=("wrong case", "upper and lower case", edit(("/figures/.*png",), r"(/figures/\S+)\.png", r"\1.PNG")),
    slash_missing=("slash missing", "without its slash", to(9, "../glossary")),
    slash_missing_before_query=("slash missing", "without its slash", to(9, "../glossary?q=x")),
    slash_missing_before_anchor=("slash missing", "without its slash", to(9, "../glossary#glossary")),
    base_missing=("outside the base path", "is outside the site", to(9, "/glossary/")),
    other_project_of_the_host=("outside the base path", "is outside the site", to(9, f"https://{HOST}/other/")),
    climbs_out=("climbs out", "climbs out", to(10, "../../glossary/")),
    climbs_out_after_a_dot=("climbs out", "climbs out", put(10, '<img src="./../../x.png" alt="">')),
    scheme_left_out=("own host without scheme", "leaves the scheme out", to(10, f"//{HOST}{BASE}")),
    not_https=("own host without https", "is not https", to(10, START.replace("https:", "http:"))),
    own_host_dead_page=("dead page on own host", GONE, to(10, START + "no-such/")),
    own_host_dead_anchor=("dead anchor on own host", GONE, to(10, START.replace(HOST, HOST.upper()) + "gans/#no-such")),
    space=("malformed address", "holds a space", to(11, " ../glossary/")),
    backslash=("malformed address", "holds a backslash", to(11, r"..\glossary\ "[:-1])),
    encoded_slash=("malformed address", "%2F", to(11, "../glossary%2F")),
    lone_percent=("malformed address", "%", to(11, "../glossary/%")),
    doubled_slash=("malformed address", "//", to(11, "..//glossary/")),
    scheme_mistyped=("unknown scheme", "htps:", to(11, "htps://example.com/")),
    script_as_address=("script as address", "javascript:", to(11, "javascript:history.back()")),
    href_empty=("empty address", "an empty href", lambda w: w.link(12, "")),
    src_empty=("empty address", "an empty src", put(12, '<img src="" alt="">')),
    bare_hash=("empty address", "an empty href", to(12, "#")),
    own_machine=("the author's machine", "localhost", to(12, "http://localhost:8000/")),
    script_from_elsewhere=("loaded from another host", "cdn.example", put(13, '<script src="https://cdn.example/x.js"></script>')),
    style_from_elsewhere=("loaded from another host", "cdn.example", put(13, '<style>@import url("//cdn.example/x.css");</style>')),
    hint_for_elsewhere=("loaded from another host", "cdn.example", put(13, '<link rel="preconnect" href="https://cdn.example">')),
    image=("dead image", GONE, edit((r"^<p><img.*/figures/[^>]*>",), r"(^<p><img.*/figures/)[\w.-]+", r"\1no-such.png")),
    image_twice_as_fine=("dead srcset", "no-such-2x", put(13, f'<img src="{MARK}" srcset="{MARK} 1x, ../no-such-2x.png 2x" alt="">')),
    srcset_with_a_comma_too_many=("empty srcset", "an empty srcset", put(13, f'<img src="{MARK}" srcset="{MARK} 1x, , {MARK} 2x" alt="">')),
    poster=("dead media", GONE, put(14, '<video poster="no-such.jpg"></video>')),
    frame=("dead frame", GONE, put(14, '<iframe src="../no-such/" title="x"></iframe>')),
    image_map=("dead image map", "#no-such", put(15, f'<img src="{MARK}" usemap="#no-such" alt="">')),
    script=("dead script", GONE, put(15, '<script src="../no-such.js"></script>')),
    style_sheet=("dead style sheet", GONE, edit(15, r'(href="\.\./assets/)[\w.]+css', r"\1no-such.css")),
    style_attribute=("dead url in a style", GONE, put(15, '<p style="background: url(no-such.png)">x</p>')),
    drawing_use=("dead SVG reference", "#no-such", put(16, SVG + '<use href="#no-such"/></svg>')),
    drawing_use_with_prefix=("dead SVG reference", "#no-such", put(16, f'{SVG}<use xlink:href="{MARK}#no-such"/></svg>')),
    drawing_arrow=("dead SVG reference", GONE, edit(("marker-end=",), r'(marker-end="url\()#[\w-]+', r"\1#no-such")),
    drawing_link_with_prefix=("dead SVG link", GONE, put(16, SVG + '<a xlink:href="../no-such/"><text>x</text></a></svg>')),
    drawing_image=("dead SVG image", GONE, put(16, SVG + '<image href="no-such.png"/></svg>')),
    diagram_link=("dead link in a diagram", GONE, edit(('#[^"]+" transform',), r'#[\w-]+(?=" transform)', "#no-such")),
    label=("dead reference by id", "#no-such", put(17, '<label for="no-such">x</label>')),
    labelled_by=("dead reference by id", GONE, edit(("<svg id=",), r'(<svg id=.*?labelledby=")[\w-]+', r"\1no-such")),
    id_twice=("duplicate id", "stands 2 times", lambda w: w.insert(17, f'<b id="{w.anchor(17, 1)}"></b>')),
    id_twice_in_a_drawing=("duplicate id", "stands 2 times", put(17, SVG + '<g id="twin"/></svg><b id="twin"></b>')),
    id_on_two_pages=("duplicate id across pages", "stands also on", lambda w: w.insert(18, f'<b id="{w.anchor(2)}"></b>')),
    id_with_a_space=("bad id", "holds a space", put(18, '<b id="two words"></b>')),
    base_element=("base element", "there is no #", put(1, f'<base href="{BASE}glossary/"><a href="#lost">x</a>')),
)
IN_PAGES = [fault for fault in IN_PAGES if BASE != "/" or fault.kind != "outside the base path"]  # a host of one's own has no outside

IN_SITE = faults(
    page_gone=("dead page", "has no index.html", lambda w: w.without(w.pages[-1], "index.html", f'href="{Path(w.pages[-1]).parent}/"')),
    page_empty=("not a page", "the page is empty", lambda w: w.add(w.pages[1], "")),
    page_of_plain_text=("not a page", "this is not HTML", lambda w: w.add(w.pages[1], "Not found")),
    page_not_in_utf8=("not a page", "can't decode byte", lambda w: w.add(w.pages[1], w.text(w.pages[1]).encode("utf-16"))),
    page_cut_off=("page cut off", "cut off", edit(1, r"</article>(.*\n)*.*", "</article>")),
    file_in_other_case=("wrong case", "upper and lower case", lambda w: w.renamed("assets/mark.svg", "assets/Mark.svg", "index.html")),
    orphan=("orphan", "no way of links", lambda w: w.page("alone/", '<a href="../">Home</a>')),
    orphan_of_an_orphan=("orphan", "no way of links", lambda w: w.page("one/", '<a href="../two/">2</a>') and w.page("two/", "2")),
    canonical_of_another_page=("wrong canonical", "not this page's own", edit(2, r'(canonical" href=".*/)[\w-]+/"', r'\1gans/"')),
    canonical_of_another_host=("wrong canonical", "not this page's own", edit("index.html", r'(canonical" href="https://)', r"\1www.")),
    canonical_missing=("wrong canonical", "does not say", at(0, edit(2, '<link rel="canonical".*', ""))),
    preview_address=("wrong canonical", "not this page's own", edit(3, r'(og:url" content=")[^"]+', rf"\1{START}")),
    preview_image=("dead preview image", GONE, edit(4, r'(og:image" content=".*/)[^"/]+', r"\1no-such.png")),
    preview_image_relative=("relative preview image", "whole address", edit(4, r'(og:image" content=")[^"]+/', r"\1../assets/")),
    sitemap_too_long=("wrong sitemap", GONE, edit("sitemap.xml", "</urlset>", f"<url><loc>{START}no-such/</loc></url></urlset>")),
    sitemap_too_short=("wrong sitemap", "is missing here", at(0, edit("sitemap.xml", r"<loc>.*/gans/</loc>", ""))),
    sitemap_not_xml=("unreadable data", "Premature end", edit("sitemap.xml", r"</urlset>\s*", "")),
    search_leads_to_dead_anchor=("wrong search index", GONE, at(0, edit(INDEX, r'"#[\w-]+', '"#no-such'))),
    search_leads_to_dead_page=("wrong search index", GONE, at(0, edit(INDEX, r'"[\w-]+/"', '"no-such/"'))),
    search_index_not_json=("unreadable data", "delimiter", edit(INDEX, r"\]\}\s*\Z", "")),
    search_index_gone=("dead search", "full_index.json", lambda w: w.without(INDEX, "search/worker.js", "full_index")),
    search_worker=("dead search", GONE, edit(5, r'("search": ")[^"]+', r"\1../search/no-such.js")),
    search_engine=("dead search", GONE, edit("search/worker.js", r'(importScripts\(")[^"]+', r"\1no-such.js")),
    link_of_404_relative=("relative address in 404", "served at whatever", to("404.html", "glossary/")),
    style_of_404_relative=("relative address in 404", "served at whatever", edit("404.html", rf'(stylesheet" href="){BASE}', r"\1")),
    redirect_to_dead_page=("dead redirect", GONE, lambda w: w.stub("old/", "../no-such/")),
    redirect_to_itself=("redirect to a redirect", "only forwards", lambda w: w.stub("old/", "./")),
    redirect_to_a_redirect=("redirect to a redirect", "only forwards", lambda w: w.stub("old/", "../gans/") and w.stub("new/", "../old/")),
    link_to_a_redirect=("link to a redirect", "only forwards", lambda w: w.stub("old/", "../gans/") and to(2, "../old/")(w)),
    url_in_css=("dead url in CSS", GONE, append(CSS, "p { background: url(no-such.png) }")),
    import_in_css=("dead url in CSS", GONE, append(CSS, "@import 'no-such.css';")),
    font_in_css=("dead font", GONE, append(CSS, '@font-face { src: url("no-such.woff2") format("woff2") }')),
    css_broken=("unreadable data", "broken", append(CSS, "p { background: url(two words.png) }")),
    svg_file_broken=("unreadable data", "mismatch", at(1, lambda w: w.add("assets/mark.svg", "<svg><g></svg>"))),
    svg_file_with_dead_use=("dead SVG reference", "#no-such", edit("assets/mark.svg", "</svg>", '<use href="#no-such"/></svg>')),
    import_static=("dead import", GONE, edit((' from "', "demos/**/*.js"), r'( from ")[^"]+', r"\1./no-such.js")),
    import_dynamic=("dead import", GONE, edit("demos/main.js", r'(\bimport\(")[^"]+', r"\1./no-such/view.js")),
    import_of_a_bare_name=("bare import", "begin with ./", append("demos/kit.js", 'import "three"')),
    file_beside_a_module=("dead file of a script", GONE, edit((META, "demos/**/*.js"), r'(new URL\(")[^"]+', r"\1no-such.bin")),
    demo_unknown=("unknown demo", GONE, edit(("data-demo=",), r'(data-demo=")[\w-]+', r"\1no-such")),
)
