"""Chromium for what only a browser can do: pictures of diagrams, and the handout on paper."""

import os
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from scripts.environment import browser


def still(browser, **options):
    """A context of light, still pages: no script runs on them, so no demonstration comes to life and nothing waits for a guess."""
    context = browser.new_context(color_scheme="light", reduced_motion="reduce", **options)
    context.route("**/*.js", lambda route: route.abort())
    return context


@contextmanager
def pages_of(running):
    """A browser and the address of the site that this server shows: (browser, "http://127.0.0.1:…/base/")."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or browser(), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield started, f"http://127.0.0.1:{running.server_address[1]}{running.RequestHandlerClass.base}"
        finally:
            started.close()
