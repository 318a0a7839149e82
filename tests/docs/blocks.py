"""The code blocks of the README and of the pages in `docs/`, and the commands in those that show a console.

A console block has lines that begin with `$ `, each followed by what it prints:

    $ wattif health
    ok

A command goes on over the next lines for as long as a shell would wait for more: after a backslash, inside quotes, in a
here-document. A `> ` at the beginning of such a line is the shell's own prompt. A block with the title of a file, such
as ```python title="test_billing.py", is that file. The comment `<!-- no-run: reason -->` on the line above a block says
why no test runs it; in the block's own first line it would keep the site from showing the block.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_FENCE: Final = re.compile(r"(?P<indent> *)(?P<fence>```+) *(?P<language>[\w+-]*)(?P<options>[^`]*)")
_FILE: Final = re.compile(r'\btitle="([\w.-][\w./-]*\.\w+)"')
_NO_RUN: Final = re.compile(r"<!-- no-run: (.+) -->")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the number of its first line within the fence, its language, and its text.

    `file` is the name of the file that it is; `no_run` is the reason that the page gives for not running it.
    """

    line: int
    language: str
    file: str | None
    no_run: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """What is typed, from that line of the page on, and the output that the page shows; empty if it shows none."""

    line: int
    typed: str
    shown: str


class PageError(Exception):
    """A page is not written as this module's docstring says."""


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page's text, also of those that are indented, as in tabs and lists. Raises PageError."""
    lines = page.splitlines()
    at = 0
    while at < len(lines):
        opened = _FENCE.fullmatch(lines[at])
        above = next((it.strip() for it in reversed(lines[:at]) if it.strip()), "")
        at += 1
        if opened is None:
            continue
        if "no-run" in opened["options"]:
            raise PageError(f"line {at}: write <!-- no-run: reason --> on the line above the block")
        first, close = at, opened["indent"] + opened["fence"]
        while at < len(lines) and lines[at].rstrip() != close:
            at += 1
        if at == len(lines):
            raise PageError(f"line {first}: the block has no end")
        text = dedent("\n".join(lines[first:at]))
        file, no_run = _FILE.search(opened["options"]), _NO_RUN.fullmatch(above)
        yield Block(first + 1, opened["language"], file and file[1], no_run and no_run[1], text)
        at += 1


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block, in order. Raises PageError."""
    lines = block.text.splitlines()
    at = 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            raise PageError(f"line {block.line + at}: a console block begins with `$ `")
        first, typed = at, lines[at][2:]
        at += 1
        while at < len(lines) and not _is_whole(typed):
            typed += "\n" + lines[at].removeprefix("> ")
            at += 1
        begin = at
        while at < len(lines) and not lines[at].startswith("$ "):
            at += 1
        yield Command(block.line + first, typed, "\n".join(lines[begin:at]).strip())


def _is_whole(typed: str) -> bool:
    """Whether a shell would run it rather than wait for another line."""
    if typed.endswith("\\"):
        return False
    checked = subprocess.run(["bash", "-n"], input=typed, capture_output=True, text=True, check=False)  # noqa: S607 - the shell of this machine
    return checked.returncode == 0 and "here-document" not in checked.stderr
