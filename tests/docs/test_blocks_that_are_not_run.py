"""Each command and block of the documentation is run by a test, or there is a reason why not."""

import re
from collections.abc import Iterator
from typing import Final

from tests.docs.blocks import PAGES, ROOT, Block, Command, blocks, commands
from tests.docs.page_run import NOT_TYPED

_TEXTS: Final = [page.read_text("utf-8") for page in (*PAGES, *sorted((ROOT / "examples").glob("*/README.md")))]
REASONS: Final = re.compile(r"it takes minutes|needs \w[\w -]+|a part of [\w.]+")


def test_reasons_are_those_that_no_test_can_help() -> None:
    """A page leaves out what takes minutes, what needs a package that the tests have not, and what another file has."""
    reasons = {block.no_run for block in every_block() if block.no_run is not None}

    assert [reason for reason in reasons if not REASONS.fullmatch(reason)] == []


def test_beginnings_of_commands_are_all_met() -> None:
    """A pattern that no page needs could hide a command that a test can run."""
    typed = [command.typed for command in every_command()]
    unmet = [pattern for pattern in NOT_TYPED if not any(re.match(pattern, line) for line in typed)]

    assert unmet == []


def test_every_console_is_found() -> None:
    """The reader of pages finds as many consoles as a search for their first line, and each has a command."""
    consoles = [block for block in every_block() if block.language == "console"]

    assert len(consoles) == sum(len(re.findall(r"^ *```console", text, re.MULTILINE)) for text in _TEXTS)
    assert all(any(commands(block)) for block in consoles)


def every_block() -> Iterator[Block]:
    return (block for text in _TEXTS for block in blocks(text))


def every_command() -> Iterator[Command]:
    return (command for block in every_block() if block.language == "console" for command in commands(block))
