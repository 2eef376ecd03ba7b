"""Stage: what machines read in the head of each page, and the sitemap's dates.

* schema.org as JSON-LD: LearningResource with its Quiz, DefinedTermSet, Dataset;
* Highwire and Dublin Core tags: with both, Zotero saves a web page with title, author, date and licence (`DC.type` keeps it from guessing an article);
* in a demo's own page, a link to its oEmbed description. (No rel="alternate" on the other pages: the theme takes it for a translation and asks for its sitemap.)
"""

import gzip
import html
import json
import re
from pathlib import Path

from scripts import catalogue, content, dates, embed, lessons, links

CONFIG = content.ROOT / "mkdocs.yml"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DIGITS = {
    "@type": "Dataset", "name": "Optical Recognition of Handwritten Digits, as used here", "license": LICENCE,
    "description": "1,797 images of 8×8 pixels in 17 grey levels: the part of the UCI data set that scikit-learn carries, in the split into 1,297 and 500 used on this site.",
    "creator": [{"@type": "Person", "name": "E. Alpaydin"}, {"@type": "Person", "name": "C. Kaynak"}],
    "sameAs": "https://doi.org/10.24432/C50P49", "citation": "https://doi.org/10.24432/C50P49",
}


def run(site: Path) -> str:
    """In: the built site, demos' own pages included. Out: the same with metadata in every head and dates in the sitemap."""
    start, settings, days = links.site_address(CONFIG), content.settings(CONFIG), dates.page_dates()
    pages = {"index": site / "index.html"} | {path.parent.name: path for path in sorted(site.glob("*/index.html")) if (content.DOCS / f"{path.parent.name}.md").exists()}
    for name, path in pages.items():
        text = path.read_text("utf-8")
        about = describe(text, name, start, settings, days[name])
        into_head(path, text, [*tags(about), json_ld(about, text, name, start)])
    demos = [oembed(path, start, settings) for path in sorted(site.glob("embed/*/index.html"))]
    date_sitemap(site, start, days)
    return f"{len(pages)} pages described for machines, {len(demos)} demos for oEmbed"


def describe(text: str, name: str, start: str, settings: dict, changed: str) -> dict:
    """A page as schema.org sees it, without its parts."""
    meta = content.front_matter(content.DOCS / f"{name}.md")
    page = next(entry for entry in catalogue.of_page(text, name) if entry.kind == "page")
    about = {
        "@type": "LearningResource" if meta.get("objectives") else "WebPage",
        "@id": start + page.address, "url": start + page.address, "name": page.title, "description": page.summary, "inLanguage": "en-GB",
        "author": {"@type": "Organization", "name": settings["site_author"]}, "license": LICENCE, "isAccessibleForFree": True,
        "dateModified": changed, "isPartOf": {"@type": "WebSite", "name": settings["site_name"], "url": start},
    }
    if meta.get("objectives"):
        about |= {"teaches": meta["objectives"], "timeRequired": f"PT{meta['minutes']}M", "learningResourceType": "explainer with live demonstrations"}
    return about


def tags(about: dict) -> list[str]:
    """Highwire and Dublin Core tags of one page."""
    values = {
        "citation_title": about["name"], "citation_author": about["author"]["name"], "citation_publication_date": about["dateModified"].replace("-", "/"),
        "citation_public_url": about["url"], "citation_language": "en",
        "DC.title": about["name"], "DC.creator": about["author"]["name"], "DC.date": about["dateModified"], "DC.identifier": about["url"],
        "DC.type": "webpage", "DC.rights": LICENCE, "DC.description": about["description"], "DC.publisher": about["isPartOf"]["name"],
    }
    return [f'<meta name="{name}" content="{html.escape(value)}">' for name, value in values.items()]


def json_ld(about: dict, text: str, name: str, start: str) -> str:
    """The page with its parts as one script element."""
    graph = [about]
    if quizzes := lessons.quizzes(lessons.tree_of(text)):
        graph.append({"@type": "Quiz", "name": f"Check yourself: {about['name']}", "about": {"@id": about["@id"]}, "url": about["url"], "hasPart": list(map(question, quizzes))})
    if name == "glossary":
        terms = [entry for entry in catalogue.of_page(text, name) if entry.kind == "term"]
        graph.append({"@type": "DefinedTermSet", "name": about["name"], "url": about["url"], "hasDefinedTerm": [
            {"@type": "DefinedTerm", "name": term.title, "termCode": term.id, "url": start + term.address} for term in terms]})
    if name == "data":
        graph.append(DIGITS | {"url": about["url"], "distribution": {"@type": "DataDownload", "contentUrl": f"{start}demos/digits.bin.gz", "encodingFormat": "application/gzip"}})
    if name == "claims":
        files = sorted((content.DOCS / "results").glob("*.json"))
        graph.append({"@type": "Dataset", "name": "Measured results of this site", "license": LICENCE, "creator": about["author"], "url": about["url"],
                      "description": "Every number measured for this site: question, method, command, seeds, versions and values of each experiment, as JSON.",
                      "distribution": [{"@type": "DataDownload", "contentUrl": f"{start}results/{file.name}", "encodingFormat": "application/json"} for file in files]})
    whole = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    return f'<script type="application/ld+json">{whole.replace("</", "<" + chr(92) + "/")}</script>'


def question(quiz: lessons.Quiz) -> dict:
    """A quiz as a schema.org Question."""
    answers = lambda accepted: [{"@type": "Answer", "text": option.text} for option in quiz.options if (option in quiz.accepted) == accepted]  # noqa: E731
    return {"@type": "Question", "eduQuestionType": "Multiple choice", "text": quiz.question, "suggestedAnswer": answers(False), "acceptedAnswer": answers(True)}


def oembed(page: Path, start: str, settings: dict) -> str:
    """Write oembed.json beside a demo's own page, name it in that page's head, and return the demo's name."""
    name, text = page.parent.name, page.read_text("utf-8")
    address, title = f"{start}embed/{name}/", lessons.tree_of(text).xpath("string(//title)")
    frame = f'<iframe src="{address}" title="{html.escape(title)}" width="{embed.WIDTH}" height="{embed.HEIGHT}" style="border:0;max-width:100%" loading="lazy"></iframe>'
    said = {"version": "1.0", "type": "rich", "title": title, "provider_name": settings["site_name"], "provider_url": start,
            "author_name": settings["site_author"], "html": frame, "width": embed.WIDTH, "height": embed.HEIGHT, "cache_age": 86400}
    page.with_name("oembed.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    into_head(page, text, [f'<link rel="alternate" type="application/json+oembed" href="{address}oembed.json" title="{html.escape(title)}">'])
    return name


def into_head(page: Path, text: str, lines: list[str]) -> None:
    page.write_text(text.replace("</head>", "\n".join(["", *lines, "</head>"]), 1), "utf-8")


def date_sitemap(site: Path, start: str, days: dict[str, str]) -> None:
    """Give each page in the sitemap the day of its last change instead of the day of the build."""
    path = site / "sitemap.xml"
    name = lambda address: address.removeprefix(start).strip("/") or "index"  # noqa: E731
    entry = re.compile(r"(<loc>([^<]*)</loc>\s*<lastmod>)[^<]*(</lastmod>)")
    text, count = entry.subn(lambda m: m[1] + days[name(html.unescape(m[2]))] + m[3], path.read_text("utf-8"))
    if not count:
        raise SystemExit("metadata: the sitemap has no <loc> with a <lastmod>. Has MkDocs changed?")
    path.write_text(text, "utf-8")
    (site / "sitemap.xml.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
