"""Every address of every registered id, in a real browser: it ends with the right thing in view, below the header, highlighted.

First as published. Then in a copy of the site in which things were renamed, moved and removed, with heirs in the register.
"""

import json
import random
import re
import shutil
from collections import Counter, defaultdict

import pytest

from scripts import links, permalinks, registry, serve
from tests.conftest import BASE, ROOT, write

ARRIVED = """async ([id, path]) => {
  const end = performance.now() + 8000, until = () => performance.now() < end, rest = ms => new Promise(done => setTimeout(done, ms))
  while (until() && !(location.pathname.endsWith(path) && document.readyState === "complete")) await rest(20)
  const thing = document.getElementById(id)
  if (!thing || !location.pathname.endsWith(path)) return `is ${location.pathname}${location.hash}, where there is no ${id}`
  const header = document.querySelector(".md-header").getBoundingClientRect().bottom
  let top, last = NaN
  while (until() && (top = thing.getBoundingClientRect().top) !== last) { last = top; await rest(60) }
  if (top < header - 1 || top > innerHeight - 20) return `stands at ${top.toFixed()} px; the header ends at ${header.toFixed()} px and the window at ${innerHeight} px`
  return location.hash && getComputedStyle(thing).outlineStyle === "none" ? "is not highlighted" : ""
}"""


def arrival(tab, address: str, place: str, page: str) -> str:
    """What is wrong with where an address leads; "" when the place (an id) on the page is in view and highlighted."""
    tab.goto("about:blank")
    tab.goto(address, wait_until="commit")
    for _ in range(3):  # the forwarding page may go away while we ask it
        try:
            return tab.evaluate(ARRIVED, [place, "/" if page == "index" else f"/{page}/"])
        except Exception as fault:  # noqa: BLE001
            said = str(fault)
            tab.wait_for_timeout(100)
    return said


def ways(entry: dict, start: str) -> list[str]:
    """All addresses of an entry, with the page's own place and its name as the fragment."""
    place = [entry["address"]] + ([f"{entry['address']}#{entry['id']}"] if entry["kind"] == "page" else [])
    return [*place, entry["short"] + "?from=deck" * (len(entry["id"]) % 2), *entry["former"]]  # a deck may add a query of its own


def goal(entry: dict) -> str:
    """The id that should be in view: a preset leads to its demo."""
    return entry["address"].partition("#")[2] or entry["id"]


@pytest.fixture
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def follow(tab, listed: dict, entries: list[dict], served: str) -> tuple[Counter, list[str]]:
    """Follow all addresses of these entries. Out: how many of each kind arrived, and what went wrong."""
    arrived, faults = Counter(), []
    for entry in entries:
        for address in ways(entry, served):
            wrong = arrival(tab, address.replace(listed["site"], served), goal(entry), entry["page"])
            arrived[entry["kind"]] += not wrong
            faults += [f"{address} {wrong}"] if wrong else []
            if "?from=deck" in address and "from=deck" not in tab.url:
                faults.append(f"{address} lost its query: {tab.url}")
    return arrived, faults


def test_every_address_leads_to_its_thing(tab, site, address, request, capsys):
    """Two of each kind, drawn with a fixed seed, and the catalogue, which writes into the address itself; all of them with --slow."""
    listed, kinds = json.loads((site / "permalinks.json").read_text("utf-8")), defaultdict(list)
    for entry in listed["entries"]:
        kinds[entry["kind"]].append(entry)
    draw = random.Random(25)
    chosen = listed["entries"] if request.config.getoption("--slow") else [entry for same in kinds.values() for entry in draw.sample(same, min(2, len(same)))]
    chosen += [entry for entry in listed["entries"] if entry["id"] == "catalogue" and entry not in chosen]
    arrived, faults = follow(tab, listed, chosen, address)
    with capsys.disabled():
        print(f"\n{len(chosen)} ids, {sum(arrived.values())} addresses arrived: " + ", ".join(f"{kind} {count}" for kind, count in arrived.items()))
    assert faults == []


