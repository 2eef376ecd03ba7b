"""Read a built site: which files and ids it defines, and which addresses it uses. No verdicts here; scripts/links.py gives those.

HTML, SVG, CSS, scripts, the sitemap and the search index are read, each with a real parser where the language has one.
"""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from scripts.addresses import in_script, in_sheet, in_srcset, in_style

# Attributes that hold an address. Those in LOADED make the browser fetch something; the others are followed by the reader.
LOADED = {("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("embed", "src"), ("object", "data"), ("video", "src"),
          ("video", "poster"), ("audio", "src"), ("track", "src"), ("input", "src"), ("image", "href"), ("use", "href")}
FOLLOWED = {"action", "formaction", "cite", "usemap"}
LOADED_RELS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "apple-touch-icon", "mask-icon",
               "dns-prefetch", "preconnect"}
IDREFS = {"for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-details", "headers", "list", "form",
          "popovertarget", "commandfor"}
PREVIEWS = {"og:image", "og:url", "og:video", "og:audio", "twitter:image"}
SCRIPTS = {None, "", "module", "text/javascript", "application/javascript"}
DEMOS = "demos/main.js"  # its table says which module brings which figure[data-demo] to life
NOT_OURS = ("assets/javascripts/", "assets/library/")  # bundles of the theme and of Mermaid: minified, and not ours to check


@dataclass(frozen=True)
class Use:
    """One address in one file: where it stands, what it says, what kind of use it is, and which id of the text stands last before it."""

    file: str
    line: int
    target: str = ""
    kind: str = ""
    loads: bool = False
    near: str = ""

    def says(self, target: str, kind: str, loads: bool = False) -> "Use":
        """An address that stands at the place of this one."""
        return replace(self, target=target, kind=kind, loads=loads)


@dataclass
class Page:
    """What one HTML file defines: ids with their places, those of its own text, where it forwards to, and what it says its address is."""

    ids: dict[str, list[Use]] = field(default_factory=lambda: defaultdict(list))
    content_ids: set[str] = field(default_factory=set)
    redirect: str = ""
    base: str = ""
    own: list[Use] = field(default_factory=list)
    unlisted: bool = False  # robots "noindex": in no sitemap, perhaps reached from other hosts only, canonical elsewhere


@dataclass
class Site:
    """A built folder, read once. `files` and the keys of the dictionaries are paths relative to it, with forward slashes."""

    root: Path
    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    pages: dict[str, Page] = field(default_factory=dict)
    drawings: dict[str, set[str]] = field(default_factory=dict)  # ids of SVG files, and names in the table of demos
    uses: list[Use] = field(default_factory=list)
    unreadable: list[Use] = field(default_factory=list)  # their target says why

    def add(self, here: Use, addresses) -> None:
        """Take in what scripts/addresses.py found in a text that begins at `here`."""
        for target, kind, line in addresses:
            use = replace(here, line=here.line + line, target=target, kind=kind, loads=True)
            (self.unreadable if kind == "broken" else self.uses).append(use)


