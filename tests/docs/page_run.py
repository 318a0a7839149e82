"""Runs a page: saves files, types commands, runs programs, and compares what is shown with what is printed."""

import re
from collections.abc import Iterator
from difflib import ndiff
from typing import Final

from tests.docs.blocks import Block, Command, blocks, commands
from tests.docs.reader import Done, Reader, ReaderError
from tests.docs.shown_output import ANY, is_as_shown

NOT_TYPED: Final = {
    r"pip install ": "installs packages; tests/packaging installs the wheel",
    r"python3 -m venv |\. .venv/bin/activate$": "makes an environment for packages; tests/packaging makes some",
    r"npm |npx ": "installs packages; tests/javascript has its own",
    r"docker ": "needs Docker",
}
"""The beginnings of commands that no test runs, with the reason; what a page shows of them is not compared."""
_PROGRAMS: Final = {"python": ("python", ".py"), "js": ("node", ".mjs")}
"""What runs a block without a file's name, and the ending of the name that it gets."""
_TEST: Final = re.compile(r"^(?:async )?def test_|^class Test|^    def test_", re.MULTILINE)


def fault_in(page: str, reader: Reader) -> str | None:
    """The first thing that a reader does not find as the page says: the line, what is typed, shown and printed."""
    return next(filter(None, (fault_of(command, reader) for command in steps(page, reader))), None)


def steps(page: str, reader: Reader) -> Iterator[Command]:
    """The commands of a page in order, with those that run its programs. Files are saved on the way.

    Files with tests are run at the end, unless the page runs pytest after them.
    """
    tests: dict[str, int] = {}
    for block in filter(is_run, blocks(page)):
        if block.language == "console":
            for command in filter(is_typed, commands(block)):
                if "pytest" in command.typed:
                    tests.clear()
                yield command
            continue
        has_tests = block.language == "python" and _TEST.search(block.text) is not None
        program, ending = _PROGRAMS.get(block.language, ("", ""))
        name = block.file or f"{'test_' if has_tests else ''}block_{block.line}{ending}"
        reader.save(name, block.text)
        if block.file is None:
            yield Command(block.line, f"{'pytest -q' if has_tests else program} {name}", "")
        elif has_tests:
            tests[name] = block.line
    if tests:
        yield Command(min(tests.values()), f"pytest -q {' '.join(tests)}", "")


def is_run(block: Block) -> bool:
    """Whether something of a block is run or saved."""
    if block.no_run is not None:
        return False
    if block.language == "console":
        return any(map(is_typed, commands(block)))
    return block.language in _PROGRAMS or block.file is not None


def is_typed(command: Command) -> bool:
    return not any(re.match(pattern, command.typed) for pattern in NOT_TYPED)


def fault_of(command: Command, reader: Reader) -> str | None:
    """Runs a command. Returns what is wrong with it, or None.

    A command may fail if the page shows words of what it prints then.
    """
    try:
        done = reader.type(command.typed, is_compared=bool(command.shown))
    except ReaderError as error:
        return _fault(command, Done(str(error), -1))
    is_right = not command.shown or is_as_shown(command.shown, done.printed)
    return None if is_right and (_shows_words(command) or not done.code) else _fault(command, done)


def _shows_words(command: Command) -> bool:
    """Whether the page shows more of the output than that there is some."""
    return command.shown.strip(f"{ANY}\n ") != ""


def _fault(command: Command, done: Done) -> str:
    """A report for the page's author."""
    printed = done.printed.strip()
    head = f"line {command.line}: $ {command.typed}\n"
    if not _shows_words(command):
        return f"{head}It fails with exit code {done.code}:\n{printed}"
    lines = "\n".join(ndiff(command.shown.splitlines(), printed.splitlines()))
    return f"{head}The page shows (-), and it prints (+):\n{lines}"
