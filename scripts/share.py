"""Stage: beside everything that has an address a small "#", a plain link to it. A click opens a dialog (docs/assets/share.js) with its short
address, words to cite it, and a QR code, which is drawn here: `go/<id>/qr.svg`.
"""

import hashlib
import html
import io
import re
from collections import defaultdict
from pathlib import Path

import segno

from scripts import catalogue, links

ROOT = Path(__file__).resolve().parent.parent
CODES = ROOT / ".cache" / "qr"  # drawing one takes about 10 ms, and nearly all stay the same from build to build
COARSE = 4  # the version of a QR code that a projector and an old telephone can still manage
LINK = '<a class="headerlink" href="#{id}" title="Link to this {kind}">#</a>'
ENDS = {  # where the link stands in what is not a heading: before this, the first after its start
    "figure": r"(</p>\s*)?</figcaption>", "diagram": r"(</p>\s*)?</figcaption>", "demo": r"(</p>\s*)?</figcaption>", "reference": "</li>",
    "quiz": r'(?<=quiz-question">)(.*?)(?=</p>)', "myth": r'(?<=admonition-title">)(.*?)(?=</p>)', "guess": r"(</p>\s*)?</(p|legend|figcaption|summary)>",
}
LOADER = """<script type="module">
const links = ".headerlink"
for (const link of document.querySelectorAll(links)) for (const [name, value] of [["role", "button"], ["aria-haspopup", "dialog"], ["aria-label", link.title.replace("Link to", "Share or cite")]]) link.setAttribute(name, value)
addEventListener("click", event => {
  const link = event.target.closest(links)
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  import("UPassets/share.js").then(({ share }) => share(link.hash.slice(1))).catch(() => { location.hash = link.hash })
})
addEventListener("keydown", event => { if (event.key === " " && event.target.matches(links)) { event.preventDefault(); event.target.click() } })
</script>
"""


def run(site: Path) -> str:
    """In: the built site with its short addresses. Out: the same with a link beside everything, and a QR code of each short address."""
    address, pages, fine = links.site_address(ROOT / "mkdocs.yml"), defaultdict(list), 0
    for entry in catalogue.entries(site):
        pages[entry.page].append(entry)
        code = segno_svg(f"{address}go/{entry.id}/")
        fine += int(re.search(r"version (\d+)", code)[1]) > COARSE
        (site / "go" / entry.id / "qr.svg").write_text(code, "utf-8")
    for page, entries in pages.items():
        path, up = (site / "index.html", "./") if page == "index" else (site / page / "index.html", "../")
        text = path.read_text("utf-8")
        for entry in entries:
            text = linked(text, entry)
        path.write_text(text.replace("</body>", LOADER.replace("UP", up) + "</body>", 1), "utf-8")
    much = f"; {fine} of them finer than version {COARSE}, because the address of the site is long" if fine else ""
    return f"{sum(map(len, pages.values()))} QR codes{much}"


def linked(text: str, entry: catalogue.Entry) -> str:
    """A page with a link beside an entry; headings have theirs already, and a preset is a link itself."""
    if entry.kind not in ENDS:
        return text
    start = text.index(f'id="{entry.id}"')
    end = re.compile(ENDS[entry.kind], re.S).search(text, start)
    place = end.end() if end.re.pattern.startswith("(?<=") else end.start()
    return text[:place] + LINK.format(id=entry.id, kind=entry.kind) + text[place:]


def segno_svg(address: str) -> str:
    """The QR code of an address: the smallest there is, with the best correction of faults that does not enlarge it, and white around it for dark pages."""
    kept = CODES / f"{hashlib.sha256(f'{segno.__version__} {address}'.encode()).hexdigest()[:32]}.svg"
    if not kept.exists():
        code, drawn = segno.make_qr(address, error="l", boost_error=True), io.BytesIO()
        code.save(drawn, kind="svg", scale=8, border=4, light="#fff", xmldecl=False, svgclass=None, lineclass=None,
                  title=html.escape(address), desc=f"QR code, version {code.version}, error correction {code.error}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(drawn.getvalue())
    return kept.read_text("utf-8")
