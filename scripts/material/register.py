"""The published register of addresses (permalinks.json): which there are, what they are called, and where former ones lead."""

import json
import posixpath
import re
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

MAX_REGISTER = 32 << 20  # bytes
PATIENCE_SECONDS = 30


class Unusable(Exception):
    """The register cannot be used; one sentence that says why."""


@dataclass(frozen=True)
class Entry:
    """One permanent address."""

    id: str
    kind: str
    title: str
    page: str
    address: str  # whole
    short: str
    keywords: tuple = ()


class Register:
    """All entries, by their ids and by every address that leads to them. A key is (path in the site, id in the page)."""

    def __init__(self, text: str, name: str):
        """Raises Unusable."""
        try:
            data = json.loads(text)
            self.site = data["site"].rstrip("/") + "/"
            if data["version"] != 1 or urlsplit(self.site).scheme not in ("http", "https"):
                raise ValueError("version or address of the site unknown")
            whole = lambda address: urljoin(self.site, address)  # noqa: E731
            self.entries = {e["id"]: Entry(e["id"], e["kind"], e["title"], e["page"], whole(e["address"]), whole(e["short"]), tuple(e.get("keywords", ()))) for e in data["entries"]}
            self.former = {self.key(whole(address)): e["id"] for e in data["entries"] for address in e.get("former", ())}
            self.heirs = {gone["id"]: gone.get("heir") for gone in data.get("retired", ())}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
            said = f"it has no “{fault.args[0]}”" if isinstance(fault, KeyError) else str(fault)
            raise Unusable(f"{name} is not a register of permanent addresses that this program knows ({said}).") from None
        if not self.entries:
            raise Unusable(f"{name} holds no addresses.")
        self.addresses = {self.key(e.address): e for e in self.entries.values()}
        self.shorts = {self.key(e.short)[0]: e for e in self.entries.values()}
        self.go = posixpath.commonprefix([path.rpartition("/")[0].rpartition("/")[0] + "/" for path in self.shorts])  # go/
        self.pages = {path for path, _ in self.addresses}

    def key(self, address: str) -> tuple[str, str]:
        parts = urlsplit(address)
        return unquote(parts.path).removeprefix(urlsplit(self.site).path), unquote(parts.fragment)

    def heir(self, identity: str) -> Entry | None:
        """The entry that a retired id leads to now, also through several."""
        seen = set()
        while identity in self.heirs and identity not in seen:
            seen.add(identity)
            identity = self.heirs[identity]
        return self.entries.get(identity)


def register_from(where: str) -> Register:
    """The register in a file, or at an https address, which is the only thing that this program ever fetches. Raises Unusable."""
    if re.match(r"https?://", where):
        if not where.startswith("https://"):
            raise Unusable(f"{where} is not fetched: give its https address, or a file.")
        try:
            with urllib.request.urlopen(urllib.request.Request(where, headers={"User-Agent": "deck-checker"}), timeout=PATIENCE_SECONDS) as answer:
                if not answer.url.startswith("https://"):
                    raise Unusable(f"{where} leads to an address without https; not read.")
                data = answer.read(MAX_REGISTER + 1)
        except (OSError, ValueError) as fault:
            raise Unusable(f"{where} could not be fetched: {fault}.") from None
    else:
        try:
            data = Path(where).read_bytes()
        except OSError as fault:
            raise Unusable(f"The register {where} could not be read: {fault.strerror}. Name another with --permalinks.") from None
    if len(data) > MAX_REGISTER:
        raise Unusable(f"{where} has more than {MAX_REGISTER >> 20} MB, which no register of ours has.")
    return Register(data.decode("utf-8", "replace"), where)
