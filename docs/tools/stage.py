"""Gathers the pages of the site: `python docs/tools/stage.py FOLDER` writes them and their settings there.

The pages in `docs/` are written for a checkout, where a link may lead to any file or folder of the repository. On the
site every link leads to a page. So each file that a page links to is a page too: Markdown as it is, other text as a
block of code, a folder as its README and a list of its files. A link to nothing is an error with its page and line.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from os.path import relpath
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"
_PAGES: Final = {
    ROOT / "README.md": "index.md",
    ROOT / "CONTRIBUTING.md": "contributing.md",
    ROOT / "CHANGELOG.md": "changelog.md",
    **{path: f"quirks/{path.parent.name}.md" for path in sorted(ROOT.glob("app/vendors/*/quirks.md"))},
}
"""Pages that lie outside `docs/`, by their names on the site."""
_FENCE: Final = re.compile(r"^ *(`{3,})")
_LINK: Final = re.compile(r"`[^`]*`|(?<=\]\()(?P<target>[^)\s]+)(?=\))")
"""The target of a link; or code, in which there is none."""
_ELSEWHERE: Final = re.compile(r"[a-z][a-z+.-]*:|#|/")
_QUIRK: Final = re.compile(r"^## (?P<number>[A-Z]+-\d{3}):.*$", re.MULTILINE)
_QUIRK_LINK: Final = re.compile(r"(?<=\[)(?P<number>[A-Z]+-\d{3})\]\((?P<file>[^)#\s]+quirks\.md)\)")
_BARE_SOURCE: Final = re.compile(r"(?<=- Source: )\S+")
_NOT_LISTED: Final = {"README.md", "node_modules", "test-results", "__pycache__", "package-lock.json"}
_IMAGES: Final = {".svg", ".png"}
_LANGUAGES: Final = {
    ".sh": "bash",
    ".yml": "yaml",
    ".mjs": "js",
    ".example": "bash",
    **{f".{each}": each for each in ("py", "yaml", "json", "toml", "js", "ts", "html", "css")},
}


class BrokenLinkError(Exception):
    """Links lead to no file of the repository; the message has a line for each."""


class Stage:
    """The pages that are to be written, found from link to link."""

    def __init__(self, folder: Path) -> None:
        self._pages = folder / "pages"
        self._settings = folder / "zensical.toml"
        self._waiting: list[Path] = []
        self._seen: set[Path] = set()
        self._broken: list[str] = []

    def write(self) -> None:
        """Writes the README, all pages in `docs/`, and what they link to. Raises BrokenLinkError."""
        shutil.rmtree(self._pages, ignore_errors=True)
        self._settings.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DOCS / "zensical.toml", self._settings)
        shutil.copytree(DOCS / "assets", self._pages / "assets")
        for path in (*_PAGES, *sorted(DOCS.rglob("*.md"))):
            self._wait(path)
        while self._waiting:
            self._write_one(self._waiting.pop())
        if self._broken:
            raise BrokenLinkError("\n".join(self._broken))

    def _wait(self, path: Path) -> None:
        if path not in self._seen:
            self._seen.add(path)
            self._waiting.append(path)

    def _write_one(self, path: Path) -> None:
        to = self._pages / page_of(path)
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in _IMAGES:
            shutil.copy(path, to)
        else:
            to.write_text(self._text(path), "utf-8")

    def _text(self, path: Path) -> str:
        """A page of the site."""
        if path.is_dir():
            readme = path / "README.md"
            text = (
                self._linked(readme.read_text("utf-8"), readme, page_of(path))
                if readme.is_file()
                else f"# {path.name.capitalize()}\n"
            )
            return f"{text.rstrip()}\n\n{self._listing(path)}"
        text = path.read_text("utf-8")
        if path.suffix != ".md":
            fence, language = "`" * 6, _LANGUAGES.get(path.suffix, "text")
            return f"# {path.relative_to(ROOT)}\n\n{fence}{language}\n{text.rstrip()}\n{fence}\n"
        if path.name == "quirks.md":
            text = _BARE_SOURCE.sub(r"<\g<0>>", _QUIRK.sub(r"\g<0> {#\g<number>}", text))
        return self._linked(text, path, page_of(path))

    def _listing(self, folder: Path) -> str:
        """The files and folders of a folder, as a list of links."""
        lines = []
        for path in sorted(folder.iterdir()):
            is_shown = path.is_dir() or path.suffix in {".md", *_IMAGES, *_LANGUAGES}
            if is_shown and not path.name.startswith(".") and path.name not in _NOT_LISTED:
                self._wait(path)
                lines.append(f"- [{_title(path)}]({relpath(page_of(path), Path(page_of(folder)).parent)})\n")
        return "".join(lines)

    def _linked(self, text: str, path: Path, page: str) -> str:
        """The text with each link to a file of the repository as a link to its page."""
        text = _QUIRK_LINK.sub(r"\g<number>](\g<file>#\g<number>)", text)
        lines = text.split("\n")
        for n, line in prose(lines):
            lines[n] = _LINK.sub(partial(self._target, path, page, n + 1), line)
        return "\n".join(lines)

    def _target(self, path: Path, page: str, line: int, link: re.Match[str]) -> str:
        target = link["target"]
        if target is None:
            return link[0]
        if _ELSEWHERE.match(target):
            return target
        name, mark, anchor = target.partition("#")
        file = (path.parent / name).resolve()
        if not file.is_relative_to(ROOT) or not file.exists():
            self._broken.append(f"{path.relative_to(ROOT)}:{line}: {target} leads to no file of the repository")
            return target
        self._wait(file)
        return relpath(page_of(file), Path(page).parent) + mark + anchor


def page_of(path: Path) -> str:
    """The name of a file's or a folder's page on the site."""
    if path in _PAGES:
        return _PAGES[path]
    is_ours = path.is_relative_to(DOCS)
    # The generator skips files whose names begin with a dot.
    parts = path.relative_to(DOCS if is_ours else ROOT).parts
    name = "/".join([*([] if is_ours else ["files"]), *(part.lstrip(".") for part in parts)])
    if path.is_dir():
        return f"{name}/index.md"
    if path.name == "README.md":
        return f"{Path(name).parent}/index.md"
    return name if path.suffix in {".md", *_IMAGES} else f"{name}.md"


def prose(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines outside blocks of code, with their indices."""
    fence = None
    for n, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence is None and found:
            fence = found[1]
        elif fence is not None and line.strip() == fence:
            fence = None
        elif fence is None:
            yield n, line


def _title(path: Path) -> str:
    """The first heading of a page, and of a folder's README; the name of any other file."""
    page = path / "README.md" if path.is_dir() else path
    if page.suffix != ".md" or not page.is_file():
        return f"`{path.name}{'/' if path.is_dir() else ''}`"
    heading = page.read_text("utf-8").partition("\n")[0].removeprefix("# ")
    return f"`{path.name}/`: {heading}" if path.is_dir() else heading


if __name__ == "__main__":
    try:
        Stage(Path(sys.argv[1])).write()
    except BrokenLinkError as error:
        sys.exit(str(error))