def read(root: Path) -> Site:
    """Read every file of a built site."""
    site = Site(root)
    for path in sorted(root.rglob("*")):
        (site.folders if path.is_dir() else site.files).add(path.relative_to(root).as_posix())
    readers = {".html": _html, ".htm": _html, ".svg": _svg, ".css": _css, ".js": _script, ".mjs": _script}
    for name in sorted(site.files):
        reader = readers.get(Path(name).suffix.lower())
        if name == "sitemap.xml":
            reader = _sitemap
        elif re.fullmatch(r"search/(\w+_)?index\.json", name):
            reader = _search_index
        if reader and not (name.startswith(NOT_OURS) and name.endswith(".js")):
            try:
                reader(site, name, (root / name).read_text("utf-8-sig"))
            except (etree.LxmlError, OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
                why = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
                site.unreadable.append(Use(name, getattr(fault, "lineno", 0) or 0, why, "broken"))
    return site


def inner(name: str) -> str:
    """The address of a file relative to the start of its site: a folder's index is reached as the folder."""
    return re.sub(r"(^|/)index\.html$", r"\1", name)


def address(site: Site, base: str) -> str:
    """The address that most pages of a built folder believe to have. If none does: `base` (a path, or all of it) if used, else /."""
    said = [(use.target, inner(name)) for name, page in site.pages.items() for use in page.own]
    said += [(use.target, inner(name)) for use in site.uses if use.kind == "sitemap" and not said for name in site.pages if inner(name)]
    votes = Counter(whole.removesuffix(end) for whole, end in said if whole.endswith("/" + end))
    host, path = urlsplit(base).netloc, urlsplit(base).path
    used = re.compile(rf"((https?:)?//{re.escape(host)})?{re.escape(path)}" if host else re.escape(path), re.I)
    return votes.most_common(1)[0][0] if votes else base if any(used.match(use.target) for use in site.uses) else "/"


def ids(path: Path) -> set[str]:
    """The ids that one HTML file defines (templates do not count: nothing can be linked in them)."""
    site = Site(path.parent)
    _html(site, path.name, path.read_text("utf-8"))
    return set(site.pages[path.name].ids)


# ---- HTML ----------------------------------------------------------------------------------------


def _html(site: Site, name: str, text: str) -> None:
    if "<" not in text:
        raise ValueError("this is not HTML" if text.strip() else "the page is empty")
    if re.search(r"<html[\s>]", text, re.I) and not re.search(r"</html\s*>", text, re.I):
        site.unreadable.append(Use(name, text.count("\n") + 1, "the page is cut off: it ends before </html>", "broken"))
    page = site.pages[name] = Page()
    depth, near = dict.fromkeys(("template", "noscript", "article", "aside", "main", "svg"), 0), ""
    tree = lxml_html.document_fromstring(text.encode(), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))
    roots = [tree, *tree.itersiblings(etree.Element)]  # what stands after </html> is part of the page, for a browser too
    for event, element in (step for root in roots for step in etree.iterwalk(root, ("start", "end"))):
        if element.tag in depth:
            depth[element.tag] += 1 if event == "start" else -1
        if event == "end" or depth["template"]:
            continue
        names = {element.get("id"), element.get("name") if element.tag in ("a", "map") else None} - {None}
        text = depth["article"] and not depth["aside"]  # an aside holds what the theme adds
        for identity in names if not depth["noscript"] else ():
            before = page.ids[identity][0].near if page.ids[identity] else near if text else ""
            page.ids[identity].append(Use(name, element.sourceline or 0, f"#{identity}", "id", near=before))
            if (depth["article"] or depth["main"]) and not identity.startswith("__"):
                page.content_ids.add(identity)
                near = identity if text and not depth["svg"] else near
        _element(site, page, element, Use(name, element.sourceline or 0, near=near if text else ""))


