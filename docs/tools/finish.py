"""Finishes the built site: `python docs/tools/finish.py FOLDER` makes it work without a network, and checks every link.

The generator lets pages load one script from elsewhere, by which the search works in pages that are opened as files. It
is in `docs/assets`, and takes the place of the other. Exits with 1 and a line for each fault: a link to no page, an
anchor that is not there, or a script, style sheet, font or picture that is loaded from elsewhere.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

_SCRIPT: Final = "https://unpkg.com/iframe-worker/shim"
_OWN_SCRIPT: Final = "assets/iframe-worker.js"
_LOADED: Final = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
_NOT_LOADED: Final = {"canonical", "next", "prev", "alternate", "edit"}
"""What a `<link>` names without loading it."""
_IN_STYLE: Final = re.compile(r"(?:url\(|@import\s+)[\"']?(?:https?:)?//[^\"')]+")


@dataclass(slots=True)
class Page(HTMLParser):
    """A page's anchors, the addresses that it links to, and those that a browser loads."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.anchors.update(named[name] for name in ("id", "name") if name in named)
        address = named.get(_LOADED.get(tag, ""), "")
        if tag == "a" and "href" in named:
            self.links.append(named["href"])
        elif tag == "link" and _NOT_LOADED & set(named.get("rel", "").split()):
            self.links.append(address)
        elif address:
            self.loaded.append(address)


def with_own_script(page: str, up: str) -> str:
    """The HTML with the script from `docs/assets`; `up` leads from the page to the site's folder."""
    return page.replace(_SCRIPT, f"{up}{_OWN_SCRIPT}")


def faults(site: Path) -> Iterator[str]:
    """What is wrong with the pages and style sheets of a site, a line for each."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        name = path.relative_to(site)
        for address in page.loaded:
            if urlsplit(address).netloc:
                yield f"{name} loads {address}"
            elif not _file(address, path, site).is_file():
                yield f"{name} loads {address}, which is not there"
        for address in page.links:
            if fault := _fault(address, _file(address, path, site), pages):
                yield f"{name} links to {address}, {fault}"
    for path in sorted(site.rglob("*.css")):
        yield from (f"{path.relative_to(site)} loads {found}" for found in _IN_STYLE.findall(path.read_text("utf-8")))


def _fault(address: str, file: Path, pages: Mapping[Path, Page]) -> str | None:
    """What is wrong with a link to a file of the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    if not file.is_file():
        return "which is not there"
    is_there = not parts.fragment or file not in pages or unquote(parts.fragment) in pages[file].anchors
    return None if is_there else "and there is no such anchor"


def _file(address: str, path: Path, site: Path) -> Path:
    """The file that an address of a page names."""
    name = unquote(urlsplit(address).path)
    file = (site / name.lstrip("/") if name.startswith("/") else path.parent / name if name else path).resolve()
    return file / "index.html" if file.is_dir() else file


def _read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text("utf-8"))
    return page


def _main(site: Path) -> None:
    for path in site.rglob("*.html"):
        up = "../" * (len(path.relative_to(site).parts) - 1)
        path.write_text(with_own_script(path.read_text("utf-8"), up), "utf-8")
    if found := list(faults(site.resolve())):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