# ---- A site with a past ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def aged(site, tmp_path_factory):
    """A copy of the site ten years on: ids renamed (one twice), a section and a demo moved, a misconception dropped, a page renamed."""
    root = tmp_path_factory.mktemp("aged")
    copied = shutil.copytree(site, root / "site")
    lines, _ = registry.read((ROOT / registry.FILE).read_text("utf-8"))
    change = lambda page, old, new: write(copied, {f"{page}/index.html": (copied / page / "index.html").read_text("utf-8").replace(old, new, 1)})  # noqa: E731
    new = lambda identity, kind, page, **more: registry.Line(identity, kind, page, "2031-01-01", "x", **more)  # noqa: E731
    retire = lambda identity, heir: lines.update({identity: registry.replace(lines[identity], heir=heir)})  # noqa: E731
    # renamed twice: gan-contest → gan-duel → gan-match
    change("gans", 'id="gan-contest"', 'id="gan-match"')
    lines |= {"gan-duel": new("gan-duel", "section", "gans", heir="gan-match"), "gan-match": new("gan-match", "section", "gans")}
    retire("gan-contest", "gan-duel")
    # a figure, a quiz, a term and a reference renamed
    for page, old, heir in (("applications", "fig-both-directions", "fig-two-ways"), ("gans", "quiz-gan-discriminator", "quiz-gan-judge"),
                            ("glossary", "term-prompt", "term-prompts"), ("references", "ref-kim2017gap", "ref-kim2017")):
        change(page, f'id="{old}"', f'id="{heir}"')
        lines[heir] = new(heir, lines[old].kind, page)
        retire(old, heir)
    # moved to another page: a section (with its heading only) and the demo of the home page
    for page, identity, pattern in (("gans", "gan-discriminator", r"<h2 id=\"gan-discriminator\".*?</h2>"), ("index", "demo-both", r"<figure [^>]*id=\"demo-both\".*?</figure>")):
        path = copied / ("index.html" if page == "index" else f"{page}/index.html")
        whole = re.search(pattern, path.read_text("utf-8"), re.S)[0]
        path.write_text(path.read_text("utf-8").replace(whole, "", 1), "utf-8")
        change("synergy", "</article>", whole + "</article>")
        lines[identity] = registry.replace(lines[identity], page="synergy", was=(page,))
    write(copied, {"index.html": (copied / "index.html").read_text("utf-8").replace('="./?both.', '="synergy/?both.')})  # as the author of the link would
    # removed: a misconception whose heir is a section of another page
    retire("myth-gan-likelihood", "synergy")
    change("gans", 'id="myth-gan-likelihood"', "")
    # a page renamed, with all that stands on it
    (copied / "families").rename(copied / "other-families")
    change("other-families", 'id="families"', 'id="other-families"')
    lines["other-families"] = new("other-families", "page", "other-families")
    for line in [line for line in lines.values() if line.page == "families" and line.id != "families"]:
        lines[line.id] = registry.replace(line, page="other-families", was=("families",))
    retire("families", "other-families")
    write(root, {"register.yml": registry.written(lines, "")})
    permalinks.run(copied, root / "register.yml")
    with serve.running(copied, BASE) as address:
        yield copied, address


def test_every_former_address_leads_to_the_heir(tab, aged):
    site, served = aged
    listed = json.loads((site / "permalinks.json").read_text("utf-8"))
    with_past = [entry for entry in listed["entries"] if entry["former"]]
    assert {"gan-match", "fig-two-ways", "quiz-gan-judge", "gan-discriminator", "demo-both", "synergy", "other-families"} <= {entry["id"] for entry in with_past}
    assert next(entry for entry in with_past if entry["id"] == "gan-match")["former"] == [f"{listed['site']}gans/#gan-contest", f"{listed['site']}gans/#gan-duel"]
    sample = [entry for entry in with_past if entry["page"] != "other-families" or entry["kind"] in ("page", "demo", "quiz")]
    arrived, faults = follow(tab, listed, sample, served)
    assert faults == [] and sum(arrived.values()) >= 30
    for old in listed["retired"]:
        heir = next(entry for entry in listed["entries"] if entry["id"] == old["heir"])
        assert arrival(tab, f"{served}go/{old['id']}/", goal(heir), heir["page"]) == "", old


def test_a_former_page_keeps_query_and_fragment(tab, aged):
    _, served = aged
    for asked, there in (("families/?families.digit=7#demo-families", "other-families/?families.digit=7#demo-families"), ("families/?h=flow", "other-families/?h=flow"),
                         ("families/#not-registered", "other-families/#not-registered"), ("gans/?h=x#gan-discriminator", "synergy/?h=x#gan-discriminator"),
                         ("gans/?gan.digit=3#demo-gan", "gans/?gan.digit=3#demo-gan"), ("go/preset-families-sevens/?h=x", "other-families/?families.digit=7&families.of=all&h=x#demo-families")):
        tab.goto("about:blank")
        tab.goto(served + asked, wait_until="commit")
        tab.wait_for_url(served + there, timeout=20_000, wait_until="commit")


def test_without_javascript_a_link_that_is_in_view_leads_on(browser, aged):
    site, served = aged
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    for asked, there in (("gans/#gan-discriminator", "synergy/#gan-discriminator"), ("families/#families-flows", "other-families/#families-flows"), ("families/", "other-families/")):
        page.goto(served + asked)
        link = page.locator(f"#{asked.partition('#')[2]} a" if "#" in asked else "p a").first
        box = link.bounding_box()
        assert link.is_visible() and 0 <= box["y"] < 844, asked
        link.click()
        assert page.url == served + there
    page.goto(f"{served}go/gan-duel/")
    page.wait_for_url(f"{served}gans/#gan-match")
    context.close()


def test_the_link_check_knows_forwarding_pages(aged):
    """Moved by hand, the copy's own links are out of date. But no id stands twice, and the forwarding pages hold no fault."""
    found, looked_at = links.check(aged[0], BASE)
    ours = [str(one) for one in found if one.kind in ("duplicate-id", "orphan", "unreadable") or re.search(r"/site/(go|families)/", one.file)]
    assert looked_at > 5000 and ours == []


def test_an_address_that_never_was_leads_to_what_was_meant(tab, address):
    """A name stands once in the whole site, so it is found from any page; else the nearest are offered."""
    for asked, there in (("wrong-page/#gan-contest", "gans/#gan-contest"), ("en/latest/gans.html?h=x#gan-contest", "gans/?h=x#gan-contest")):
        tab.goto(address + asked, wait_until="commit")
        tab.wait_for_url(address + there, timeout=20_000, wait_until="commit")
    for asked, there in (("go/Gan-Contest", "gans/#gan-contest"), ("gans.html", "gans/"), ("two-networks-contest/", "gans/#gan-contest")):
        tab.goto(address + asked)
        link = tab.locator("article [role=status] a").first
        link.wait_for(timeout=10_000)
        assert link.get_attribute("href") == address + there
    tab.goto(address + "zzz/")
    assert tab.locator("h1").inner_text() == "This page is not here" and not tab.locator("article [role=status]").count()