def _element(site: Site, page: Page, element, here: Use) -> None:
    """Take in all addresses of one element, which stands at `here`."""
    tag, found = element.tag, site.uses
    for attribute, value in element.attrib.items():
        bare = attribute.rpartition(":")[2]  # xlink:href counts as href
        if bare in ("srcset", "imagesrcset"):
            found += [here.says(target, bare, True) for target in in_srcset(value)]
        elif (tag, bare) in LOADED:
            found.append(here.says(value, attribute, True))
        elif bare in FOLLOWED or (bare == "href" and tag not in ("link", "base")):
            if element.get("data-md-component") != "search-share":  # the theme's share button: javascript:void(0) until a search
                found.append(here.says(value, attribute))
        elif bare in IDREFS:
            found += [here.says(f"#{target}", f"{bare} (id)") for target in value.split()]
        elif bare == "style" or (re.match(r"\s*url\(", value) and not bare.startswith(("data-", "aria-", "on"))):  # SVG: fill="url(#…)"
            site.add(here, in_style(value))
        elif bare == "data-demo":
            found.append(here.says(f"{DEMOS}#{value}", bare, True))
    if tag == "link" and (target := element.get("href")) is not None:
        rels = set((element.get("rel") or "").lower().split())
        found.append(here.says(target, " ".join(sorted(rels)) or "link", bool(rels & LOADED_RELS)))
        page.own += found[-1:] if "canonical" in rels else []
    elif tag == "style":
        site.add(here, in_sheet(element.text or ""))
    elif tag == "script" and element.get("id") == "__config":  # the theme's settings: its search worker, and where its results begin
        settings = json.loads(element.text)
        found += [here.says(settings["search"], "search worker", True), here.says(settings["base"].rstrip("/") + "/", "search base")]
    elif tag == "script" and element.get("src") is None and element.get("type") in SCRIPTS:
        site.add(here, in_script(element.text or ""))
    elif tag == "base":
        page.base = element.get("href") or ""
    elif tag == "meta":
        _meta(page, element, here, found)


def _meta(page: Page, element, here: Use, found: list[Use]) -> None:
    content, kind = element.get("content") or "", (element.get("property") or element.get("name") or "").lower()
    refresh = re.match(r"\s*[\d.]*\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]*)", content, re.I)
    if (element.get("http-equiv") or "").lower() == "refresh" and refresh:
        page.redirect = refresh[1].strip()
        found.append(here.says(page.redirect, "redirect"))
    elif kind == "robots" and "noindex" in content.lower():
        page.unlisted = True
    elif kind in PREVIEWS:
        found.append(here.says(content, kind))
        page.own += found[-1:] if kind == "og:url" else []


# ---- Other files -----------------------------------------------------------------------------------


def _tree(text: str):
    return etree.fromstring(text.encode(), parser=etree.XMLParser(resolve_entities=False, no_network=True))


def _svg(site: Site, name: str, text: str) -> None:
    tree = _tree(text)
    site.drawings[name] = {found for element in tree.iter(etree.Element) if (found := element.get("id"))}
    for element in tree.iter(etree.Element):
        tag, here = etree.QName(element).localname, Use(name, element.sourceline or 0)
        for attribute, value in element.attrib.items():
            if etree.QName(attribute).localname == "href":
                site.uses.append(here.says(value, "href", tag != "a"))
            elif attribute == "style" or re.match(r"\s*url\(", value):
                site.add(here, in_style(value))
        if tag == "style":
            site.add(here, in_sheet(element.text or ""))


def _css(site: Site, name: str, text: str) -> None:
    own = (found for found in in_sheet(text) if not found[0].startswith("#"))  # url(#x) is a place of the page that uses the sheet
    site.add(Use(name, 1), own)


def _script(site: Site, name: str, text: str) -> None:
    if name == DEMOS:
        site.drawings[name] = set(re.findall(r"""^\s*["']?([\w-]+)["']?\s*:.*\bimport\(""", text, re.M))
    site.add(Use(name, 1), in_script(text))


def _sitemap(site: Site, name: str, text: str) -> None:
    for element in _tree(text).iter("{*}loc"):
        site.uses.append(Use(name, element.sourceline or 0, (element.text or "").strip(), "sitemap"))


def _search_index(site: Site, name: str, text: str) -> None:
    told = json.loads(text)  # the theme's index has a list of entries, ours has columns
    site.uses += [Use(name, 0, "./" + place, "search index") for place in (whole(told["location"]) if "location" in told else [entry["location"] for entry in told["docs"]])]


def whole(locations: list[str]) -> list[str]:
    """In our index, what stands on the same page as the one before is written as its fragment alone (scripts/search.py)."""
    found, page = [], ""
    for place in locations:
        found.append(page + place if place.startswith("#") else place)
        page = found[-1].partition("#")[0]
    return found
