"""Every demo stands alone in an iframe, and says a plain sentence when its weights are missing; its page still shows the still picture."""

from importlib.resources import files

import pytest

from tests.conftest import ROOT

DEMOS = sorted(path.parent.name for path in (ROOT / "docs/demos").glob("*/view.js"))


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_lives_in_an_iframe(browser, address, name):
    tab, faults = browser.new_page(viewport={"width": 320, "height": 700}), []
    tab.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda fault: faults.append(str(fault)))
    tab.on("request", lambda request: faults.append(request.url) if not request.url.startswith((address, "data:", "blob:")) else None)
    tab.goto(address + f"embed/{name}/")
    tab.locator("figure[data-live]").wait_for(timeout=60_000)
    tab.wait_for_timeout(300)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "sticks out at 320 px"
    tab.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]] == []
    unnamed = tab.evaluate("[...document.querySelectorAll('.demo-live :is(button, input, select, canvas)')].filter(e => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label') || e.getAttribute('aria-hidden'))).length")
    assert unnamed == 0, "a control or picture without a name"
    assert faults == []
    tab.close()


@pytest.mark.parametrize("name", sorted(set(DEMOS) - {"families"}))  # which asks for weights only when its reader draws
def test_without_its_files_the_still_picture_stays_with_a_sentence(living, name):
    figure = living(name, block="**/*.gz", alive=False)
    figure.at.get_by_text("The live version could not start here; the picture above shows the same in a still.").wait_for()
    assert figure.at.locator("img, table").first.is_visible() and not figure.at.locator(".demo-live").count()
