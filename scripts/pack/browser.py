"""Chromium for what only a browser can do: pictures of diagrams, and the handout on paper."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from scripts.environment import browser


def still(browser, **options):
    """A context of light, still pages: no script runs on them, so no demonstration comes to life and nothing waits for a guess."""
    context = browser.new_context(color_scheme="light", reduced_motion="reduce", **options)
    context.route("**/*.js", lambda route: route.abort())
    return context


@contextmanager
def started():
    """Chromium, until the end of the block."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield chromium
        finally:
            chromium.close()
