"""Stage: the text of each page as Markdown beside it (`gans/index.html.md`), and llms.txt, the list of them, for programs that read.

The Markdown is made from the built page, so it holds what a reader sees: claims, measured numbers, quizzes with their explanations.
"""

from pathlib import Path
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html
from markdownify import markdownify

from scripts import content, links

LEFT_OUT = "//a[contains(@class, 'headerlink')] | //script | //style | //button | //*[@hidden] | //aside"
CONFIG = content.ROOT / "mkdocs.yml"


def run(site: Path) -> str:
    """In: the built site. Out: the same with a Markdown copy of each page, and llms.txt."""
    start, listed = links.site_address(CONFIG), []
    for name in content.page_order(CONFIG):
        page = site / ("index.html" if name == "index" else f"{name}/index.html")
        tree = lxml_html.document_fromstring(page.read_bytes(), parser=lxml_html.HTMLParser(encoding="utf-8"))
        address = urljoin(start, "" if name == "index" else f"{name}/")
        title, summary = tree.xpath("string(//article//h1)").rstrip("#¶ "), tree.xpath("string(//meta[@name='description']/@content)")
        copy = page.with_name("index.html.md")
        copy.write_text(f"{in_markdown(tree, address)}\n\nSource: {address} (CC BY 4.0)\n", "utf-8")
        listed.append(f"- [{title}]({address}index.html.md): {summary}")
    settings = content.settings(CONFIG)
    head = f"# {settings['site_name']}\n\n> {settings['site_description']}\n\nText and figures: CC BY 4.0. Every section has an address that stays: see permalinks.json.\n\n## Pages\n\n"
    (site / "llms.txt").write_text(head + "\n".join(listed) + "\n", "utf-8")
    return f"{len(listed)} pages as Markdown, listed in llms.txt"


def in_markdown(tree, address: str) -> str:
    """The article of a page as Markdown. Addresses are whole; a drawing is replaced by its title and description."""
    article = tree.xpath("//article")[0]
    for element in article.xpath(LEFT_OUT):
        element.drop_tree()
    for term in article.xpath(".//a[contains(@class, 'term')]"):
        term.drop_tag()
    for title in article.xpath(".//*[contains(@class, 'admonition-title')] | .//summary"):
        title.tag = "strong"
        title.tail = f"\n\n{title.tail or ''}"
    for drawing in article.xpath(".//svg"):
        words = ": ".join(" ".join(part.text_content().split()) for part in drawing.xpath("./title | ./desc"))
        replacement = etree.Element("p")
        replacement.text, replacement.tail = f"[{words}]" if words else "", drawing.tail
        drawing.getparent().replace(drawing, replacement)
    for attribute in ("href", "src"):
        for element in article.xpath(f".//*[@{attribute}]"):
            element.set(attribute, urljoin(address, element.get(attribute)))
    return markdownify(etree.tostring(article, encoding="unicode", method="html"), heading_style="ATX", bullets="*").strip()
